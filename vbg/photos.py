"""One photograph, from its file to the finished one: what a folder, a queue or a cluster does again and again."""

from __future__ import annotations

import logging
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from vbg import gray, photo_out, pictures, stages
from vbg.effects import Effect
from vbg.figures.figure import Figure
from vbg.frame import Pixels
from vbg.matting.style import Style
from vbg.models import Model
from vbg.models.follow import Follow
from vbg.still import Shades, Still, cut_out, people, placed

log = logging.getLogger(__name__)

MOST_MB, FIXED_MB = {8: 1300, 16: 1700}, 450
"""Of memory that a process takes for a photograph of 50 megapixels, by bits a channel; so much of it for a small one too.
(Lossless WebP of 8 bits takes as much as PNG of 16.)"""


@dataclass(frozen=True, slots=True)
class Options:
    """What is made of a photograph; a plain value that can be sent to another process.

    effect: what stands behind the people; None is transparent. matte: the matte alone, gray. crop: only what holds people.
    sheet: where the labelled sheet of all steps goes, as PNG; None writes none. figure: drawn where there is an effect.
    """

    effect: Effect | None = None
    style: Style = field(default_factory=Style)
    model: Model = field(default_factory=Follow)
    matte: bool = False
    crop: bool = False
    sheet: Path | None = None
    figure: Figure = field(default_factory=Figure)


def make(task: tuple[Path, Path, Options]) -> None:
    """`convert`, as a crew wants it: one thing in."""
    convert(*task)


def _unlit(full: Shades, pixels: Pixels, unlit: Pixels) -> Shades:
    """`full`, which is `pixels` or more precise, without the light that `unlit` lacks."""
    if full.dtype == np.uint8:
        return unlit
    deeper = full + 257 * (unlit.astype(np.int32) - pixels)
    return np.asarray(np.clip(deeper, 0, np.iinfo(full.dtype).max), full.dtype)


def convert(path: Path, target: Path, options: Options, still: Still | None = None) -> None:
    """Make `target` of the photograph at `path`: whole or not at all.

    target: ends as one of `photo_out.KINDS`; its folder is there. still: opened for `options.model`; where it is None, one is
    opened for this photograph (40 ms). Raises UsageError where `path` cannot be read, OutputError, ModelError, EffectError.
    """
    with closing(Still(options.model)) if still is None else nullcontext(still) as eye:
        photo = pictures.load(path)
        steps = eye.steps(photo.pixels, options.style, photo.clear)
        alpha = steps.alpha
        if steps.says:
            log.warning("%s: %s", path, steps.says)
        part = people(alpha) if options.crop else (slice(None), slice(None))
        if options.matte:
            gray.write_png(target, alpha[part])
        else:
            effect, full = options.effect, photo.full
            if steps.unlit is not None:
                full = _unlit(full, photo.pixels, steps.unlit)
            if effect is None:
                made = cut_out(full, alpha)
            else:
                made = placed(photo.pixels, alpha, effect, full, options.figure)
            photo_out.write(target, made[part], photo.said)
        if options.sheet is not None:
            stages.write(options.sheet, photo.pixels, steps, options.effect, options.figure)
