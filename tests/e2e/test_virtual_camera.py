"""The real thing: vbg between a real webcam driver and a real virtual camera driver, read by real programs.

One boot of an emulated machine plays the whole story (`scenario/`); each of its checks is one test here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from . import footage
from .scenario.report import CHECKS, MISSING, SIZE, Result, read

pytestmark = pytest.mark.e2e

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
OUT = ROOT / "out" / "e2e"
CANNOT = 77  # what prepare.sh says where this machine cannot run the guest
LIMIT_S = 900


def compile_kernels(keep: Path) -> None:
    """Lets numba compile for the guest's processor here, where it takes seconds: in the guest it takes minutes."""
    cache = {"NUMBA_CACHE_DIR": str(keep / "numba"), "NUMBA_CPU_NAME": "nehalem", "NUMBA_CPU_FEATURES": ""}
    run = ["run", "--camera", "test-card", "--output", "null", "--seconds", "0.1"]
    subprocess.run([sys.executable, "-m", "vbg", *run], cwd=ROOT, env=os.environ | cache, check=True)


@pytest.fixture(scope="session")
def results() -> dict[str, Result]:
    """Boots the guest, lets it play the story, gives back its report. Skips where the guest cannot be had."""
    ready = subprocess.run([HERE / "prepare.sh"], text=True, capture_output=True, check=False)
    print(ready.stderr)
    reason = (ready.stderr.strip().splitlines() or ["no reason given"])[-1]
    if ready.returncode == CANNOT and os.environ.get("CI") != "true":
        pytest.skip(reason)
    assert ready.returncode == 0, reason

    compile_kernels(Path(ready.stdout.strip()).parent / "keep")
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    footage.write(OUT, *SIZE)
    guest = [str(HERE / "guest"), "-o", str(OUT), "-t", str(LIMIT_S)]
    story = [sys.executable, "-m", "tests.e2e.scenario", "/out"]
    with (OUT / "guest.log").open("wb") as log:
        status = subprocess.run([*guest, *story], cwd=ROOT, stdout=log, stderr=log, check=False).returncode
    print(f"the guest ended with status {status}; what it left is in {OUT}; it said:")
    print((OUT / "guest.log").read_text(errors="replace"))
    return read(OUT / "report.json")


@pytest.mark.parametrize("name", CHECKS)
def test_virtual_camera(name: str, results: dict[str, Result]) -> None:
    assert name in results, f"{CHECKS[name]}: the guest never came to this (its log is above the first test)"
    if MISSING in results[name].detail and os.environ.get("CI") != "true":
        pytest.skip(MISSING)
    assert results[name].passed, f"{CHECKS[name]}\n{results[name].detail}"
