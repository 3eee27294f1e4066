"""Mattes of a whole file: one for every picture, in order."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from itertools import islice
from typing import TypeVar

import numpy as np

from vbg.ahead import ahead
from vbg.cameras import Source
from vbg.frame import Frame, Mask, Matte, Pixels
from vbg.matting import around
from vbg.matting.refine import Refiner
from vbg.matting.style import Style
from vbg.matting.styling import Styling
from vbg.models import Model
from vbg.models.chroma import Chroma
from vbg.models.follow import Follow
from vbg.pipeline import Pipeline
from vbg.timing import Shares

T = TypeVar("T")

log = logging.getLogger(__name__)

CHUNK, AHEAD = 64, 24
"""Frames that are done at a time, and frames after them from which the way back starts."""

_MISSED = 0.7
"""One way that sees less than this part of what the other one sees has missed somebody."""

_UNSURE = 0.05
"""What the least sure answer counts, where the surest counts 1 more."""

_AREA = 1280 * 720
"""Pixels of the pictures that are kept for the way back: enough for the models, whatever the file's size."""


_READY = 2
"""Full-size pictures that wait between two steps."""

_SEEN = 16
"""Frames that the way forward may be ahead: each is a picture of up to `_AREA` pixels."""

_USUAL = Style()


def causal(
    source: Source, pipeline: Pipeline, style: Style = _USUAL, shares: Shares | None = None
) -> Generator[tuple[Frame, Matte], None, None]:
    """Exactly what a live session makes of these frames, none dropped. Raises ModelError, CameraError.

    shares: gets the time of each step.
    """
    shares = shares or Shares()
    with closing(ahead(shares.of("decode", _frames(source)), _READY, "vbg-decode", shares)) as frames:
        for frame in frames:
            with shares("mask and refine"):
                made = pipeline.matte(frame, style)[1]
                shown = pipeline.cleaned(frame, mixed=True)
            yield shown, made


def both_ways(
    scout: Source, source: Source, model: Model, style: Style = _USUAL, shares: Shares | None = None
) -> Generator[tuple[Frame, Matte], None, None]:
    """Better than live: every mask joins what follows from the frames before and from the frames after, and is steadied by the
    masks on either side. Each way and each decoder works on a thread of its own.

    scout, source: the same file, opened twice. shares: gets the time of each step. Raises ModelError, CameraError.
    """
    shares = shares or Shares()
    if isinstance(model, Chroma):  # its matte is finished, and owes nothing to other frames
        yield from _keyed(source, model, style, shares)
        return
    refiner, styling = Refiner(), Styling()
    with ExitStack() as stack:  # what works ahead ends before what it works with is closed
        forward = Pipeline(model.open())  # as live: where the thorough look errs, another one helps more than the same again
        stack.callback(forward.close)
        backward = Pipeline(thorough(model).open())
        stack.callback(backward.close)

        def on_its_own(items: Iterator[T], length: int, name: str) -> Iterator[T]:
            return stack.enter_context(closing(ahead(items, length, f"vbg-{name}", shares)))

        found = on_its_own(shares.of("decode", _frames(scout)), _READY, "decode")
        seen = on_its_own(_seen(found, forward, style, shares), _SEEN, "forward")
        agreed = _agreed(seen, backward, style, shares)
        masks = on_its_own(shares.of("join", around.steadied(agreed, style.steadiness)), CHUNK, "backward")
        frames = on_its_own(shares.of("decode", _frames(source)), _READY, "again")
        for mask, frame in zip(masks, frames, strict=True):
            with shares("refine"):
                asked = styling.before(mask, style)
                made = styling.after(asked, refiner.refine(asked, frame), frame, style)[1]
            yield frame, made


def _keyed(source: Source, model: Chroma, style: Style, shares: Shares) -> Generator[tuple[Frame, Matte], None, None]:
    """As live; where something cannot be keyed, a line of the log says so."""
    told = ""
    with closing(Pipeline(model.open())) as pipeline, closing(causal(source, pipeline, style, shares)) as made:
        for one in made:
            if pipeline.notice != told and (told := pipeline.notice):
                log.warning("at %.1f s: %s", one[0].captured_at, told)
            yield one


def thorough(model: Model) -> Model:
    """The model with its best quality, for work that has time."""
    return replace(model, twice=True) if isinstance(model, Follow) else model


def _seen(frames: Iterator[Frame], forward: Pipeline, style: Style, shares: Shares) -> Iterator[tuple[Frame, Mask]]:
    """Every frame, kept for the way back, with the mask that follows from those before it."""
    for frame in frames:
        with shares("mask, forward"):
            kept = _kept(frame)
            seen = kept, forward.mask(kept, style)
        yield seen


def _agreed(
    seen: Iterator[tuple[Frame, Mask]], backward: Pipeline, style: Style, shares: Shares
) -> Iterator[tuple[Pixels, Mask]]:
    """Every frame, made as small as its mask, with the mask that both ways agree on."""
    window: list[tuple[Frame, Mask]] = []
    while True:
        window += islice(seen, CHUNK + AHEAD - len(window))
        if not window:
            return
        with shares("mask, backward"):
            backward.reset()
            back = [backward.mask(replace(frame, captured_at=-frame.captured_at), style) for frame, _ in reversed(window)]
            back.reverse()
        for (frame, before), after in list(zip(window, back, strict=True))[:CHUNK]:
            mask = joined(before, after)
            yield frame.reduced(mask.shape[1], mask.shape[0]), mask
        window = window[CHUNK:]


def joined(before: Mask, after: Mask) -> Mask:
    """The mean of both ways, weighted by how sure each is; where one has not found who the other one sees, the other's.

    before, after: (h, w) float32, 0..1.
    """
    seen, seen_after = float(before.sum()), float(after.sum())
    if min(seen, seen_after) < _MISSED * max(seen, seen_after):
        return before if seen > seen_after else after
    weight, weight_after = _sureness(before), _sureness(after)
    return np.asarray((before * weight + after * weight_after) / (weight + weight_after), np.float32)


def _sureness(mask: Mask) -> Mask:
    """_UNSURE where the mask is undecided, 1 more where it is sure."""
    return np.asarray((2 * mask - 1) ** 2 + _UNSURE, np.float32)


def _frames(source: Source) -> Iterator[Frame]:
    while (frame := source.read()) is not None:
        yield frame


def _kept(frame: Frame) -> Frame:
    """The frame, made smaller where it is large."""
    scale = (_AREA / (frame.width * frame.height)) ** 0.5
    if scale >= 1:
        return frame
    return replace(frame, pixels=frame.reduced(round(frame.width * scale), round(frame.height * scale)))
