"""A video file as the camera: every frame, in order, upright."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from vbg import videos
from vbg.cameras import CameraInfo, Source
from vbg.errors import CameraError, UsageError
from vbg.frame import Frame, read_only
from vbg.spec import checked, knob

if TYPE_CHECKING:
    import av


@dataclass(frozen=True, slots=True)
class VideoFile:
    """`captured_at` is the time of opening plus the frame's own timestamp."""

    name: ClassVar[str] = "video_file"
    live: ClassVar[bool] = False
    file: str = knob("", "File", help="any video that FFmpeg reads")
    loop: bool = knob(False, "Loop", help="start again at the end")

    def __post_init__(self) -> None:
        checked(self)

    def open(self, width: int = 0, height: int = 0, fps: float = 0, identity: str = "") -> Source:
        path = Path(self.file)
        container = videos.opened(path)
        try:
            return _Decoder(container, path, self.loop)
        except CameraError as e:
            container.close()
            raise UsageError(f"{path} is not a video that can be read: {e}") from e
        except BaseException:
            container.close()
            raise


class _Decoder:
    def __init__(self, container: av.container.InputContainer, path: Path, loop: bool) -> None:
        self._container, self._path, self._loop = container, path, loop
        self._stream = container.streams.video[0]
        self._fps = float(self._stream.average_rate or self._stream.guessed_rate or 30)
        self._opened_at = time.monotonic()
        self._index = 0
        self._lap_s = 0.0  # when the current round through the file began, seconds after `_opened_at`
        self._last_s = 0.0
        self._frames = self._decoded()
        self._first = next(self._frames, None)
        if self._first is None:
            raise UsageError(f"{path} is a video without frames")
        self._info = CameraInfo(
            path.name, str(path), self._first.width, self._first.height, self._fps, self._stream.codec_context.name
        )

    @property
    def info(self) -> CameraInfo:
        return self._info

    def read(self) -> Frame | None:
        frame, self._first = self._first or next(self._frames, None), None
        if frame is None and self._loop:
            self._container.seek(0)
            self._lap_s = self._last_s + 1 / self._fps
            self._frames = self._decoded()
            frame = next(self._frames, None)
        return frame

    def close(self) -> None:
        self._frames.close()  # type: ignore[attr-defined]  # a generator
        self._container.close()

    def _decoded(self) -> Iterator[Frame]:
        import av

        start = None
        try:
            for picture in self._container.decode(self._stream):
                if start is None:
                    start = picture.time or 0.0
                at_s = self._lap_s + (picture.time - start if picture.time is not None else self._index / self._fps)
                self._last_s = max(self._last_s, at_s)
                yield Frame(read_only(videos.pixels(picture)), self._index, self._opened_at + self._last_s)
                self._index += 1
        except av.FFmpegError as e:
            raise CameraError(
                f"{self._path} cannot be decoded: {e}", "The file seems damaged; play it to see how far it goes."
            ) from e
