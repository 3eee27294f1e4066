"""The new background's light on the person: what it spills over their edge, and the tint it gives them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vbg.kernels.compiled import kernel
from vbg.kernels.layout import fixed

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]

FAINT = 1.5
"""Change, levels summed over three channels, below which nobody would see it: it becomes 0, so that it costs nothing later."""


def beside(background: U8, picture: U8, gain: F32, offset: F32) -> F32:
    """The background where the person is not: (h, w, 3) float32, `background` x (1 - alpha), 0..255.

    background, picture: (h, w, 3) uint8, both at the matte's size. gain, offset: (h, w) float32, see `frame.Matte`.
    """
    out = np.empty(picture.shape, np.float32)
    _beside(fixed(background), fixed(picture), fixed(gain), fixed(offset), out)
    return out


def lit(picture: U8, near: U8, change: F32, glow: F32, strength: float, tint: tuple[float, float, float]) -> F32:
    """What to add to the person's colours so that they stand in the new light: (h, w, 3) float32, -255..255.

    A colour p = `picture` + `change` becomes p' = p x tint, cut to 0..255, and then p' + s (1 - p' / 255): light of the strength
    s = `strength` x `glow` laid over it as one projector over another ("screen").
    picture: (h, w, 3) uint8. near: (h, w) uint8, 0 where nothing of the person is, so nothing is added: that costs nothing later.
    change: (h, w, 3) float32, what is added already. glow: (h, w, 3) float32, 0..255.
    strength: at least 0; the light ends at white. tint: a factor for each of B, G and R.
    """
    out = np.empty(picture.shape, np.float32)
    _lit(fixed(picture), fixed(near), fixed(change), fixed(glow), strength, np.array(tint, np.float32), out)
    return out


@kernel()
def _beside(background: U8, picture: U8, gain: F32, offset: F32, out: F32) -> None:  # pragma: no cover - compiled
    zero, one = np.float32(0), np.float32(1)
    for y in range(gain.shape[0]):
        for x in range(gain.shape[1]):
            light = np.float32(29) * picture[y, x, 0] + np.float32(150) * picture[y, x, 1] + np.float32(77) * picture[y, x, 2]
            a = gain[y, x] * light * np.float32(1 / 65280) + offset[y, x]
            a = a if a > zero else zero  # what is not a number is hidden
            rest = one - (a if a < one else one)
            for c in range(3):
                out[y, x, c] = np.float32(background[y, x, c]) * rest


@kernel()
def _lit(
    picture: U8, near: U8, change: F32, glow: F32, strength: float, tint: F32, out: F32
) -> None:  # pragma: no cover - compiled
    zero, white = np.float32(0), np.float32(255)
    share = np.float32(strength)
    for y in range(picture.shape[0]):
        for x in range(picture.shape[1]):
            if near[y, x] == 0:
                for c in range(3):
                    out[y, x, c] = zero
                continue
            seen = zero
            for c in range(3):
                p = np.float32(picture[y, x, c])
                tinted = min(max((p + change[y, x, c]) * tint[c], zero), white)
                made = tinted + share * glow[y, x, c] * (np.float32(1) - tinted * np.float32(1 / 255))
                out[y, x, c] = min(made, white) - p
                seen += abs(out[y, x, c])
            if seen < np.float32(FAINT):
                for c in range(3):
                    out[y, x, c] = zero
