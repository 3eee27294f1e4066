"""Every stage made to fail at every moment, before a room that is marked: what goes out, and is the room ever in it?

`python tests/faults.py` plays the whole matrix, prints it as a table and lays it into docs/trust.md.
"""

from __future__ import annotations

import logging
import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from fakes import FakeCamera, FakeEffect, FakeModel, FakeOutput, broken_promises, wait_until
from numpy.typing import NDArray

from vbg import kernels
from vbg.errors import CameraError, CameraLostError, EffectError, ModelError, OutputError, VbgError
from vbg.frame import Frame, Mask, Pixels
from vbg.guard import LIMIT_S
from vbg.kernels import blend
from vbg.matting.plate import Plate
from vbg.matting.refine import Refiner
from vbg.matting.smooth import Smoother
from vbg.session import Session
from vbg.settings import Look, Setup

WIDTH, HEIGHT = 128, 72
BLUE, GREEN = (250, 10, 10), (10, 120, 10)  # backgrounds: no red in them, and none in the person or on a card but in gray
_PERSON = (40, 160, 40)
_MARKS = ((255, 0, 255), (0, 255, 255))  # BGR of the room's pattern: full of red
_LEFT, _RIGHT, _TOP = 0.3, 0.7, 0.3  # where the person is, parts of the picture
_MARGIN = 0.07  # around the person the edge is soft
_LOOK_S = 0.25  # so long is looked at what a fault does
_SLOW_S = 1.0  # the same where it takes patience to notice
_SLOW = ("black pictures", "frozen picture", "hangs", "driver hangs", "fails, stays away")
_WAIT_S = 8.0

MOMENTS = ("start", "running", "settings change", "camera switch", "size change", "stop")


def _inside(height: int, width: int, margin: float) -> NDArray[np.bool_]:
    y, x = np.mgrid[0:height, 0:width]
    x, y = (x + 0.5) / width, (y + 0.5) / height
    return np.asarray((x > _LEFT - margin) & (x < _RIGHT + margin) & (y > _TOP - margin))


