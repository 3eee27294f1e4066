"""A video file, read for its own sake: every picture upright, with the time that the file gives it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from vbg import videos
from vbg.cameras import CameraInfo
from vbg.errors import CameraError, UsageError
from vbg.frame import Frame, read_only

if TYPE_CHECKING:
    import av

_HDR = {16: "PQ", 18: "HLG"}
"""Transfer functions, by ITU-T H.273's numbers, that 8 bits cannot hold."""

_CLOSE_S = 1e-4
"""Times nearer than this are the same: containers round."""


class Footage:
    """A `Source` whose frames are `captured_at` the file's own seconds. Raises UsageError and CameraError as `VideoFile` does.

    aspect: a pixel's width over its height. time_base: seconds that the file's times are counted in. origin_s: of its first
    picture. begins_s, ends_s, cut: what of the file's time is read, and whether that was asked for. primaries, transfer: of its
    colours, numbers of ITU-T H.273.
    start_s, end_s: the part that is read, seconds after the file's first picture; `end_s` itself is left out.
    """

    def __init__(self, path: Path, start_s: float = 0.0, end_s: float = math.inf) -> None:
        self._path = path
        self._container = videos.opened(path)
        try:
            self._stream = self._container.streams.video[0]
            coder = self._stream.codec_context
            if int(coder.color_trc) in _HDR:
                raise UsageError(
                    f"{path} is HDR ({_HDR[int(coder.color_trc)]}), which vbg would spoil", "Convert it to SDR (BT.709) first."
                )
            self.time_base = self._stream.time_base or Fraction(1, 90_000)
            self.primaries, self.transfer = int(coder.color_primaries), int(coder.color_trc)
            self.fps = float(self._stream.average_rate or self._stream.guessed_rate or 30)
            begin = float((self._stream.start_time or 0) * self.time_base)
            self.origin_s = begin
            self.begins_s, self.ends_s = begin + start_s, begin + end_s
            self.cut = start_s > 0 or end_s < math.inf
            self._frames = self._decoded(start_s > 0)
            try:
                self._first = next(self._frames, None)
            except CameraError as e:
                raise UsageError(f"{path} is not a video that can be read: {e}") from e
            if self._first is None:
                raise UsageError(f"{path} {'shows nothing in that time' if self.cut else 'is a video without frames'}")
        except BaseException:
            self._container.close()
            raise
        aspect = self._stream.sample_aspect_ratio or Fraction(1)
        upright = (self._first.width > self._first.height) == (coder.width > coder.height)
        self.aspect = aspect if upright or not aspect else 1 / aspect
        self._info = CameraInfo(path.name, str(path), self._first.width, self._first.height, self.fps, coder.name)

    @property
    def info(self) -> CameraInfo:
        return self._info

    def read(self) -> Frame | None:
        """The next frame; None at the end. Raises CameraError."""
        frame, self._first = self._first or next(self._frames, None), None
        return frame

    def close(self) -> None:
        """Close the file."""
        self._container.close()

    def _pictures(self, sought: bool) -> Iterator[av.VideoFrame]:
        """From the start; or, where `sought`, from a place before `begins_s` that is found without decoding what is before it."""
        if sought:
            self._container.seek(max(0, math.floor(self.begins_s * 1_000_000)))
            found = self._container.decode(self._stream)
            first = next(found, None)
            if first is not None and first.pts is not None and first.pts * self.time_base <= self.begins_s + _CLOSE_S:
                yield first
                yield from found
                return
            self._container.seek(0)  # some files (transport streams) are not found their way about in
        yield from self._container.decode(self._stream)

    def _decoded(self, sought: bool) -> Iterator[Frame]:
        import av

        index, last_s = 0, -math.inf
        try:
            for picture in self._pictures(sought):
                at_s = float(picture.pts * self.time_base) if picture.pts is not None else self.begins_s + index / self.fps
                last_s = at_s = max(last_s, at_s)  # a broken file may step back
                if at_s >= self.ends_s - _CLOSE_S:
                    return
                if at_s >= self.begins_s - _CLOSE_S:
                    yield Frame(read_only(videos.pixels(picture)), index, at_s)
                    index += 1
        except av.FFmpegError as e:
            raise CameraError(
                f"{self._path} cannot be decoded: {e}", "The file seems damaged; play it to see how far it goes."
            ) from e
