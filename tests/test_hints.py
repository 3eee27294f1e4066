"""A hint comes when the result will be poor, says why, stays while it helps, and is silent in normal light."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from fakes import FakeCamera, FakeEffect, FakeModel, FakeOutput, plain, wait_until

from vbg.cameras.demo import Demo
from vbg.effects.none import NoEffect
from vbg.frame import Frame, Mask, Pixels, read_only
from vbg.matting.hints import SENTENCES, Causes, Hints, worst
from vbg.pipeline import Pipeline
from vbg.session import Session
from vbg.settings import Look, Setup

SIZE = (640, 360)
Change = Callable[[Any, Any, int], Any]


def hinted(frames: list[tuple[Pixels, Mask]], hints: Hints | None = None, start_s: float = 0.0) -> list[str]:
    """The hint after each of the frames, 30 a second."""
    hints = hints or Hints()
    found = []
    for index, (pixels, mask) in enumerate(frames):
        hints.look(Frame(read_only(pixels), index, start_s + index / 30), mask)
        found.append(hints.hint)
    return found


def demo(change: Change, count: int = 100) -> list[tuple[Pixels, Mask]]:
    source, made = Demo().open(*SIZE), []
    for index in range(count):
        truth = source.truth(index)
        pixels = np.clip(change(source.frame(index).pixels, truth[:, :, None], index), 0, 255).astype(np.uint8)
        made.append((pixels, np.asarray(cv2.resize(truth, (384, 216), interpolation=cv2.INTER_AREA), np.float32)))
    source.close()
    return made


def her_colours(pixels: Any, truth: Any) -> Any:
    """The colours of the person, continued into the room."""
    near, sure = ((one * (truth > 0.95)).astype(np.float32) for one in (pixels, np.ones_like(pixels)))
    return cv2.GaussianBlur(near, (0, 0), 12) / np.maximum(cv2.GaussianBlur(sure, (0, 0), 12), 1e-6)


CHANGES: dict[str, tuple[Change, str]] = {
    "as it is": (lambda p, t, i: p * 1.0, ""),
    "an evening": (lambda p, t, i: p * 0.6, ""),
    "a lamp that flickers": (lambda p, t, i: p * (0.9 + 0.1 * (i % 2)), ""),
    "night": (lambda p, t, i: p * 0.2, "dark"),
    "a window behind her": (lambda p, t, i: p * (0.3 * t + 1.5 * (1 - t)) + 60 * (1 - t), "behind"),
    "a shaken camera": (
        lambda p, t, i: np.roll(p, (round(3 * np.sin(1.7 * i)), round(4 * np.cos(2.3 * i))), (0, 1)) * 1.0,
        "shaking",
    ),
}


@pytest.mark.parametrize(("change", "cause"), CHANGES.values(), ids=CHANGES.keys())
def test_the_demo_clip_in_all_kinds_of_light(change: Change, cause: str) -> None:
    found = hinted(demo(change))
    assert found[-1] == SENTENCES.get(cause, "")
    assert set(found) <= {"", SENTENCES.get(cause, "")}


def test_a_room_in_her_own_colours() -> None:
    ((pixels, mask),) = demo(lambda p, t, i: p * t + her_colours(p, t) * (1 - t), 1)
    assert hinted([(pixels, mask)] * 70)[-1] == SENTENCES["alike"]


def scene(person: int, room: int, height: int = 80) -> tuple[Pixels, Mask]:
    """A gray person, `height` cells tall and half as wide, in a gray room with some texture."""
    random = np.random.default_rng(1)
    mask = np.zeros((108, 192), np.float32)
    mask[108 - height :, 96 - height // 4 : 96 + height // 4] = 1
    gray = room + (person - room) * mask + random.normal(0, 4, mask.shape)
    return np.repeat(np.clip(gray, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2), mask


@pytest.mark.parametrize(
    ("seen", "cause"),
    [
        (scene(150, 80), ""),
        (scene(60, 210), "behind"),
        (scene(100, 240), ""),
        (scene(30, 40), "dark"),
        (scene(150, 80, 16), "far"),
        (scene(150, 80, 0), ""),
        (scene(20, 20, 0), "dark"),
        (scene(120, 122), "alike"),
        ((plain(192, 108, (90, 90, 90)), np.zeros((108, 192), np.float32)), ""),
        ((plain(192, 108, (90, 90, 90)), np.ones((108, 192), np.float32)), ""),
    ],
    ids=[
        "good",
        "against a window",
        "a bright wall",
        "dark",
        "far",
        "nobody",
        "nobody at night",
        "alike",
        "a plain wall",
        "all person",
    ],
)
def test_each_cause_has_its_sentence(seen: tuple[Pixels, Mask], cause: str) -> None:
    assert hinted([seen] * 70)[-1] == SENTENCES.get(cause, "")


def test_a_hint_takes_two_measurements_to_come_and_does_not_flicker_at_its_threshold() -> None:
    assert set(hinted([scene(20, 30)] * 20)) == {""}
    assert worst(Causes(dark=0.95)) == ""
    assert worst(Causes(dark=0.95), standing="dark") == "dark"
    assert worst(Causes(dark=0.5), standing="dark") == ""
    assert worst(Causes(behind=1.0, far=2.0), standing="far") == "behind"


def test_a_hint_goes_when_its_cause_does() -> None:
    hints = Hints()
    assert hinted([scene(20, 30)] * 70, hints)[-1]
    assert hinted([scene(150, 80)] * 70, hints, 70 / 30)[-1] == ""


def test_every_cause_says_what_helps() -> None:
    assert list(SENTENCES) == list(Causes.__dataclass_fields__)
    assert all(": " in sentence for sentence in SENTENCES.values())


def test_the_hint_reaches_the_status_and_none_is_given_where_nothing_is_covered() -> None:
    night = plain(64, 36, (9, 9, 9)).copy()
    night[:3, :3] = 60  # a lamp's glow: not the black of a closed shutter
    dark = FakeCamera(picture=lambda _: night, fps=60.0)
    session = Session(Setup(dark, FakeModel(0.0), (FakeOutput(),)), Look(FakeEffect()))
    session.start()
    try:
        wait_until(lambda: session.status().hint == SENTENCES["dark"], "the hint")
    finally:
        session.stop()
        session.wait(10)
    pipeline = Pipeline(FakeModel(0.0).open())
    for index in range(70):
        pipeline.process(Frame(plain(64, 36, (9, 9, 9)), index, index / 30), Look(FakeEffect()))
    assert pipeline.hint
    pipeline.process(Frame(plain(64, 36, (9, 9, 9)), 70, 70 / 30), Look(NoEffect()))
    assert pipeline.hint == ""
    pipeline.close()
