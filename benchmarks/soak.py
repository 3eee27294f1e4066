"""Hours in minutes: the real pipeline on the demo clip while everything about it is changed, unplugged and broken at random.

    python -m benchmarks.soak --minutes 30
    python -m benchmarks.soak --minutes 3 --only camera      one kind of change alone: what takes memory, where something does

After every round of changes the session is brought back to where it was and measured there: memory, open handles, threads,
latency. Flat is what they must be; the exit status says so: 1 where something surely grew, 2 where the run was too short to tell.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import json
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

import numpy as np

from vbg.cameras import CameraInfo, Source
from vbg.cameras.demo import Demo
from vbg.effects import Effect
from vbg.effects.blur import Blur
from vbg.effects.colour import Colour
from vbg.effects.picture import Picture
from vbg.effects.video import Video
from vbg.errors import CameraError, CameraLostError, OutputError
from vbg.frame import Canvas, Frame, read_only
from vbg.matting.style import Style
from vbg.models.follow import Follow
from vbg.models.selfie import SelfieLandscape, SelfieSquare
from vbg.session import Session
from vbg.settings import Look, Setup
from vbg.sinks import Sink, SinkInfo
from vbg.status import Phase

FPS = 30.0
_FRAMES = 60
_SETTLED_S = 1.5  # of frames as at the start, before they are measured
_PATIENCE_S = 30.0
_PARTS, _STUDENT = 12, 2.23  # parts of a run whose medians make its slope, and Student's t for two of them less, 95 %
_LIMITS = {"memory_mb": 12.0, "handles": 2.0, "threads": 2.0}  # growth per hour that is called flat


@dataclass
class Trouble:
    """What is wrong with the cameras and the output at the moment. `running` is cleared while a driver hangs."""

    unplugged: bool = False
    black: bool = False
    broken_output: bool = False
    watched: bool = True
    running: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.running.set()


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """The demo clip as a live camera that can be unplugged. Rendered once, then played forth and back."""

    name: ClassVar[str] = "soak"
    live: ClassVar[bool] = True
    width: int
    height: int
    trouble: Trouble
    frames: list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        source = Demo().open(self.width, self.height, FPS)
        self.frames.extend(source.frame(150 + 2 * index).pixels for index in range(_FRAMES))

    def open(self, width: int = 0, height: int = 0, fps: float = 0, identity: str = "") -> Source:
        if self.trouble.unplugged:
            raise CameraError("no camera found")
        return _Playing(self)


class _Playing:
    def __init__(self, clip: Clip) -> None:
        self._clip, self._index, self._began = clip, 0, time.monotonic()
        self._black = read_only(np.zeros_like(clip.frames[0]))

    @property
    def info(self) -> CameraInfo:
        return CameraInfo("clip", f"clip {self._clip.width}", self._clip.width, self._clip.height, FPS, "BGR")

    def read(self) -> Frame | None:
        trouble = self._clip.trouble
        time.sleep(max(0.0, self._began + self._index / FPS - time.monotonic()))
        trouble.running.wait(_PATIENCE_S)
        if trouble.unplugged:
            raise CameraLostError("unplugged")
        lap = self._index % (2 * _FRAMES - 2)
        pixels = self._clip.frames[lap if lap < _FRAMES else 2 * _FRAMES - 2 - lap]
        self._index += 1
        return Frame(self._black if trouble.black else pixels, self._index - 1, time.monotonic())

    def close(self) -> None:
        pass


@dataclass(frozen=True, slots=True, eq=False)
class Counting:
    """A live output that counts what it gets, and fails when it is told to."""

    name: ClassVar[str] = "soak"
    trouble: Trouble
    counts: Counter[str] = field(default_factory=Counter)

    def open(self, canvas: Canvas) -> Sink:
        if self.trouble.broken_output:
            raise OutputError("the driver was removed")
        self.counts["opened"] += 1
        return _Counter(self)


class _Counter:
    info = SinkInfo("counter", "soak", "BGR", live=True)

    def __init__(self, spec: Counting) -> None:
        self._spec = spec

    def send(self, frame: Frame) -> None:
        if self._spec.trouble.broken_output:
            raise OutputError("the driver was removed")
        self._spec.counts["sent"] += 1

    def watched(self) -> bool:
        return self._spec.trouble.watched

    def close(self) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Sample:
    """at_s: since the start. memory_mb: resident; of it, private_mb: not a file's. allocated_mb: what the C library has given out
    and not got back (0 where it does not tell); blocks: Python's own small pieces of memory. Where these two are flat and
    private_mb is not, nothing is kept: free memory is scattered. latency_ms: median, captured to sent, while all is calm."""

    at_s: float
    memory_mb: float
    private_mb: float
    allocated_mb: float
    blocks: int
    handles: int
    threads: int
    latency_ms: float


class Soak:
    """One session, troubled. rng: decides. only: the one kind of change that is made; all of them where that is empty."""

    def __init__(self, folder: Path, seed: int, only: str = "") -> None:
        self.only = only
        self.rng = random.Random(seed)
        self.trouble = Trouble()
        self.cameras = [Clip(640, 360, self.trouble), Clip(480, 360, self.trouble)]
        self.output, self.second = Counting(self.trouble), Counting(Trouble())
        self.setup = Setup(self.cameras[0], Follow(), (self.output,), 640, 360, FPS)
        self.look = Look(Blur(0.5))
        self.session = Session(self.setup, self.look)
        self.effects = list(_effects(folder))
        self.done: Counter[str] = Counter()
        self.samples: list[Sample] = []
        self.collected: Sample | None = None  # the end once more, without what only waits for Python's collector
        self.began = time.monotonic()

    def run(self, seconds: float) -> None:
        """Rounds of changes until the time is over. Raises what the session raises."""
        self.session.start()
        try:
            self._calm(_PATIENCE_S)
            while time.monotonic() - self.began < seconds:
                for _ in range(self.rng.randint(3, 6)):
                    name, action = self.rng.choice(self._actions())
                    self.done[name] += 1
                    action()
                    time.sleep(self.rng.uniform(0.05, 0.4))
                self._calm(_SETTLED_S)
                self.samples.append(self._sample())
            gc.collect()
            self.collected = self._sample()
        finally:
            self.trouble.running.set()
            self.session.stop()
            self.session.wait(_PATIENCE_S)

    def _actions(self) -> list[tuple[str, Callable[[], object]]]:
        rng, session = self.rng, self.session
        models = (Follow(), SelfieLandscape(), SelfieSquare())
        style = Style(rng.random(), rng.uniform(-2, 2), rng.random(), rng.random(), rng.random() < 0.3, rng.random() < 0.5)
        actions = [
            ("background", lambda: session.look.update(lambda look: replace(look, effect=rng.choice(self.effects)))),
            ("style", lambda: session.look.update(lambda look: replace(look, style=style))),
            ("many changes", self._many_changes),
            ("model", lambda: session.setup.update(lambda setup: replace(setup, model=rng.choice(models)))),
            ("camera", lambda: session.setup.update(lambda setup: replace(setup, camera=rng.choice(self.cameras)))),
            ("size", lambda: session.setup.update(lambda setup: replace(setup, width=rng.choice((320, 640, 960))))),
            ("second output", lambda: session.setup.update(lambda s: replace(s, outputs=(self.output, self.second)))),
            ("budget", lambda: session.setup.update(lambda s: replace(s, cpu_percent=rng.choice((0, 10, 50))))),
            ("unplugged", lambda: self._for(0.2, 2.5, "unplugged", True)),
            ("black", lambda: self._for(0.5, 2.0, "black", True)),
            ("output gone", lambda: self._for(0.2, 1.5, "broken_output", True)),
            ("nobody watches", lambda: self._for(1.0, 3.0, "watched", False)),
            ("driver hangs", self._hang),
        ]
        return [action for action in actions if self.only in ("", action[0])]

    def _for(self, least_s: float, most_s: float, name: str, value: bool) -> None:
        usual = getattr(self.trouble, name)
        setattr(self.trouble, name, value)
        time.sleep(self.rng.uniform(least_s, most_s))
        setattr(self.trouble, name, usual)

    def _many_changes(self) -> None:
        for count in range(200):
            self.session.look.set(Look(Blur(count % 10 / 10)))

    def _hang(self) -> None:
        self.trouble.running.clear()
        time.sleep(self.rng.uniform(0.5, 3.0))
        self.trouble.running.set()

    def _calm(self, settled_s: float) -> None:
        """All as at the start, and running so for a while."""
        self.session.setup.set(self.setup)
        self.session.look.set(self.look)
        end = time.monotonic() + _PATIENCE_S
        while not (self.session.status().phase is Phase.RUNNING and self.session.status().canvas == Canvas(640, 360, FPS)):
            if time.monotonic() > end:
                raise TimeoutError(f"it does not come back: {self.session.status()}")
            time.sleep(0.02)
        time.sleep(min(settled_s, _SETTLED_S))

    def _sample(self) -> Sample:
        status = Path("/proc/self/status").read_text()
        resident, private = (1.024e-3 * int(status.partition(f"{name}:")[2].split()[0]) for name in ("VmRSS", "RssAnon"))
        return Sample(
            round(time.monotonic() - self.began, 1),
            round(resident, 1),
            round(private, 1),
            round(_allocated() / 1e6, 1),
            sys.getallocatedblocks(),
            len(list(Path("/proc/self/fd").iterdir())),
            threading.active_count(),
            self.session.status().latency.p50,
        )


class _Mallinfo(ctypes.Structure):
    """glibc's struct mallinfo2."""

    _names = ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost")
    _fields_: ClassVar = [(name, ctypes.c_size_t) for name in _names]


