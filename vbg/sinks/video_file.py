"""A video file as the output: H.264 (MP4, MKV, MOV), whole or not at all."""

from __future__ import annotations

import os
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from vbg.errors import OutputError, UsageError
from vbg.frame import Canvas, Frame
from vbg.roomy import Roomy
from vbg.sinks import Sink, SinkInfo
from vbg.spec import checked, knob

if TYPE_CHECKING:
    import av

_FORMATS = {".mp4": "mp4", ".mkv": "matroska", ".mov": "mov"}
SUFFIXES = tuple(_FORMATS)
_BT709 = 1
_TICKS = 90_000  # per second: the usual clock of video, fine enough for any rate


@dataclass(frozen=True, slots=True)
class VideoOut:
    """Frames keep their own times, so a dropped frame leaves a gap and nothing drifts."""

    name: ClassVar[str] = "video_file"
    file: str = knob("", "File", help="ends in .mp4, .mkv or .mov")
    quality: int = knob(20, "CRF", help="x264's constant rate factor: lower is better and larger", low=0, high=51)

    def __post_init__(self) -> None:
        checked(self)

    def open(self, canvas: Canvas) -> Sink:
        import av

        path = Path(self.file)
        if path.suffix.lower() not in SUFFIXES:
            raise UsageError(f"cannot write {path.name!r}: unknown kind of file", f"Name it with one of {', '.join(SUFFIXES)}.")
        if not path.parent.is_dir():
            raise UsageError(f"there is no folder {path.parent}", f"`mkdir -p {path.parent}` makes it.")
        if path.is_dir():
            raise UsageError(f"{path} is a folder", "Take another name.")
        part = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")
        file: Roomy | None = None
        try:
            file = Roomy(part)
            container = av.open(file, "w", format=_FORMATS[path.suffix.lower()])
            stream = container.add_stream("libx264", rate=Fraction(canvas.fps).limit_denominator(1001))
        except (av.FFmpegError, OSError) as e:
            if file is not None:
                file.close()
            part.unlink(missing_ok=True)
            raise OutputError(f"cannot write {path}: {e}", "Choose another folder.") from e
        stream.width, stream.height, stream.pix_fmt = canvas.width, canvas.height, "yuv420p"
        stream.options = {"crf": str(self.quality), "preset": "veryfast"}
        coder = stream.codec_context
        coder.time_base = Fraction(1, _TICKS)
        coder.colorspace = coder.color_primaries = coder.color_trc = _BT709  # named, so that every player shows the same colours
        coder.color_range = 1  # limited
        return _Writer(container, stream, file, part, path)


class _Writer:
    """Writes to a hidden file beside the target and renames it at the end, also where the disk is full by then."""

    def __init__(
        self, container: av.container.OutputContainer, stream: av.VideoStream, file: Roomy, part: Path, path: Path
    ) -> None:
        self._container, self._stream, self._file, self._part, self._path = container, stream, file, part, path
        self._start: float | None = None
        self._last = -1

    @property
    def info(self) -> SinkInfo:
        return SinkInfo("video file", str(self._path), "H.264 yuv420p", live=False)

    def send(self, frame: Frame) -> None:
        import av

        if self._start is None:
            self._start = frame.captured_at
        rgb = av.VideoFrame.from_ndarray(frame.pixels, format="bgr24")
        picture = rgb.reformat(format="yuv420p", dst_colorspace=_BT709, threads=1)  # with more, see `videos.pixels`
        # two frames of one tick would be refused; a camera's clock may stutter
        self._last = max(self._last + 1, round((frame.captured_at - self._start) * _TICKS))
        picture.pts, picture.time_base = self._last, Fraction(1, _TICKS)
        try:
            self._container.mux(self._stream.encode(picture))
        except (av.FFmpegError, OSError) as e:
            raise OutputError(f"cannot write {self._path}: {e}", "Is the disk full? `df -h` says.") from e
        if self._file.full:
            raise OutputError(f"the disk is full: {self._path} ends here", "Make room; `df -h` says where. The file plays.")

    def watched(self) -> bool:
        return True

    def close(self) -> None:
        import av

        try:
            try:
                if self._start is not None and not self._file.full:
                    self._container.mux(self._stream.encode(None))
            finally:
                self._container.close()  # writes the index
                self._file.close()
            if self._start is not None:
                self._part.replace(self._path)
        except (av.FFmpegError, OSError) as e:
            raise OutputError(f"cannot finish {self._path}: {e}", "Is the disk full? `df -h` says.") from e
        finally:
            self._file.close()
            self._part.unlink(missing_ok=True)
