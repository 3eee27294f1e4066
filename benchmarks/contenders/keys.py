"""Plain keyers, written anew: what the textbooks and other programs do with a screen's colour.

Each takes (H, W, 3) uint8 BGR and the screen's usual colour, BGR, and gives alpha, (H, W) float32 0..1, and the person's colours.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.frame import Pixels

F32 = NDArray[np.float32]


def distance(pixels: Pixels, key: F32) -> tuple[F32, Pixels]:
    """Distance from the screen's colour in RGB: below 60 levels it is screen, above 120 person, a ramp between."""
    apart = np.sqrt(((pixels.astype(np.float32) - key) ** 2).sum(axis=2))
    return np.clip((apart - 60) / 60, 0, 1).astype(np.float32), pixels


def difference(pixels: Pixels, key: F32) -> tuple[F32, Pixels]:
    """The colour difference key (Vlahos, US patent 3,158,477, 1964): green less the larger of red and blue, in units of the
    screen's own; green is limited to the larger of the others."""
    b, g, r = (pixels[:, :, c].astype(np.float32) for c in range(3))
    larger = np.maximum(b, r)
    alpha = 1 - (g - larger) / max(float(key[1] - max(key[0], key[2])), 1.0)
    clean = pixels.copy()
    clean[:, :, 1] = np.minimum(g, larger)
    return np.clip((alpha - 0.15) / 0.85, 0, 1).astype(np.float32), clean  # blacks clipped, as everybody does


_CB, _CR = np.array([0.439216, -0.338572, -0.100644], np.float32), np.array([-0.040274, -0.398942, 0.439216], np.float32)
_PURE = np.array([0.0, 1.0, 0.0], np.float32)
_SIMILARITY, _SMOOTHNESS, _SPILL = 0.4, 0.08, 0.1


def chroma_distance(pixels: Pixels, key: F32) -> tuple[F32, Pixels]:
    """A recipe like OBS Studio's chroma key, from its published constants: obs-filters' chroma-key-filter.c and
    chroma_key_filter.effect, its defaults. Distance in CbCr from pure green, mean of nine pixels, similarity 0.4, smoothness
    0.08, desaturation below 0.1 beyond that, power 1.5. Its green is fixed, so the screen's own colour is not used."""
    colours = pixels.astype(np.float32) / 255
    cb, cr = (colours - _PURE) @ _CB, (colours - _PURE) @ _CR
    base = cv2.blur(np.sqrt(cb * cb + cr * cr), (3, 3)) - np.float32(_SIMILARITY)
    alpha = np.clip(base / _SMOOTHNESS, 0, 1) ** 1.5
    coloured = (np.clip(base / _SPILL, 0, 1) ** 1.5)[:, :, None]
    gray = (colours @ np.array([0.0722, 0.7152, 0.2126], np.float32))[:, :, None]
    clean = np.rint(255 * (gray * (1 - coloured) + colours * coloured))
    return alpha.astype(np.float32), clean.astype(np.uint8)
