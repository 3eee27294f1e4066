"""Writes mattes as files: lossless gray video and gray PNGs, whole or not at all."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.errors import OutputError, UsageError

if TYPE_CHECKING:
    import av

Alpha = NDArray[np.float32]
"""(height, width) float32, 0..1."""

_TICKS = 90_000  # per second: the usual clock of video


class GrayVideo:
    """A context manager: FFV1 gray in Matroska, written to a hidden file beside the target, renamed when all went well.

    Entering raises UsageError or OutputError. One thread owns it.
    """

    def __init__(self, path: Path, width: int, height: int, fps: float) -> None:
        if path.suffix.lower() != ".mkv":
            raise UsageError(f"cannot write a matte to {path.name!r}", "Lossless gray goes into Matroska: name it .mkv.")
        if not path.parent.is_dir():
            raise UsageError(f"there is no folder {path.parent}", f"`mkdir -p {path.parent}` makes it.")
        self._path, self._part = path, path.with_name(f".{path.stem}.{os.getpid()}.part.mkv")
        self._size, self._rate = (width, height), Fraction(fps).limit_denominator(1001)
        self._start: float | None = None
        self._last = -1
        self._container: av.container.OutputContainer
        self._stream: av.VideoStream

    def __enter__(self) -> GrayVideo:
        import av

        try:
            self._container = av.open(str(self._part), "w")
        except (av.FFmpegError, OSError) as e:
            raise OutputError(f"cannot write {self._path}: {e}", "Choose another folder.") from e
        self._stream = self._container.add_stream("ffv1", rate=self._rate)
        self._stream.width, self._stream.height = self._size
        self._stream.pix_fmt = "gray"
        self._stream.codec_context.time_base = Fraction(1, _TICKS)
        return self

    def write(self, alpha: Alpha, at_s: float) -> None:
        """Add the matte of the picture that was taken at `at_s` (seconds, any start). Raises OutputError."""
        import av

        start = self._start = at_s if self._start is None else self._start
        picture = av.VideoFrame.from_ndarray(as_bytes(alpha), format="gray")
        self._last = max(self._last + 1, round((at_s - start) * _TICKS))
        picture.pts, picture.time_base = self._last, Fraction(1, _TICKS)
        try:
            self._container.mux(self._stream.encode(picture))
        except (av.FFmpegError, OSError) as e:
            raise OutputError(f"cannot write {self._path}: {e}", "Is the disk full? `df -h` says.") from e

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        import av

        try:
            if kind is None:
                self._container.mux(self._stream.encode(None))
            self._container.close()
            if kind is None:
                self._part.replace(self._path)
        except (av.FFmpegError, OSError) as e:
            raise OutputError(f"cannot finish {self._path}: {e}", "Is the disk full? `df -h` says.") from e
        finally:
            self._part.unlink(missing_ok=True)


def write_png(path: Path, alpha: Alpha) -> None:
    """`alpha` as an 8-bit gray PNG at `path`. Raises OutputError."""
    good, data = cv2.imencode(".png", as_bytes(alpha))
    part = path.with_name(f".{path.stem}.{os.getpid()}.part")
    try:
        part.write_bytes(data.tobytes() if good else b"")
        part.replace(path)
    except OSError as e:
        raise OutputError(f"cannot write {path}: {e}", "Choose another folder.") from e
    finally:
        part.unlink(missing_ok=True)


def as_bytes(alpha: Alpha) -> NDArray[np.uint8]:
    """0..1 as 0..255, rounded."""
    return np.asarray(np.rint(alpha * np.float32(255)), np.uint8)
