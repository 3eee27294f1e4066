"""One photograph, from its file to the finished one: what a folder, a queue or a cluster does again and again."""

from __future__ import annotations

import logging
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vbg import gray, photo_out, pictures, stages
from vbg.effects import Effect
from vbg.errors import UsageError
from vbg.figures.figure import Figure
from vbg.matting import by_hand
from vbg.matting.style import Style
from vbg.models import Model
from vbg.models.follow import Follow
from vbg.pictures import Photo
from vbg.still import Given, Still, cut_out, people, placed
from vbg.timing import Stopwatch

log = logging.getLogger(__name__)

MOST_MB, FIXED_MB = {8: 1500, 16: 1900}, 650
"""Of memory that a process takes for a photograph of 50 megapixels, by bits a channel; so much of it for a small one too.
(Lossless WebP of 8 bits takes as much as PNG of 16.)"""


@dataclass(frozen=True, slots=True)
class Options:
    """What is made of a photograph; a plain value that can be sent to another process.

    effect: what stands behind the people; None is transparent. matte: the matte alone, gray. crop: only what holds people.
    sheet: where the labelled sheet of all steps goes, as PNG; None writes none. figure: drawn where there is an effect. trimap: a
    picture of the same size that says what is known: white person, black room; None asks the model.
    """

    effect: Effect | None = None
    style: Style = field(default_factory=Style)
    model: Model = field(default_factory=Follow)
    matte: bool = False
    crop: bool = False
    sheet: Path | None = None
    figure: Figure = field(default_factory=Figure)
    trimap: Path | None = None


def make(task: tuple[Path, Path, Options]) -> dict[str, float]:
    """`convert`, as a crew wants it: one thing in, one out."""
    return convert(*task)


def convert(path: Path, target: Path, options: Options, still: Still | None = None) -> dict[str, float]:
    """Make `target` of the photograph at `path`: whole or not at all. Returns the seconds that each stage took.

    target: ends as one of `photo_out.KINDS`; its folder is there. still: opened for `options.model`; where it is None, one is
    opened for this photograph (40 ms). Raises UsageError where `path` or the trimap cannot be read, OutputError, ModelError,
    EffectError.
    """
    time = Stopwatch()
    with closing(Still(options.model)) if still is None else nullcontext(still) as eye:
        with time("read"):
            photo = pictures.load(path)
            given = Given(photo.clear, None if options.trimap is None else _trimap(options.trimap, path, photo))
        steps = eye.steps(photo.pixels, options.style, given, time)
        alpha, effect = steps.alpha, options.effect
        if steps.says:
            log.warning("%s: %s", path, steps.says)
        part = people(alpha) if options.crop else (slice(None), slice(None))
        if options.matte:
            with time("write"):
                gray.write_png(target, alpha[part])
        else:
            with time("colours"):
                full = steps.cleaned(photo.full, photo.pixels)
                made = cut_out(full, alpha) if effect is None else placed(photo.pixels, alpha, effect, full, options.figure)
            with time("write"):
                photo_out.write(target, made[part], photo.said)
        if options.sheet is not None:
            stages.write(options.sheet, photo.pixels, steps, effect, options.figure)
    return {stage: spread.p50 / 1e3 for stage, spread in time.spreads().items()}


def _trimap(path: Path, of: Path, photo: Photo) -> NDArray[np.uint8]:
    """The trimap at `path`, gray. Raises UsageError where it is none for the picture."""
    gray = np.ascontiguousarray(pictures.read(path)[:, :, 1])
    (h, w), (height, width) = gray.shape, photo.pixels.shape[:2]
    if (h, w) != (height, width):
        raise UsageError(f"{path} is {w}x{h}, but {of} is {width}x{height}", "A trimap is as large as its picture, held upright.")
    known, free = by_hand.trimap(gray)
    if not ((known == 1) & ~free).any():
        raise UsageError(f"no pixel of {path} is white", "In a trimap, person is white, room is black, and what is unsure gray.")
    return gray
