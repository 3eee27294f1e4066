"""Writes finished videos: H.264, VP9 and ProRes 4444 with alpha, or pictures with numbers; whole or not at all."""

from __future__ import annotations

import math
import os
import re
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.errors import OutputError, UsageError
from vbg.sound import Sound

if TYPE_CHECKING:
    import av

    from vbg.footage import Footage

_BT709, _LIMITED, _UNKNOWN = 1, 1, 2
_NUMBERED = re.compile(r"%0?\d*d")


@dataclass(frozen=True, slots=True)
class Kind:
    """How a video is coded. even: its sides must be, so that the last row or column is repeated."""

    coder: str
    layout: str
    options: dict[str, str] = field(default_factory=dict)
    even: bool = False


_H264 = Kind("libx264", "yuv420p", {"crf": "18", "preset": "faster"}, even=True)
# an alternate reference frame of the colours has no partner among those of alpha
_VP9 = {"crf": "20", "b": "0", "deadline": "good", "cpu-used": "4", "row-mt": "1", "auto-alt-ref": "0"}
OPAQUE = {".mp4": _H264, ".mkv": _H264, ".mov": _H264, ".webm": Kind("libvpx-vp9", "yuv420p", _VP9)}
CLEAR = {
    ".webm": Kind("libvpx-vp9", "yuva420p", _VP9),
    ".mov": Kind("prores_ks", "yuva444p10le", {"profile": "4444", "alpha_bits": "16"}),
}


class Film(Protocol):
    """A context manager that is written to in order. picture: (height, width, 3 or 4) uint8, BGR or BGRA with straight alpha, or
    (height, width) gray where it is written as PNG. at_s: the file's own seconds. Raises OutputError."""

    def __enter__(self) -> Film: ...

    def write(self, picture: NDArray[np.uint8], at_s: float) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...


def numbered(path: Path) -> bool:
    """Whether `path` is a folder, or a pattern of names, for PNG pictures."""
    return bool(_NUMBERED.search(path.name)) or not path.suffix or path.is_dir()


def planned(path: Path, clear: bool) -> Callable[[Path, Footage], Film]:
    """What writes to `path`, from an input's path and footage. clear: with transparency. Raises UsageError where it cannot."""
    if numbered(path):
        pattern = path if _NUMBERED.search(path.name) else path / "%06d.png"
        if pattern.suffix.lower() != ".png":
            raise UsageError(f"cannot write pictures as {pattern.name!r}", "Name them .png.")
        if (pattern.parent / _named(pattern, 1)).exists():
            raise UsageError(f"{pattern.parent} holds pictures of these names already", "Take an empty folder.")
        return lambda source, footage: Pictures(pattern)
    suffix = path.suffix.lower()
    kinds = CLEAR if clear else OPAQUE
    if suffix not in OPAQUE:
        raise UsageError(f"cannot write {path.name!r}", f"Name it with one of {', '.join(OPAQUE)}, or name a folder for PNG.")
    if suffix not in kinds:
        hint = "Name it .webm or .mov (ProRes 4444), or a folder for PNG; or give a --background."
        raise UsageError(f"{suffix} cannot be transparent", hint)
    if not path.parent.is_dir():
        raise UsageError(f"there is no folder {path.parent}", f"`mkdir -p {path.parent}` makes it.")
    return lambda source, footage: Movie(path, kinds[suffix], source, footage)


