"""A video behind the person: loops at its own pace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from vbg import videos
from vbg.effects import Painter
from vbg.errors import EffectError, UsageError
from vbg.fit import cover
from vbg.frame import Frame, Mask, Pixels, read_only
from vbg.spec import checked, knob

if TYPE_CHECKING:
    import av

_LATE_S = 1.0  # further behind than this (a pause, a slow machine), the clip goes on from where it is instead of catching up


@dataclass(frozen=True, slots=True)
class Video:
    """Fills the canvas, its middle kept."""

    name: ClassVar[str] = "video"
    covers: ClassVar[bool] = True
    moves: ClassVar[bool] = True
    of_room: ClassVar[bool] = False
    file: str = knob("", "File", help="any video that FFmpeg reads")

    def __post_init__(self) -> None:
        checked(self)

    def open(self, width: int, height: int) -> Painter:
        path = Path(self.file)
        container = videos.opened(path)
        try:
            return _Looping(container, width, height)
        except EffectError as e:
            container.close()
            raise UsageError(f"{path} is not a video that can be read: {e}") from e
        except BaseException:
            container.close()
            raise


class _Looping:
    """Decodes on the thread that paints; keeps one frame."""

    def __init__(self, container: av.container.InputContainer, width: int, height: int) -> None:
        self._container, self._size = container, (width, height)
        self._stream = container.streams.video[0]
        self._step_s = 1.0 / float(self._stream.average_rate or 30)
        self._frames = self._decoded()
        self._started: float | None = None
        self._due_s = 0.0  # when the picture after the shown one is due, seconds after `_started`
        self._shown = self._next()

    def paint(self, frame: Frame, mask: Mask, t: float) -> Pixels:
        if self._started is None:
            self._started = t
            self._due_s = self._step_s
        if t - self._started - self._due_s > _LATE_S:
            self._started = t - self._due_s
        while t - self._started >= self._due_s:
            self._shown = self._next()
            self._due_s += self._step_s
        return self._shown

    def skip(self, begun_s: float, t: float) -> None:
        """As if it had been painted from `begun_s` on until `t`: for a piece of a file. Raises EffectError."""
        every = self._stream.frames or round((self._container.duration or 0) / 1e6 / self._step_s)
        steps = max(0, int((t - begun_s) / self._step_s + 1e-6))
        left = steps % every if every else steps
        for _ in range(left):
            self._shown = self._next()
        self._started, self._due_s = begun_s, (steps + 1) * self._step_s

    def close(self) -> None:
        self._frames.close()  # type: ignore[attr-defined]  # a generator
        self._container.close()

    def _next(self) -> Pixels:
        picture = next(self._frames, None)
        if picture is None:  # the end: from the start again
            self._container.seek(0)
            self._frames = self._decoded()
            picture = next(self._frames, None)
            if picture is None:
                raise UsageError(f"{self._container.name} is a video without frames")
        return picture

    def _decoded(self) -> Iterator[Pixels]:
        import av

        try:
            for picture in self._container.decode(self._stream):
                yield read_only(cover(videos.pixels(picture), *self._size))
        except av.FFmpegError as e:
            raise EffectError(f"{self._container.name} cannot be decoded: {e}") from e
