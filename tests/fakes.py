"""Stand-ins for cameras, models, effects and outputs that do exactly what a test tells them to.

Each is a spec like the real ones. What happened, and what shall happen from now on, stands in its `log` or `control`, which a
test may read and change from its own thread at any time. A caller that breaks one of the protocols' promises is noted in
`broken_promises`; a fixture in conftest.py fails the test then, wherever the code under test swallowed the exception.
"""

from __future__ import annotations

import dataclasses
import queue
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from vbg.cameras import Camera, CameraInfo, Source
from vbg.effects import Effect, Painter
from vbg.errors import CameraError, CameraLostError, EffectError, ModelError, OutputError
from vbg.frame import Canvas, Frame, Mask, Pixels, read_only
from vbg.models import Engine, Model, Segmenter
from vbg.sinks import Output, Sink, SinkInfo
from vbg.spec import knobs

ROOM = (40, 200, 250)
"""BGR of everything that a FakeCamera shows unless told otherwise: found on an output, the room was shown."""

WAIT_S = 10.0
"""The longest that a fake blocks: a test that forgot to release it fails instead of hanging."""

broken_promises: list[str] = []


def promised(kept: bool, what: str) -> None:
    """Note and raise where a caller did not keep its promise."""
    if not kept:
        broken_promises.append(what)
        raise AssertionError(what)


def plain(width: int, height: int, bgr: tuple[int, int, int]) -> Pixels:
    """(height, width, 3) of one colour, read-only."""
    return read_only(np.full((height, width, 3), bgr, np.uint8))


@dataclass
class Log:
    """How often something was opened, closed and used, and by which threads (`threading.get_ident`).

    error: raised by its use while set, where the fake says so.
    """

    opened: int = 0
    closed: int = 0
    used: int = 0
    threads: set[int] = field(default_factory=set)
    running: threading.Event = field(default_factory=threading.Event)
    error: Exception | None = None

    def __post_init__(self) -> None:
        self.running.set()

    def block(self) -> None:
        """Whatever is asked of it hangs until `release`."""
        self.running.clear()

    def release(self) -> None:
        self.running.set()

    @property
    def open_now(self) -> int:
        return self.opened - self.closed


class _Opened:
    """What every opened fake watches: closed once, not used after that, all on one thread."""

    def __init__(self, log: Log) -> None:
        self._log, self._closed, self._thread = log, False, threading.get_ident()
        log.opened += 1
        log.threads.add(self._thread)

    def _use(self) -> int:
        """Count one use; returns how many there were before, since the first opening."""
        promised(not self._closed, f"{type(self).__name__} was used after close")
        own = threading.get_ident() == self._thread or (isinstance(self, FakeSink) and _is_guard())
        promised(own, f"{type(self).__name__} was used on another thread than opened it")
        self._log.used += 1
        return self._log.used - 1

    def close(self) -> None:
        promised(not self._closed, f"{type(self).__name__} was closed twice")
        promised(threading.get_ident() == self._thread, f"{type(self).__name__} was closed on another thread than opened it")
        self._closed = True
        self._log.closed += 1


def _is_guard() -> bool:
    """Whether this is the thread that may send a card in the owner's place."""
    return threading.current_thread().name == "vbg-guard"


@dataclass
class CameraControl(Log):
    """Steers a FakeCamera, also while it is open. `used` counts reads.

    open_error, read_error: raised by the next opening and reads while set. ended: the next read gives None.
    asked: the (width, height, fps, identity) of each opening.
    """

    open_error: Exception | None = None
    read_error: Exception | None = None
    ended: bool = False
    asked: list[tuple[int, int, float, str]] = field(default_factory=list)
    pushed: queue.SimpleQueue[Pixels] = field(default_factory=queue.SimpleQueue)

    def push(self, pixels: Pixels) -> None:
        """The next picture of a camera made with `pushed=True`."""
        self.pushed.put(pixels)

    def unplug(self) -> None:
        """Reads and openings fail until `plug_in`."""
        self.read_error = CameraLostError("the fake camera was unplugged")
        self.open_error = CameraError("no camera found")

    def plug_in(self) -> None:
        self.read_error = self.open_error = None


@dataclass(frozen=True, slots=True, eq=False)
class FakeCamera:
    """A live camera that shows the colour ROOM, or `picture(index)`, or what is pushed to `control`.

    width, height: pixels, whatever `open` is asked for. fps: it waits so long between frames; 0: no wait. frames: the end
    comes after so many, per opening. fails_at: reading the frame of that index (per opening) raises CameraLostError.
    """

    name: ClassVar[str] = "fake"
    live: ClassVar[bool] = True
    width: int = 64
    height: int = 36
    fps: float = 200.0
    frames: int | None = None
    fails_at: int | None = None
    picture: Callable[[int], Pixels] | None = None
    pushed: bool = False
    identity: str = "fake-1"
    control: CameraControl = field(default_factory=CameraControl)

    def open(self, width: int = 0, height: int = 0, fps: float = 0, identity: str = "") -> Source:
        self.control.asked.append((width, height, fps, identity))
        self.control.running.wait(WAIT_S)
        if self.control.open_error is not None:
            raise self.control.open_error
        return _FakeSource(self)