def _allocated() -> int:
    """Bytes that the C library has given out, in all of its arenas; 0 where it does not tell."""
    try:
        mallinfo = ctypes.CDLL(None).mallinfo2
    except AttributeError:
        return 0
    mallinfo.restype = _Mallinfo
    found = mallinfo()
    return int(found.uordblks + found.hblkhd)


def _effects(folder: Path) -> Iterator[Effect]:
    """All kinds of backgrounds, and two that cannot be opened."""
    import av
    from PIL import Image

    Image.fromarray(np.random.default_rng(1).integers(0, 256, (300, 500, 3), np.uint8)).save(folder / "picture.png")
    with av.open(str(folder / "clip.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=30, width=320, height=180, pix_fmt="yuv420p")
        for level in range(30):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.full((180, 320, 3), 8 * level, np.uint8), format="bgr24")))
        container.mux(stream.encode(None))
    yield from (Blur(0.1), Blur(1.0), Colour("#00b140"), Picture(str(folder / "picture.png")), Video(str(folder / "clip.mp4")))
    yield from (Picture(str(folder / "missing.png")), Video(str(folder / "missing.mp4")))


@dataclass(frozen=True, slots=True)
class Slope:
    """Change per hour, and what it may be off by with a certainty of 95 %."""

    per_hour: float
    within: float


