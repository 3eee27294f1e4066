"""Writes one piece of a video: coded pictures with their exact times, or PNG pictures."""

from __future__ import annotations

import json
import shutil
import uuid
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.errors import OutputError
from vbg.film import PICTURES, Kind

if TYPE_CHECKING:
    import av

    from vbg.footage import Footage

_BT709, _LIMITED, _UNKNOWN = 1, 1, 2

_THREADS = 4
"""Of the coder: a fixed number, since what some write depends on it, and a piece shall be the same on every machine."""

FULL = "Is the disk full? `df -h` says."


class Writer(Protocol):
    """A context manager that is written to in order. picture: (height, width, 3 or 4) uint8, BGR or BGRA with straight alpha, or
    (height, width) gray. at_s: the file's own seconds. Raises OutputError. What it writes is there, whole, once it was left
    without an error."""

    def __enter__(self) -> Writer: ...

    def write(self, picture: NDArray[np.uint8], at_s: float) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...


def writer(path: Path, kind: Kind, footage: Footage, shift_s: float) -> Writer:
    """Of the piece that `path`, a name without a suffix, stands for. shift_s: is taken off all times."""
    return Pictures(path) if kind == PICTURES else Reel(path, kind, footage, shift_s)


def whole(path: Path, kind: Kind) -> bool:
    """Whether that piece is there."""
    return path.is_dir() if kind == PICTURES else path.with_suffix(".json").exists()


class Reel:
    """A Matroska file, and beside it the times of its packets: Matroska counts in milliseconds, a video may be finer."""

    def __init__(self, path: Path, kind: Kind, footage: Footage, shift_s: float) -> None:
        self._path, self._kind, self._footage, self._shift_s = path, kind, footage, shift_s
        self._part = path.with_suffix(f".part-{uuid.uuid4().hex[:8]}.mkv")  # a worker that seemed lost may still be at it
        self._last: int | None = None
        self._times: list[tuple[int, int, int]] = []
        self._container: av.container.OutputContainer
        self._stream: av.VideoStream

    def __enter__(self) -> Reel:
        import av

        info, footage, kind = self._footage.info, self._footage, self._kind
        grow = 2 if kind.even else 1
        try:
            self._container = av.open(str(self._part), "w")
        except (av.FFmpegError, OSError) as e:
            raise OutputError(f"cannot write to {self._path.parent}: {e}", "Choose another folder.") from e
        added = self._container.add_stream(kind.coder, rate=Fraction(footage.fps).limit_denominator(1001))
        self._stream = stream = cast("av.VideoStream", added)
        stream.width, stream.height = -(-info.width // grow) * grow, -(-info.height // grow) * grow
        stream.pix_fmt, stream.options = kind.layout, dict(kind.options)
        coder = stream.codec_context
        coder.time_base, coder.thread_count = footage.time_base, _THREADS
        coder.sample_aspect_ratio = footage.aspect
        if kind.layout != "gray":
            coder.colorspace, coder.color_range = _BT709, _LIMITED
            coder.color_primaries = _BT709 if footage.primaries == _UNKNOWN else footage.primaries
            coder.color_trc = _BT709 if footage.transfer == _UNKNOWN else footage.transfer
        return self

    def write(self, picture: NDArray[np.uint8], at_s: float) -> None:
        import av

        info = self._footage.info
        if picture.shape[:2] != (info.height, info.width):
            raise OutputError(
                f"{info.name} changes its size on the way, from {info.width}x{info.height}",
                "Give it one size, or write PNG.",
            )
        down, right = self._stream.height - picture.shape[0], self._stream.width - picture.shape[1]
        if down or right:
            picture = np.asarray(cv2.copyMakeBorder(picture, 0, down, 0, right, cv2.BORDER_REPLICATE), np.uint8)
        coded = self._coded(np.ascontiguousarray(picture))
        ticks = round((at_s - self._shift_s) / self._footage.time_base)
        self._last = ticks if self._last is None else max(self._last + 1, ticks)
        coded.pts, coded.time_base = self._last, self._footage.time_base
        try:
            self._mux(self._stream.encode(coded))
        except (av.FFmpegError, OSError) as e:
            raise OutputError(f"cannot write to {self._path.parent}: {e}", FULL) from e

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        import av

        try:
            try:
                if kind is None and self._last is not None:
                    self._mux(self._stream.encode(None))
            finally:
                self._container.close()
            if kind is None:
                times = self._part.with_suffix(".json")
                times.write_text(json.dumps(self._times))
                self._part.replace(self._path.with_suffix(".mkv"))
                times.replace(self._path.with_suffix(".json"))
        except (av.FFmpegError, OSError) as e:
            if kind is None:  # else that is what went wrong
                raise OutputError(f"cannot finish {self._path}: {e}", FULL) from e
        finally:
            with suppress(OSError):
                self._part.unlink(missing_ok=True)

    def _coded(self, picture: NDArray[np.uint8]) -> av.VideoFrame:
        import av

        if picture.ndim == 2:
            return av.VideoFrame.from_ndarray(picture, format="gray")
        stored = av.VideoFrame.from_ndarray(picture, format="bgra" if picture.shape[2] == 4 else "bgr24")
        # with several threads, swscale writes over the beginnings of lines where the width is no multiple of 16
        return stored.reformat(format=self._kind.layout, dst_colorspace=_BT709, threads=1)

    def _mux(self, packets: list[av.Packet[Any]]) -> None:
        for packet in packets:
            pts = packet.pts or 0
            self._times.append((pts, pts if packet.dts is None else packet.dts, packet.duration or 0))
            self._container.mux_one(packet)


class Pictures:
    """A folder of PNG pictures, numbered from 1."""

    def __init__(self, path: Path) -> None:
        self._path, self._part = path, path.with_suffix(f".part-{uuid.uuid4().hex[:8]}")
        self._count = 0

    def __enter__(self) -> Pictures:
        try:
            self._part.mkdir()
        except OSError as e:
            raise OutputError(f"cannot write to {self._path.parent}: {e}", "Choose another folder.") from e
        return self

    def write(self, picture: NDArray[np.uint8], at_s: float) -> None:
        self._count += 1
        good, data = cv2.imencode(".png", picture)
        try:
            (self._part / f"{self._count:08d}.png").write_bytes(data.tobytes() if good else b"")
        except OSError as e:
            raise OutputError(f"cannot write to {self._path.parent}: {e}", FULL) from e

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if kind is None:
                shutil.rmtree(self._path, ignore_errors=True)
                self._part.replace(self._path)
        except OSError as e:
            raise OutputError(f"cannot finish {self._path}: {e}", FULL) from e
        finally:
            shutil.rmtree(self._part, ignore_errors=True)