def _marked_room(person: bool) -> list[Pixels]:
    """Eight pictures of the pattern, with the person before it or without, each with a sensor's noise of its own."""
    rng = np.random.default_rng(1)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    odd = ((x // 8) + (y // 8)) % 2
    plain: NDArray[Any] = np.where(odd[:, :, None], np.array(_MARKS[0], np.int16), np.array(_MARKS[1], np.int16))
    if person:
        plain = np.where(_inside(HEIGHT, WIDTH, 0)[:, :, None], np.array(_PERSON, np.int16), plain)
    return [np.clip(plain + rng.integers(-3, 4, plain.shape), 0, 255).astype(np.uint8) for _ in range(8)]


PICTURES, ROOMS = _marked_room(True), _marked_room(False)


def true_mask(_: Frame) -> Mask:
    return _inside(36, 64, 0).astype(np.float32)


def leak(pixels: Pixels) -> bool:
    """Whether a fifth of the pattern or more shows anywhere but around the person."""
    red = pixels[:, :, 2].astype(int)
    colourful = pixels.max(axis=2).astype(int) - pixels.min(axis=2) > 40
    outside = ~_inside(pixels.shape[0], pixels.shape[1], _MARGIN)
    return bool(((red > 60) & colourful & outside).any())


def kind(frame: Frame) -> str:
    """ROOM, card, person (covered, with the person in it) or background (all covered)."""
    pixels = frame.pixels
    if leak(pixels):
        return "ROOM"
    if int(pixels[:3].max()) < 60:
        return "card"
    middle = pixels[pixels.shape[0] * 3 // 4, pixels.shape[1] // 2].astype(int)
    return "person" if np.abs(middle - _PERSON).max() < 40 else "background"


@dataclass
class World:
    """A session's parts, and what is wrong with them."""

    camera: FakeCamera
    second: FakeCamera
    model: FakeModel
    effect: FakeEffect
    output: FakeOutput
    answer: Callable[[Frame], Mask] = true_mask
    picture: Callable[[int], Pixels] = lambda index: PICTURES[index % len(PICTURES)]
    broken: dict[str, Exception] = field(default_factory=dict)
    hung: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def new(cls) -> World:
        def camera(name: str) -> FakeCamera:
            return FakeCamera(WIDTH, HEIGHT, fps=100, picture=lambda index: world.picture(index), identity=name)

        model = FakeModel(answer=lambda frame: world.answer(frame))
        world = cls(camera("first"), camera("second"), model, FakeEffect(BLUE), FakeOutput())
        return world

    @property
    def cameras(self) -> tuple[FakeCamera, FakeCamera]:
        return self.camera, self.second

    def stage(self, name: str, then: Callable[..., Any]) -> Callable[..., Any]:
        """`then`, unless the stage is broken."""

        def stage(*given: Any) -> Any:
            if name in self.broken:
                raise self.broken[name]
            return then(*given)

        return stage

    @contextmanager
    def stages(self) -> Iterator[None]:
        """Lets `broken` reach into the pipeline."""
        owners: tuple[tuple[Any, str], ...] = ((Smoother, "smooth"), (Plate, "correct"), (Refiner, "refine"), (blend, "mix"))
        patches = [mock.patch.object(owner, name, self.stage(name, getattr(owner, name))) for owner, name in owners]
        for patch in patches:
            patch.start()
        try:
            yield
        finally:
            for patch in patches:
                patch.stop()


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong. `arm` breaks it, `mend` undoes that."""

    name: str
    stage: str
    arm: Callable[[World], object]
    mend: Callable[[World], object]


def _cameras(action: Callable[[Any], object]) -> Callable[[World], object]:
    return lambda world: [action(camera.control) for camera in world.cameras]


def _set(owner: str, **values: Any) -> Callable[[World], object]:
    def do(world: World) -> None:
        controls = [camera.control for camera in world.cameras] if owner == "cameras" else [getattr(world, owner).control]
        for control in controls:
            for name, value in values.items():
                setattr(control, name, value)

    return do


def _answers(answer: Callable[[Frame], Any]) -> Callable[[World], object]:
    return lambda world: setattr(world, "answer", answer)


def _pictures(picture: Callable[[int], Pixels] | None) -> Callable[[World], object]:
    usual: Callable[[int], Pixels] = lambda index: PICTURES[index % len(PICTURES)]  # noqa: E731
    return lambda world: setattr(world, "picture", picture or usual)


def _breaks(stage: str) -> tuple[Callable[[World], object], Callable[[World], object]]:
    return (lambda w: w.broken.update({stage: ZeroDivisionError("a bug")})), (lambda w: w.broken.pop(stage, None))


def _empty_room() -> tuple[Callable[[World], object], Callable[[World], object]]:
    """The person goes, and the model says so."""

    def go(world: World) -> None:
        world.picture, world.answer = (lambda i: ROOMS[i % len(ROOMS)]), (lambda f: np.zeros((36, 64), np.float32))

    def come(world: World) -> None:
        _pictures(None)(world)
        world.answer = true_mask

    return go, come


def _effect(**changes: Any) -> Callable[[World], object]:
    def change(world: World) -> None:
        for name, value in changes.items():
            object.__setattr__(world.effect, name, value)

    return change


def _paint_error(error: Exception | None) -> Callable[[World], object]:
    return lambda world: setattr(world.effect.log, "error", error)


_lost, _unseen, _bug = CameraLostError("the camera was lost"), CameraError("no camera found"), ZeroDivisionError("a bug")
_no_model, _no_output = ModelError("the model failed"), OutputError("the virtual camera is gone")
_usual = _answers(true_mask)

FAULTS = (
    Fault("unplugged", "camera", _cameras(lambda c: c.unplug()), _cameras(lambda c: c.plug_in())),
    Fault("read fails", "camera", _set("cameras", read_error=_lost), _set("cameras", read_error=None)),
    Fault("driver hangs", "camera", _cameras(lambda c: c.block()), _cameras(lambda c: c.release())),
    Fault("decoder bug", "camera", _set("cameras", read_error=_bug), _set("cameras", read_error=None)),
    Fault("black pictures", "camera", _pictures(lambda i: np.zeros((HEIGHT, WIDTH, 3), np.uint8)), _pictures(None)),
    Fault("frozen picture", "camera", _pictures(lambda i: PICTURES[0]), _pictures(None)),
    Fault("empty picture", "camera", _pictures(lambda i: np.zeros((0, 0, 3), np.uint8)), _pictures(None)),
    Fault("other size", "camera", _pictures(lambda i: PICTURES[i % 8][::2, ::2]), _pictures(None)),
    Fault(
        "cannot load", "model", _set("model", open_error=_no_model, error=_no_model), _set("model", open_error=None, error=None)
    ),
    Fault("fails", "model", _set("model", error=_no_model), _set("model", error=None)),
    Fault("bug", "model", _set("model", error=_bug), _set("model", error=None)),
    Fault("hangs", "model", lambda w: w.model.control.block(), lambda w: w.model.control.release()),
    Fault("not a number", "model", _answers(lambda f: np.full((36, 64), np.nan, np.float32)), _usual),
    Fault("wrong shape", "model", _answers(lambda f: np.ones((36, 64, 1), np.float32)), _usual),
    Fault("wrong type", "model", _answers(lambda f: np.full((36, 64), 255, np.uint8)), _usual),
    Fault("everything is person", "model", _answers(lambda f: np.ones((36, 64), np.float32)), _usual),
    Fault("nobody is there", "model", *_empty_room()),
    Fault("area jumps", "model", _answers(lambda f: np.pad(np.ones((36, 56), np.float32), ((0, 0), (0, 8)))), _usual),
    Fault("bug", "plate", *_breaks("correct")),
    Fault("bug", "smoothing", *_breaks("smooth")),
    Fault("bug", "refinement", *_breaks("refine")),
    Fault("cannot open", "background", _effect(fails_opening=True), _effect(fails_opening=False)),
    Fault("fails to paint", "background", _paint_error(EffectError("cannot paint")), _paint_error(None)),
    Fault("bug", "background", _paint_error(_bug), _paint_error(None)),
    Fault("hangs", "background", lambda w: w.effect.log.block(), lambda w: w.effect.log.release()),
    Fault("bug", "blend", *_breaks("mix")),
    Fault("fails", "output", _set("output", error=_no_output), _set("output", error=None)),
    Fault(
        "fails, stays away",
        "output",
        _set("output", error=_no_output, open_error=_no_output),
        _set("output", error=None, open_error=None),
    ),
    Fault("bug", "output", _set("output", error=_bug), _set("output", error=None)),
)


NOT_TELLABLE = {
    (fault, moment)
    for fault in ("frozen picture", "area jumps")  # there is nothing before it to compare with
    for moment in ("start", "camera switch", "size change")
}


@dataclass
class Outcome:
    """went: kinds of what went out while the fault lasted, in order of appearance. error: with which the session ended.
    card_s: from the fault to the first card. back_s: from its end to the first picture of the person. Seconds; None where
    there was none."""

    went: list[str]
    error: str = ""
    card_s: float | None = None
    back_s: float | None = None
    leaked: bool = False
    reopened: int = 0
    promises: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        if self.leaked:
            return "**ROOM**"
        if self.error:
            return "ends with an error"
        back = "" if self.back_s is None else f"; back {self.back_s:.1f}"
        went = [f"card {self.card_s:.1f}" if one == "card" and self.card_s is not None else one for one in self.went]
        return " + ".join(went) + back


def play(fault: Fault, moment: str) -> Outcome:
    """One cell of the matrix."""
    if (fault.name, moment) in NOT_TELLABLE:
        return Outcome(["cannot be told"])
    world = World.new()
    with world.stages():
        return _play(world, fault, moment)


def _play(world: World, fault: Fault, moment: str) -> Outcome:
    setup = Setup(world.camera, world.model, (world.output,))
    session = Session(setup, Look(world.effect))
    sent = world.output.control.sent
    if moment != "start":
        session.start()
        _until_person(world, 0, 3 if fault.name != "frozen picture" else 40)  # it must have been seen to change
    armed_at, first = time.monotonic(), len(sent)
    fault.arm(world)
    change(world, session, moment)
    outcome = Outcome([])
    if moment == "stop":
        time.sleep(0.05)
        session.stop()
        time.sleep(0.05)
        fault.mend(world)
        outcome.went = ["clean end"]
    else:
        if moment == "start":
            session.start()
        _look(session, sent, first, _SLOW_S if fault.name in _SLOW else _LOOK_S)
        kinds = [kind(frame) for frame in sent[first:]]
        outcome.went = [one for one in dict.fromkeys(kinds) if one != "person" or not stops(fault)] or ["nothing"]
        outcome.card_s = next((f.captured_at - armed_at for f in sent[first:] if kind(f) == "card"), None)
        mended_at, first = time.monotonic(), len(sent)
        fault.mend(world)
        if session.status().phase != "failed":
            outcome.back_s = _until_person(world, first, 2, mended_at)
        session.stop()
    try:
        session.wait(_WAIT_S)
    except VbgError as e:
        outcome.error = f"{e}"
    except ZeroDivisionError as e:
        outcome.error = f"{e}"
    outcome.leaked = any(leak(frame.pixels) for frame in sent)
    logs = [world.camera.control, world.second.control, world.model.control, world.output.control, world.effect.log]
    wait_until(lambda: not any(log.open_now for log in logs), f"all is closed after {fault} at {moment}")
    outcome.reopened = world.output.control.opened - 1
    return outcome


def change(world: World, session: Session, moment: str) -> None:
    """What the user does at this moment."""
    if moment == "settings change":
        new = replace(world.effect, bgr=GREEN)
        session.look.set(Look(new))
    elif moment == "camera switch":
        session.setup.update(lambda setup: replace(setup, camera=world.second))
    elif moment == "size change":
        session.setup.update(lambda setup: replace(setup, width=96, height=54))


def stops(fault: Fault) -> bool:
    """Whether a picture of the person cannot be made while it lasts."""
    return (fault.stage, fault.name) not in {
        ("camera", "other size"),
        ("model", "area jumps"),
        ("background", "cannot open"),
        ("background", "fails to paint"),
        ("output", "fails"),
        ("output", "bug"),
    }


def _look(session: Session, sent: list[Frame], first: int, at_least_s: float) -> None:
    """Return once a card went out or the session failed, and a moment after; or when nothing of the kind happens."""
    began = time.monotonic()
    while (passed := time.monotonic() - began) < 2 * LIMIT_S:
        time.sleep(0.01)
        if session.status().phase == "failed":
            return
        kinds = {kind(frame) for frame in sent[first:][-3:]}
        if passed > at_least_s and (kinds - {"card"} or passed > 2 * at_least_s):
            return


def _until_person(world: World, first: int, count: int, since: float = 0.0) -> float | None:
    sent = world.output.control.sent

    found: list[Frame] = []
    looked = first

    def enough() -> bool:
        nonlocal looked
        new = sent[looked:]
        looked += len(new)
        found.extend(frame for frame in new if frame.captured_at > since and kind(frame) == "person")
        return len(found) >= count

    wait_until(enough, "the person is shown", _WAIT_S)
    return found[0].captured_at - since


def outcomes(workers: int) -> dict[tuple[int, str], Outcome]:
    """All cells, by the fault's place in FAULTS and the moment. Kernels run on one thread of a process: hence processes."""
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _ready) as pool:
        cells = [(index, moment) for index in range(len(FAULTS)) for moment in MOMENTS]
        return dict(zip(cells, pool.map(_cell, cells), strict=True))


def _ready() -> None:
    """What each process does first."""
    logging.disable()
    broken_promises.clear()
    kernels.warm()


def _cell(cell: tuple[int, str]) -> Outcome:
    index, moment = cell
    outcome = play(FAULTS[index], moment)
    outcome.promises = list(broken_promises)
    broken_promises.clear()
    return outcome


def table(found: dict[tuple[int, str], Outcome]) -> str:
    """The matrix in Markdown."""
    rows = ["| stage | fault | " + " | ".join(MOMENTS) + " |", "|" + "---|" * (2 + len(MOMENTS))]
    for index, fault in enumerate(FAULTS):
        rows.append(f"| {fault.stage} | {fault.name} | " + " | ".join(str(found[index, moment]) for moment in MOMENTS) + " |")
    return "\n".join(rows)


def main() -> None:
    """Play all, and lay the table into docs/trust.md."""
    rows = table(outcomes(2))
    page = Path(__file__).parents[1] / "docs" / "trust.md"
    before, _, rest = page.read_text().partition(_BEGIN)
    page.write_text(f"{before}{_BEGIN}\n\n{rows}\n\n{_END}{rest.partition(_END)[2]}")
    print(rows)


_BEGIN, _END = "<!-- from tests/faults.py -->", "<!-- so far -->"

if __name__ == "__main__":
    main()