def slope(samples: list[Sample], name: str) -> Slope:
    """Of a figure, over the last four fifths of the run: before that, much is done for the first time.

    A straight line through the medians of _PARTS equal spans of time, which hide that neighbouring samples are alike.
    """
    kept = samples[len(samples) // 5 :]
    parts = [part for part in np.array_split(np.arange(len(kept)), _PARTS) if part.size]
    if len(parts) < _PARTS:
        return Slope(0.0, float("inf"))
    at = np.array([np.median([kept[i].at_s for i in part]) for part in parts]) / 3600
    values = np.array([np.median([getattr(kept[i], name) for i in part]) for part in parts])
    rate, start = np.polyfit(at, values, 1)
    left = values - (rate * at + start)
    error = np.sqrt(np.sum(left**2) / (_PARTS - 2) / np.sum((at - at.mean()) ** 2))
    return Slope(float(rate), float(_STUDENT * error))


def figures(soak: Soak) -> dict[str, object]:
    """What is reported. `grew`: the last quarter's median less the second quarter's."""
    samples = soak.samples
    quarter = max(1, len(samples) // 4)
    middle, last = samples[quarter : 2 * quarter] or samples, samples[-quarter:]

    def grew(name: str) -> float:
        return float(np.median([getattr(s, name) for s in last]) - np.median([getattr(s, name) for s in middle]))

    names = [name for name in asdict(samples[0]) if name != "at_s"]
    return {
        "seconds": samples[-1].at_s,
        "rounds": len(samples),
        "frames_and_cards_sent": soak.output.counts["sent"],
        "output_opened": soak.output.counts["opened"],
        "did": dict(soak.done.most_common()),
        "first": asdict(samples[0]),
        "last": asdict(samples[-1]),
        "collected": asdict(soak.collected) if soak.collected else {},
        "grew": {name: round(grew(name), 2) for name in names},
        "slope_per_hour": {name: [round(value, 2) for value in astuple(slope(samples, name))] for name in names},
    }


def verdict(samples: list[Sample]) -> tuple[int, str]:
    """The exit status and a sentence: 0 flat, 1 something surely grows by more than its limit, 2 that cannot be told yet."""
    unclear = []
    for name, limit in _LIMITS.items():
        found = slope(samples, name)
        said = f"{name}: {found.per_hour:+.1f} ± {found.within:.1f} an hour, {limit:g} allowed"
        if found.per_hour - found.within > limit:
            return 1, f"grows: {said}"
        if found.per_hour + found.within > limit:
            unclear.append(said)
    return (2, f"too short to tell: {'; '.join(unclear)}") if unclear else (0, "flat")


@contextmanager
def soaked(seconds: float, seed: int, only: str = "") -> Iterator[Soak]:
    """A finished soak of so many seconds. only: see `Soak`."""
    with TemporaryDirectory() as folder:
        soak = Soak(Path(folder), seed, only)
        soak.run(seconds)
        yield soak


def main() -> int:
    """The exit status: see `verdict`."""
    import logging

    import cv2

    parser = argparse.ArgumentParser("python -m benchmarks.soak", description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", metavar="KIND", help="make one kind of change alone, such as camera or unplugged")
    parser.add_argument("--samples", type=Path, help="write every sample here, as JSON")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    logging.disable()
    with soaked(60 * arguments.minutes, arguments.seed, arguments.only) as soak:
        found = figures(soak)
        if arguments.samples:
            arguments.samples.write_text(json.dumps([asdict(sample) for sample in soak.samples]))
    print(json.dumps(found, indent=1))
    status, said = verdict(soak.samples)
    print(said)
    return status


if __name__ == "__main__":
    sys.exit(main())