@dataclass(frozen=True, slots=True, eq=False)
class FakeRecording(FakeCamera):
    """The same as a file: every frame waits to be read, and `captured_at` is the opening's time plus index / fps."""

    live: ClassVar[bool] = False


class _FakeSource(_Opened):
    def __init__(self, spec: FakeCamera) -> None:
        super().__init__(spec.control)
        self._spec, self._control, self._index = spec, spec.control, 0
        self._opened_at = time.monotonic()
        self._still = plain(spec.width, spec.height, ROOM)

    @property
    def info(self) -> CameraInfo:
        spec = self._spec
        return CameraInfo("fake camera", spec.identity, spec.width, spec.height, spec.fps or 30.0, "BGR")

    def read(self) -> Frame | None:
        self._use()
        spec, control, index = self._spec, self._control, self._index
        if spec.live and spec.fps:
            time.sleep(max(0.0, self._opened_at + index / spec.fps - time.monotonic()))
        control.running.wait(WAIT_S)
        if control.read_error is not None:
            raise control.read_error
        if index == spec.fails_at:
            raise CameraLostError(f"the fake camera failed at frame {index}")
        if control.ended or index == spec.frames:
            return None
        if spec.pushed:
            pixels = read_only(control.pushed.get(timeout=WAIT_S))
        else:
            pixels = read_only(spec.picture(index)) if spec.picture else self._still
        self._index += 1
        at = time.monotonic() if spec.live else self._opened_at + index / (spec.fps or 30.0)
        return Frame(pixels, index, at)


@dataclass
class ModelControl(Log):
    """Steers a FakeModel. `used` counts masks. error, open_error: raised while set. resets: how often it was reset. sparing: what
    it was told last."""

    open_error: Exception | None = None
    resets: int = 0
    sparing: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class FakeModel:
    """Says `value` everywhere, in the left half only (`left_half`), or what `answer(frame)` says, right or wrong.

    fails_at: the mask of that index, counted since the first opening, raises ModelError.
    """

    name: ClassVar[str] = "fake"
    value: float = 0.0
    left_half: bool = False
    answer: Callable[[Frame], Mask] | None = None
    fails_at: int | None = None
    control: ModelControl = field(default_factory=ModelControl)

    def open(self) -> Segmenter:
        if self.control.open_error is not None:
            raise self.control.open_error
        return _FakeSegmenter(self)


class _FakeSegmenter(_Opened):
    def __init__(self, spec: FakeModel) -> None:
        super().__init__(spec.control)
        self._spec, self._control = spec, spec.control

    @property
    def engines(self) -> tuple[Engine, ...]:
        return ()

    def mask(self, frame: Frame, room: Mask | None = None) -> Mask:
        count = self._use()
        self._control.running.wait(WAIT_S)
        if self._control.error is not None:
            raise self._control.error
        if count == self._spec.fails_at:
            raise ModelError(f"the fake model failed at mask {count}")
        if self._spec.answer is not None:
            return self._spec.answer(frame)
        mask = np.full((max(1, round(64 * frame.height / frame.width)), 64), self._spec.value, np.float32)
        if self._spec.left_half:
            mask[:, 32:] = 0
        return mask

    def spare(self, on: bool) -> None:
        self._control.sparing = on

    def reset(self) -> None:
        self._control.resets += 1


@dataclass(frozen=True, slots=True)
class FakeEffect:
    """One BGR colour; two of the same colour and faults are equal.

    fails_opening: `open` raises EffectError. fails_at: the paint of that index, counted since the first opening of this
    `log`, raises EffectError.
    """

    name: ClassVar[str] = "fake"
    covers: ClassVar[bool] = True
    moves: ClassVar[bool] = True
    of_room: ClassVar[bool] = False
    bgr: tuple[int, int, int] = (0, 0, 0)
    fails_opening: bool = False
    fails_at: int | None = None
    log: Log = field(default_factory=Log, compare=False)

    def open(self, width: int, height: int) -> Painter:
        if self.fails_opening:
            raise EffectError("the fake effect cannot be opened")
        return _FakePainter(self, width, height)


class _FakePainter(_Opened):
    def __init__(self, spec: FakeEffect, width: int, height: int) -> None:
        super().__init__(spec.log)
        self._spec, self._pixels = spec, plain(width, height, spec.bgr)

    def paint(self, frame: Frame, mask: Mask, t: float) -> Pixels:
        count = self._use()
        self._spec.log.running.wait(WAIT_S)
        if self._spec.log.error is not None:
            raise self._spec.log.error
        promised(frame.pixels.shape == self._pixels.shape, "paint got a frame of another size than open was given")
        if count == self._spec.fails_at:
            raise EffectError(f"the fake effect failed at frame {count}")
        return self._pixels