class Movie:
    """One file, with the sound of `source`. Written beside `path` under a hidden name, renamed when all went well."""

    def __init__(self, path: Path, kind: Kind, source: Path, footage: Footage) -> None:
        if path.suffix.lower() == ".webm" and footage.aspect not in (0, 1):  # PyAV hands the muxer no aspect
            hint = "Choose another kind of file, or make its pixels square first."
            raise UsageError(f"{path.suffix} cannot tell that the pixels of {source} are not square", hint)
        self._path, self._kind, self._source, self._footage = path, kind, source, footage
        self._part = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix.lower()}")
        # a cut begins at 0, a whole file where it began
        self._shift_s = footage.begins_s if footage.cut else 0.0
        self._last: int | None = None
        self._container: av.container.OutputContainer
        self._stream: av.VideoStream
        self._sound: Sound

    def __enter__(self) -> Movie:
        import av

        info, footage, kind = self._footage.info, self._footage, self._kind
        grow = 2 if kind.even else 1
        with ExitStack() as undo:
            undo.callback(self._part.unlink, missing_ok=True)
            try:
                self._container = av.open(str(self._part), "w")
                undo.callback(self._container.close)
                added = self._container.add_stream(kind.coder, rate=Fraction(footage.fps).limit_denominator(1001))
                self._stream = stream = cast("av.VideoStream", added)
                stream.width, stream.height = -(-info.width // grow) * grow, -(-info.height // grow) * grow
                stream.pix_fmt, stream.options = kind.layout, dict(kind.options)
                coder = stream.codec_context
                coder.time_base = footage.time_base
                coder.sample_aspect_ratio = footage.aspect
                coder.colorspace, coder.color_range = _BT709, _LIMITED
                coder.color_primaries = _BT709 if footage.primaries == _UNKNOWN else footage.primaries
                coder.color_trc = _BT709 if footage.transfer == _UNKNOWN else footage.transfer
                start, end = (footage.begins_s, footage.ends_s) if footage.cut else (-math.inf, math.inf)
                self._sound = Sound(self._source, self._container, self._path.suffix.lower(), start, end, self._shift_s)
            except (av.FFmpegError, OSError, ValueError) as e:
                raise OutputError(f"cannot write {self._path}: {e}", "Choose another folder.") from e
            undo.pop_all()
        return self

    def write(self, picture: NDArray[np.uint8], at_s: float) -> None:
        import av

        info = self._footage.info
        if picture.shape[:2] != (info.height, info.width):
            raise OutputError(
                f"{self._source} changes its size on the way, from {info.width}x{info.height}", "Give it one size, or write PNG."
            )
        down, right = self._stream.height - picture.shape[0], self._stream.width - picture.shape[1]
        if down or right:
            picture = np.asarray(cv2.copyMakeBorder(picture, 0, down, 0, right, cv2.BORDER_REPLICATE), np.uint8)
        stored = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgra" if picture.shape[2] == 4 else "bgr24")
        # with several threads, swscale writes over the beginnings of lines where the width is no multiple of 16
        coded = stored.reformat(format=self._kind.layout, dst_colorspace=_BT709, threads=1)
        base = self._footage.time_base
        ticks = round((at_s - self._shift_s) / base)
        self._last = ticks if self._last is None else max(self._last + 1, ticks)
        coded.pts, coded.time_base = self._last, base
        try:
            self._sound.up_to(at_s)
            self._container.mux(self._stream.encode(coded))
        except (av.FFmpegError, OSError) as e:
            raise OutputError(f"cannot write {self._path}: {e}", "Is the disk full? `df -h` says.") from e

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        import av

        try:
            try:
                if kind is None:
                    self._container.mux(self._stream.encode(None))
                    self._sound.up_to()
            finally:
                self._sound.close()
                self._container.close()
            if kind is None:
                self._part.replace(self._path)
        except (av.FFmpegError, OSError) as e:
            if kind is None:  # else that is what went wrong
                raise OutputError(f"cannot finish {self._path}: {e}", "Is the disk full? `df -h` says.") from e
        finally:
            self._part.unlink(missing_ok=True)


class Pictures:
    """PNG pictures, numbered from 1, in a hidden folder beside theirs until all of them are there."""

    def __init__(self, pattern: Path) -> None:
        self._pattern, self._count = pattern, 0
        self._part = pattern.parent.with_name(f".{pattern.parent.name}.{os.getpid()}.part")

    def __enter__(self) -> Pictures:
        try:
            self._part.mkdir(parents=True)
        except OSError as e:
            raise OutputError(f"cannot write to {self._pattern.parent}: {e}", "Choose another folder.") from e
        return self

    def write(self, picture: NDArray[np.uint8], at_s: float) -> None:
        self._count += 1
        good, data = cv2.imencode(".png", picture)
        try:
            (self._part / _named(self._pattern, self._count)).write_bytes(data.tobytes() if good else b"")
        except OSError as e:
            raise OutputError(f"cannot write to {self._pattern.parent}: {e}", "Is the disk full? `df -h` says.") from e

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if kind is None:
                self._pattern.parent.mkdir(exist_ok=True)
                for one in sorted(self._part.iterdir()):
                    one.replace(self._pattern.parent / one.name)
        except OSError as e:
            raise OutputError(f"cannot finish {self._pattern.parent}: {e}", "Choose another folder.") from e
        finally:
            shutil.rmtree(self._part, ignore_errors=True)


def _named(pattern: Path, number: int) -> str:
    return _NUMBERED.sub(lambda found: found.group() % number, pattern.name, count=1)
