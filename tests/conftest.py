"""What every test gets: no thread of vbg's survives it, and no promise to a fake was broken in it."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import fakes
import hypothesis
import numpy as np
import pytest

# the same examples in every run: a test fails because of a change, not by luck
hypothesis.settings.register_profile("vbg", deadline=None, derandomize=True, database=None, max_examples=40)
hypothesis.settings.load_profile("vbg")


@pytest.fixture(scope="session", autouse=True)
def _own_sockets() -> Iterator[None]:
    """What vbg opens for other programs is this run's alone. The name is short: a socket's path may have 100 letters."""
    with tempfile.TemporaryDirectory(prefix="vbg-r-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        yield


@pytest.fixture(autouse=True)
def _nothing_left_behind() -> Iterator[None]:
    before = set(threading.enumerate())
    fakes.broken_promises.clear()
    yield
    for thread in set(threading.enumerate()) - before:
        if thread.name.startswith("vbg-"):
            thread.join(2.0)
            assert not thread.is_alive(), f"the thread {thread.name} outlived its test"
    assert not fakes.broken_promises


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `clip.mp4` (25 numbered pictures, 320x180, 25 per second), `picture.png` (400x300), a folder `layers`."""
    from PIL import Image

    folder = tmp_path_factory.mktemp("files")
    fakes.write_clip(folder / "clip.mp4", (fakes.numbered(i, 320, 180) for i in range(25)), 25.0, "libx264")
    ramp = np.linspace(0, 255, 400).astype(np.uint8)
    fakes.write_picture(folder / "picture.png", np.stack([np.tile(ramp, (300, 1))] * 3, axis=2))
    (folder / "layers").mkdir()
    for index in range(2):
        layer = np.full((300, 400, 4), (60 + 90 * index, 120, 90, 0), np.uint8)
        layer[:, :, 3] = 255 * ((ramp > 128) | (index == 0))
        Image.fromarray(layer).save(folder / "layers" / f"{index}.png")
    return folder