@dataclass
class OutputControl(Log):
    """Steers and records a FakeOutput. `used` counts sends, failed ones too.

    sent: copies of all frames and cards in order, over all openings. canvases: one per opening.
    watched: what `watched` says. error, open_error, close_error: raised while set.
    """

    sent: list[Frame] = field(default_factory=list)
    canvases: list[Canvas] = field(default_factory=list)
    watched: bool = True
    open_error: Exception | None = None
    close_error: Exception | None = None

    def wait_for(self, count: int) -> None:
        """Return when at least `count` frames or cards were sent; fail when they do not come."""
        wait_until(lambda: len(self.sent) >= count, f"{count} frames sent")


@dataclass(frozen=True, slots=True, eq=False)
class FakeOutput:
    """Keeps a copy of all that it is sent. fails_at: the send of that index, counted since the first opening, raises
    OutputError. live_output: whether somebody watches as time passes (see SinkInfo)."""

    name: ClassVar[str] = "fake"
    live_output: bool = True
    fails_at: int | None = None
    control: OutputControl = field(default_factory=OutputControl)

    def open(self, canvas: Canvas) -> Sink:
        if self.control.open_error is not None:
            raise self.control.open_error
        return FakeSink(self, canvas)


class FakeSink(_Opened):
    """An open FakeOutput."""

    def __init__(self, spec: FakeOutput, canvas: Canvas) -> None:
        super().__init__(spec.control)
        self._spec, self._control, self._canvas, self._last = spec, spec.control, canvas, -np.inf
        spec.control.canvases.append(canvas)

    @property
    def info(self) -> SinkInfo:
        return SinkInfo("fake output", "fake", "BGR", self._spec.live_output)

    def send(self, frame: Frame) -> None:
        count = self._use()
        promised((frame.width, frame.height) == (self._canvas.width, self._canvas.height), "a frame has not the canvas's size")
        promised(not frame.pixels.flags.writeable, "a frame can be written to")
        if not self._spec.live_output:  # between frames, live outputs get cards that carry the time of sending
            promised(frame.captured_at > self._last, "captured_at did not rise")
        self._last = frame.captured_at
        if self._control.error is not None:
            raise self._control.error
        if count == self._spec.fails_at:
            raise OutputError(f"the fake output failed at frame {count}")
        self._control.sent.append(Frame(read_only(frame.pixels.copy()), frame.index, frame.captured_at))

    def watched(self) -> bool:
        return self._control.watched

    def close(self) -> None:
        super().close()
        if self._control.close_error is not None:
            raise self._control.close_error


def wait_until(condition: Callable[[], bool], what: str, timeout_s: float = WAIT_S) -> None:
    """Return as soon as `condition()` holds; fail with `what` when it does not come to that."""
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, f"waited {timeout_s:g} s in vain for: {what}"
        time.sleep(0.002)


# files


def numbered(index: int, width: int = 64, height: int = 36) -> Pixels:
    """A picture that carries a number, 0..25, through any video format: see `number_of`."""
    return plain(width, height, (5 + 10 * index, 5 + 10 * index, 5 + 10 * index))


def number_of(pixels: Pixels) -> int:
    """The number of a picture made by `numbered`."""
    return round((float(pixels.mean()) - 5) / 10)


def write_clip(path: Path, pictures: Iterable[Pixels], times_s: Sequence[float] | float = 10.0, codec: str = "ffv1") -> Path:
    """A video file of `pictures` at `times_s`, or at so many frames per second. The file's name says the container."""
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=10 if isinstance(times_s, Sequence) else round(times_s))
        assert isinstance(stream, av.VideoStream)
        stream.codec_context.time_base = Fraction(1, 1000)
        for index, pixels in enumerate(pictures):
            if index == 0:
                stream.height, stream.width = pixels.shape[:2]
                stream.pix_fmt = "bgr0" if codec == "ffv1" else "yuv420p"
            picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="bgr24")
            picture.pts = round(1000 * (times_s[index] if isinstance(times_s, Sequence) else index / times_s))
            picture.time_base = Fraction(1, 1000)
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


def write_picture(path: Path, pixels: Pixels) -> Path:
    """A picture file of `pixels`."""
    from PIL import Image

    Image.fromarray(np.ascontiguousarray(pixels[:, :, ::-1])).save(path)
    return path


def variants(spec: Any) -> list[Any]:
    """One of the spec class `spec`, and one more for each end of each of its numbers and for each of its choices."""
    usual = spec()
    ends = [(name, value) for name, k in knobs(spec).items() for value in (k.low, k.high, *k.choices) if value is not None]
    return [usual, *(dataclasses.replace(usual, **{name: type(getattr(usual, name))(value)}) for name, value in ends)]


def within(folder: Path, spec: Any) -> Any:
    """`spec` itself, or, where it wants a file, the same with the one that the fixture `files` put into `folder`."""
    if "file" not in knobs(spec):
        return spec
    name = {"layers": "layers", "video": "clip.mp4", "video_file": "clip.mp4"}.get(spec.name, "picture.png")
    return dataclasses.replace(spec, file=str(folder / name))


if TYPE_CHECKING:  # mypy holds the fakes to the protocols
    _camera: Camera = FakeCamera()
    _recording: Camera = FakeRecording()
    _model: Model = FakeModel()
    _effect: Effect = FakeEffect()
    _output: Output = FakeOutput()
