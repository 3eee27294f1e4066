"""What is installed by pip: the wheel holds all that vbg reads at run time, and nothing that was only compiled here."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("wheel")
    (built,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    with zipfile.ZipFile(built) as wheel:
        return set(wheel.namelist())


@pytest.mark.parametrize("folder", ["models", "demo", "backgrounds"])
def test_the_assets_are_in_the_wheel(names: set[str], folder: str) -> None:
    here = {f"vbg/assets/{folder}/{file.name}" for file in (ROOT / "assets" / folder).iterdir()}
    assert here
    assert here <= names


def test_every_module_and_language_is_in_the_wheel(names: set[str]) -> None:
    here = {str(file.relative_to(ROOT)) for kind in ("*.py", "*.toml") for file in (ROOT / "vbg").rglob(kind)}
    assert "vbg/gui/languages/de.toml" in here
    assert here <= names


def test_licences_and_the_command_are_in_the_wheel_and_nothing_compiled_is(names: set[str]) -> None:
    meta = {name.split(".dist-info/")[1] for name in names if ".dist-info/" in name}
    assert {"entry_points.txt", "licenses/LICENSE", "licenses/assets/models/LICENSE-APACHE-2.0.txt"} <= meta
    assert not [name for name in names if name.endswith((".pyc", ".nbi", ".nbc"))]
