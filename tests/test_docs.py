"""What the documents say works: every command in them is run, every option exists, every example plug-in is used."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import architecture
import cv2
import fakes
import numpy as np
import pytest
import tiny_onnx
from fakes import wait_until

from vbg.cli import main, parser

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]

ELSEWHERE = {
    "sudo apt install": "tests/e2e/prepare.sh installs what is named here",
    "sudo modprobe": "tests/e2e loads the driver in a machine of its own",
    "pip install": "packaging/try_wheel.sh installs the wheel",
    "vbg doctor --fix": "tests/test_mend.py, on machines that may be changed",
    "source": "the shell's own",
    "vbg video films": "tests/test_cluster.py, with a cluster",
    "vbg run --camera slides": "test_the_example_plugins_work",
    "vbg photo --watch": "tests/test_photo_folders.py",
}
"""Commands (their first words) that are not run here, and what runs them."""


def commands(page: Path) -> Iterator[str]:
    """The lines of the page's indented and `sh` blocks."""
    fenced = shown = False
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            fenced, shown = line == "```sh", line == "```console"  # what was printed is for looking at
        elif fenced or (line.startswith("    ") and not shown):
            yield line.strip()


EVERY = [
    pytest.param(line, id=f"{page.stem}: {line}")
    for page in PAGES
    for line in dict.fromkeys(commands(page))
    if re.match(r"(vbg|make|python|\.venv/bin/\w+|sudo|pip|source|packaging/\S+)\b", line)
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the documents speak of."""
    folder = tmp_path_factory.mktemp("home")
    picture = np.full((180, 320, 3), (200, 160, 90), np.uint8)
    cv2.circle(picture, (160, 90), 60, (90, 120, 200), -1)
    (folder / "holiday").mkdir()
    for name in ("me.jpg", "beach.jpg", "holiday/one.jpg", "holiday/two.jpg"):
        cv2.imwrite(str(folder / name), picture)
    cv2.imwrite(str(folder / "trimap.png"), cv2.circle(np.full((180, 320), 128, np.uint8), (160, 90), 40, 255, -1))
    fakes.write_clip(folder / "talk.mp4", (fakes.numbered(i, 160, 90) for i in range(90)), 1.0, "libx264")
    tiny_onnx.write(folder / "rvm.onnx")
    return folder


@pytest.fixture
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(home)
    for name, value in homes(home).items():
        monkeypatch.setenv(name, value)
    return home


def homes(place: Path) -> dict[str, str]:
    """The variables that make `place` the user's home."""
    (place / "runtime").mkdir(mode=0o700, exist_ok=True)
    names = {f"XDG_{name.upper()}_HOME": str(place / name) for name in ("config", "data", "state")}
    return names | {"XDG_RUNTIME_DIR": str(place / "runtime"), "PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="module")
def steered(home: Path) -> Iterator[None]:
    """A vbg that runs without a window, to be steered."""
    command = [sys.executable, "-m", "vbg", "run", "--camera", "demo", "--size", "160x90", "--output", "null"]
    with subprocess.Popen(command, cwd=home, env=os.environ | homes(home), stderr=subprocess.PIPE) as running:
        try:
            wait_until(lambda: plugged(home, "ctl", "status").returncode == 0 or running.poll() is not None, "vbg runs")
            yield
        finally:  # otherwise the end of `with` would wait for it for ever
            running.send_signal(signal.SIGINT)
        assert running.stderr is not None
        said = running.stderr.read()
    assert running.returncode == 0, said


@pytest.mark.parametrize("line", EVERY)
def test_what_the_documents_say_works(line: str, at_home: Path, request: pytest.FixtureRequest) -> None:
    typed = shlex.split(line, comments=True)
    words = [name for word in typed for name in (sorted(map(str, Path().glob(word))) if "*" in word else [word])]
    if any(shlex.join(words).startswith(known) for known in ELSEWHERE) or words == ["vbg"]:
        return  # run elsewhere; `vbg` alone is the window: tests/gui
    if words[:2] == ["vbg", "ctl"]:
        request.getfixturevalue("steered")
    if words == ["vbg", "ctl", "watch"]:
        with subprocess.Popen([sys.executable, "-m", *words], stdout=subprocess.PIPE) as watching:
            assert watching.stdout is not None
            assert watching.stdout.readline().strip()
            watching.terminate()
    elif words[:3] == ["vbg", "ctl", "snapshot"]:
        assert main(["ctl", "resume"]) == 0  # the lines before may have paused it
        wait_until(lambda: main(words[1:]) == 0, "a covered picture goes out")  # while a camera is changed, a card does
    elif words[0] == "vbg":
        here = [f"{Path(word).name}.mp4" if word.startswith("virtual:") else word for word in words[1:]]
        assert main([*here, *stand_ins(words)]) in expected(words)
    elif words[0] == "make":
        targets = re.findall(r"^([a-z0-9-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE)
        assert set(words[1:]) <= set(targets)
    elif "-m" in words:
        module, rest = words[words.index("-m") + 1], words[words.index("-m") + 2 :]
        sys.path.insert(0, str(ROOT))
        assert find_spec(module) is not None
        assert all((ROOT / one).exists() for one in rest if one.endswith(".py"))
    elif (ROOT / words[0]).suffix in (".sh", ".py"):
        assert (ROOT / words[0]).exists()
    elif words[0].startswith("python"):
        assert (ROOT / words[1]).exists()
    else:
        pytest.fail(f"nothing runs {line!r}")


def stand_ins(words: list[str]) -> list[str]:
    """What takes the place of the webcam, the virtual camera, and endless time."""
    if words[1] == "run":
        no_camera = [] if "--camera" in words and "demo" in words else ["--camera", "demo"]
        return [*no_camera, "--output", "null", "--seconds", "0.2"]
    return ["--seconds", "0.2"] if words[1] == "bench" else []


def expected(words: list[str]) -> tuple[int, ...]:
    """Its exit codes: the doctor may find this machine ill."""
    return (0, 1) if words[1] == "doctor" else (0,)


def options(made: argparse.ArgumentParser) -> set[str]:
    """All options of all commands."""
    found: set[str] = set()
    for action in made._actions:
        found |= set(action.option_strings)
        if isinstance(action, argparse._SubParsersAction):
            for sub in action.choices.values():
                found |= options(sub)
    return found


NOT_OURS = {"--force-reinstall", "--user"}


@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "CONTRIBUTING.md"], ids=lambda page: page.name)
def test_every_option_that_a_document_names_exists(page: Path) -> None:
    text = re.sub(r"```console.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    ours = "\n".join(line for line in text.splitlines() if not re.search(r"benchmarks\.|packaging/|python |pytest", line))
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", ours))
    assert named <= options(parser()) | NOT_OURS


def test_every_document_is_reachable_and_no_link_is_dead() -> None:
    linked: set[Path] = set()
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
            linked.add((page.parent / target).resolve())
        linked |= {(ROOT / name).resolve() for name in re.findall(r"`(docs/[\w.-]+\.md)`", text)}
    assert {page for page in PAGES if page.parent.name == "docs" and page.name != "README.md"} <= linked


def test_the_example_plugins_work(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n# (\w+/\w+\.py)\n(.*?)```", page, re.DOTALL)
    assert len(blocks) == 4
    for name, code in blocks:
        file = tmp_path / "data" / "vbg" / "plugins" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(code)
    cv2.imwrite(str(tmp_path / "slide.png"), np.full((90, 160, 3), (0, 0, 250), np.uint8))
    command = "vbg run --camera slides --model oval --background daybreak --output stills"
    assert f"    {command}\n" in page
    done = plugged(tmp_path, *shlex.split(command)[1:], "--seconds", "2")
    assert done.returncode == 0, done.stderr
    written = sorted((tmp_path / "stills").glob("*.png"))
    assert [one.name for one in written] == ["000001.png", "000031.png"]
    seen = cv2.imread(str(written[1]))
    assert seen is not None
    assert tuple(seen[seen.shape[0] // 2, seen.shape[1] // 2]) == (0, 0, 250)  # the slide, in the oval
    assert seen[20, 20, 2] < 210  # the sky, in the corner
    code = "from vbg import backgrounds; print([(one.key, one.title) for one in backgrounds.Library(backgrounds.folder()).all()])"
    offered = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | homes(tmp_path), capture_output=True, text=True, check=True
    )
    assert offered.stdout == "[('daybreak', 'Daybreak')]\n"  # what the window shows under "Yours"


@pytest.mark.parametrize(
    ("file", "code", "says"),
    [
        ("effects/mine.py", "import math\n\nmath.nothing\n", r"mine.py cannot be loaded: .*nothing.* \(line 3\)"),
        ("effects/blur.py", "", "has the name of a part of vbg"),
    ],
)
def test_a_plugin_with_a_fault_is_named(tmp_path: Path, file: str, code: str, says: str) -> None:
    path = tmp_path / "data" / "vbg" / "plugins" / file
    path.parent.mkdir(parents=True)
    path.write_text(code)
    done = plugged(tmp_path, "run", "--camera", "test-card", "--background", "mine", "--output", "null")
    assert done.returncode == 2
    assert re.search(says, done.stderr)
    assert "Traceback" not in done.stderr


def plugged(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """vbg with the plug-ins under `place`/data."""
    command = [sys.executable, "-m", "vbg", *arguments]
    return subprocess.run(
        command, cwd=place, env=os.environ | homes(place), capture_output=True, text=True, timeout=120, check=False
    )


def test_the_architecture_is_drawn_from_the_code_of_today() -> None:
    assert architecture.PAGE.read_text(encoding="utf-8") == architecture.page(), "run `python tests/architecture.py`"
