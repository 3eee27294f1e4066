"""Mattes of a whole file: one for every picture, in order."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import islice

import numpy as np

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

log = logging.getLogger(__name__)

CHUNK, AHEAD = 64, 24
"""Frames that are done at a time, and frames after them from which the way back starts."""

_MISSED = 0.7
"""One way that sees less than this part of what the other one sees has missed somebody."""

_UNSURE = 0.05
"""What the least sure answer counts, where the surest counts 1 more."""

_AREA = 1280 * 720
"""Pixels of the pictures that are kept for the way back: enough for the models, whatever the file's size."""


_USUAL = Style()


def causal(source: Source, pipeline: Pipeline, style: Style = _USUAL) -> Generator[tuple[Frame, Matte], None, None]:
    """Exactly what a live session makes of these frames, none dropped. Raises ModelError, CameraError."""
    for frame in _frames(source):
        matte = pipeline.matte(frame, style)[1]
        yield pipeline.cleaned(frame, mixed=True), matte


def both_ways(scout: Source, source: Source, model: Model, style: Style = _USUAL) -> Generator[tuple[Frame, Matte], None, None]:
    """Better than live: every mask joins what follows from the frames before and from the frames after, and is steadied by the
    masks on either side.

    scout, source: the same file, opened twice. Raises ModelError, CameraError.
    """
    if isinstance(model, Chroma):  # its matte is finished, and owes nothing to other frames
        with closing(Pipeline(model.open())) as pipeline:
            told = ""
            for made in causal(source, pipeline, style):
                if pipeline.notice != told and (told := pipeline.notice):
                    log.warning("at %.1f s: %s", made[0].captured_at, told)
                yield made
        return
    refiner, styling = Refiner(), Styling()
    forward = Pipeline(model.open())  # as live: where the thorough look errs, another one helps more than the same again
    try:
        backward = Pipeline(thorough(model).open())
        try:
            masks = around.steadied(_seen(scout, forward, backward, style), style.steadiness)
            for mask, frame in zip(masks, _frames(source), strict=True):
                asked = styling.before(mask, style)
                yield frame, styling.after(asked, refiner.refine(asked, frame), frame, style)[1]
        finally:
            backward.close()
    finally:
        forward.close()


def thorough(model: Model) -> Model:
    """The model with its best quality, for work that has time."""
    return replace(model, twice=True) if isinstance(model, Follow) else model


def _seen(scout: Source, forward: Pipeline, backward: Pipeline, style: Style) -> Iterator[tuple[Pixels, Mask]]:
    """Every frame, made as small as its mask, with the mask that both ways agree on."""
    frames = (_kept(frame) for frame in _frames(scout))
    window: list[tuple[Frame, Mask]] = []
    while True:
        window += [(frame, forward.mask(frame, style)) for frame in islice(frames, CHUNK + AHEAD - len(window))]
        if not window:
            return
        backward.reset()
        back: list[Mask] = []
        for frame, _ in reversed(window):
            back.append(backward.mask(replace(frame, captured_at=-frame.captured_at), style))
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
