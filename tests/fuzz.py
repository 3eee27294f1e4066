"""Coverage-guided fuzzing of what vbg reads: settings files, pictures, videos, control messages. Outside of the suite; needs
`pip install atheris`.

    python tests/fuzz.py settings|picture|video|control [SECONDS]

Anything but a `VbgError`, a second per file, or more than the stated memory is a find: the file is left in the current folder
and the command fails. The corpus starts from small valid files and lives in a temporary folder.
"""

from __future__ import annotations

import contextlib
import io
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import atheris
import numpy as np

with atheris.instrument_imports(include=["vbg", "PIL", "tomllib"]):
    from PIL import Image

    from vbg import pictures, store, videos
    from vbg.control import server, wire
    from vbg.control.steering import Steering
    from vbg.errors import VbgError
    from vbg.frame import read_only
    from vbg.settings import Look, Setup
    from vbg.slot import Cell
    from vbg.status import Status

_MEMORY_MB = pictures.MOST_MB + 512  # and what Python and the libraries take themselves
_FRAMES = 5  # of a video are decoded


def settings(path: Path) -> None:
    """Never raises; what was read can be written and read again."""
    saved = store.load(path)
    store.save(path, saved.setup, saved.look)
    again = store.load(path)
    assert (again.setup, again.look) == (saved.setup, saved.look), "what was written is read otherwise"


def picture(path: Path) -> None:
    pictures.is_picture(path)
    pixels = pictures.read(path)
    assert pixels.ndim == 3
    assert pixels.dtype == np.uint8


def video(path: Path) -> None:
    import av

    with videos.opened(path) as container:
        try:
            for count, frame in enumerate(container.decode(container.streams.video[0])):
                read_only(videos.pixels(frame))
                if count == _FRAMES:
                    break
        except av.FFmpegError:
            pass  # what the callers turn into a CameraError or EffectError


def control(path: Path) -> None:
    """Every line gets one short answer. Nothing is shown, so no snapshot is written."""
    desk = server.Server(Steering(Cell(Look()), Cell(Setup()), Status, lambda: None))
    for line in path.read_bytes().split(b"\n"):
        answer, _ = desk._answered(line)
        told = wire.decoded(answer)
        assert answer.count(b"\n") == 1, "an answer is one line"
        assert len(answer) < wire.LONGEST_LINE, "an answer is short"
        assert "vbg failed" not in told.get("error", ""), "a bug"


def seeds(what: str, folder: Path) -> None:
    """Small valid files to start from."""
    rng = np.random.default_rng(1)
    if what == "settings":
        store.save(folder / "usual.toml", store.Saved().setup, store.Saved().look)
    elif what == "control":
        for do, values in wire.ASKED.items():
            (folder / do).write_bytes(wire.asked(do, **{name: 0.5 if kind is float else "hills" for name, kind, _ in values}))
    elif what == "picture":
        image = Image.fromarray(rng.integers(0, 256, (8, 12, 3), np.uint8))
        for kind in ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "PPM", "TGA", "ICO", "PCX", "SGI", "DDS"):
            buffer = io.BytesIO()
            image.save(buffer, kind)
            (folder / kind.lower()).write_bytes(buffer.getvalue())
    else:
        import av

        for suffix, codec in ((".mp4", "libx264"), (".webm", "libvpx-vp9"), (".avi", "mjpeg"), (".mkv", "ffv1")):
            with av.open(str(folder / f"clip{suffix}"), "w") as container:
                stream = container.add_stream(codec, rate=10, width=32, height=32)
                assert isinstance(stream, av.VideoStream)
                stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
                for _ in range(3):
                    noise = rng.integers(0, 256, (32, 32, 3), np.uint8)
                    container.mux(stream.encode(av.VideoFrame.from_ndarray(noise, format="bgr24")))
                container.mux(stream.encode(None))


def main(what: str, seconds: str = "60") -> None:
    """Fuzz `what` for so long."""
    targets: dict[str, Callable[[Path], None]] = {"settings": settings, "picture": picture, "video": video, "control": control}
    target, folder = targets[what], Path(tempfile.mkdtemp(prefix="vbg-fuzz-"))
    seeds(what, folder)
    path = Path(tempfile.mkdtemp(prefix="vbg-fuzz-at-")) / "file"
    warnings.simplefilter("ignore")

    def one(content: bytes) -> None:
        path.write_bytes(content)
        with contextlib.suppress(VbgError):
            target(path)

    limits = [f"-max_total_time={seconds}", "-timeout=10", f"-rss_limit_mb={_MEMORY_MB}", "-max_len=4096"]
    atheris.Setup(["fuzz", *limits, str(folder)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
