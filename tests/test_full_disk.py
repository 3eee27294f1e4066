"""A disk that is full while a video is written: what was written until then plays, and the message says so."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FULL = """
mount -t tmpfs -o size={size} small "$1" && cd "$1" || exit 77
"$2" -m vbg run --camera "$3" --size 320x180 --model constant --background none --output out{suffix}
echo "status $?"
ls -A
"$2" -c 'import av; print("frames", sum(1 for _ in av.open("out{suffix}").decode(video=0)))'
"""


@pytest.fixture
def noise(tmp_path: Path) -> Path:
    """A clip that does not compress: 40 s of it are more than the disk holds."""
    import av
    import numpy as np

    rng, path = np.random.default_rng(1), tmp_path / "noise.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", rate=30, width=160, height=90, pix_fmt="yuvj420p")
        for _ in range(400):
            picture = av.VideoFrame.from_ndarray(rng.integers(0, 256, (90, 160, 3), np.uint8), format="bgr24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


def on_a_small_disk(folder: Path, script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Runs the script where it may mount a disk that nobody else sees. Skips where that cannot be had."""
    folder.mkdir()
    for unshare in (["unshare", "-m"], ["unshare", "-Urm"]):
        if shutil.which("unshare") is None:
            break
        command = [*unshare, "sh", "-c", script, "sh", str(folder), sys.executable, *map(str, arguments)]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, cwd=ROOT)
        if ended.returncode != 77 and "unshare" not in ended.stderr:
            return ended
    pytest.skip("this machine lets nobody mount a small disk")


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_what_was_written_plays_and_the_message_says_so(tmp_path: Path, noise: Path, suffix: str) -> None:
    ended = on_a_small_disk(tmp_path / "disk", FULL.format(size="5m", suffix=suffix), noise)
    said = ended.stdout.split("\n")
    assert f"vbg: the disk is full: out{suffix} ends here" in ended.stderr, ended.stderr
    assert said[:2] == ["status 1", f"out{suffix}"], ended
    assert 20 < int(said[2].removeprefix("frames ")) < 400, ended


def test_a_disk_without_room_is_told_at_the_start(tmp_path: Path, noise: Path) -> None:
    ended = on_a_small_disk(tmp_path / "disk", FULL.format(size="1m", suffix=".mp4"), noise)
    assert "vbg: cannot write out.mp4" in ended.stderr
    assert ended.stdout.split("\n")[:2] == ["status 1", ""], ended  # and no file at all
