"""The things that travel: frames, the canvas they are fitted to, masks and mattes.

Two words are kept apart everywhere: a *mask* is the model's rough answer, a *matte* is the finished alpha.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from vbg.kernels import blend, reduce

Pixels: TypeAlias = NDArray[np.uint8]
"""(height, width, 3) uint8, BGR: what OpenCV gives and the virtual camera takes, so nothing is converted on the way."""

Mask: TypeAlias = NDArray[np.float32]
"""(h, w) float32, 0..1, person = 1: the model's answer, in frame coordinates at the model's resolution."""

_SPARE = 2.5
"""A picture is reduced from one that is so many times larger, at least: whole-pixel borders would show below."""


@dataclass(frozen=True, slots=True)
class Canvas:
    """What an output was opened with. Fixed while it is open: every camera is fitted to it.

    width, height: pixels, even. fps: frames per second.
    """

    width: int
    height: int
    fps: float


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of the camera.

    pixels: see `Pixels`; read-only (writeable flag off), so it is shared with previews and outputs without copy or lock.
    index: counts captured frames from 0; a gap means that frames were dropped.
    captured_at: `time.monotonic()` seconds at which the picture was taken.
    card: it is no picture of a camera, but a sentence in its place.
    """

    pixels: Pixels
    index: int
    captured_at: float
    card: bool = False
    _reduced: dict[tuple[int, int], Pixels] = field(default_factory=dict, init=False, repr=False)

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    def reduced(self, width: int, height: int) -> Pixels:
        """The frame at `width` x `height` by area average, remembered: the model's input, the refinement's guide and the
        blur's source are often the same small picture. Only the thread that runs the pipeline may call it.
        """
        small = self._reduced.get((width, height))
        if small is None:
            larger, _ = self.coarser(min(self.width / width, self.height / height) / _SPARE)
            small = reduce.area(larger, width, height)
            small.flags.writeable = False
            self._reduced[width, height] = small
        return small

    def coarser(self, shrinkage: float) -> tuple[Pixels, int]:
        """What to read the frame from where it will be shrunk by more than `shrinkage` anyway: the frame at a half, a quarter ..
        of its width and height, remembered, and the divisor, a power of two that is at most `shrinkage`; the frame itself and 1
        where there is none, or where the sides are no multiples of it."""
        pixels, divisor = self.pixels, 1
        while 2 * divisor <= shrinkage and self.width % (2 * divisor) == 0 and self.height % (2 * divisor) == 0:
            divisor *= 2
            size = self.width // divisor, self.height // divisor
            half = self._reduced.get(size)
            if half is None:
                half = reduce.area(pixels, *size)
                half.flags.writeable = False
                self._reduced[size] = half
            pixels = half
        return pixels, divisor


@dataclass(frozen=True, slots=True, eq=False)
class Matte:
    """The finished alpha, carried as low-resolution coefficients of the frame's own brightness.

    alpha(x) = clip(gain(x) * luma(x) + offset(x), 0, 1), with gain and offset upsampled bilinearly and luma (BT.601, 0..1)
    taken from the full-size frame: the fast guided filter of He and Sun (2015, arXiv:1505.00996). The live path
    never materialises it at frame size; `alpha` does, for photos, files and tests.

    gain, offset: (h, w) float32.
    """

    gain: NDArray[np.float32]
    offset: NDArray[np.float32]

    @classmethod
    def uniform(cls, alpha: float) -> Matte:
        """The same alpha everywhere: 0 hides the whole picture, 1 shows all of it."""
        return cls(np.zeros((2, 2), np.float32), np.full((2, 2), alpha, np.float32))

    def alpha(self, pixels: Pixels) -> NDArray[np.float32]:
        """The alpha of `pixels`, (height, width) float32, 0..1 in steps of 1/256 (what the blend uses)."""
        return blend.alpha(pixels, self.gain, self.offset)


def read_only(pixels: Pixels) -> Pixels:
    """A view of `pixels` that cannot be written to."""
    view = pixels.view()
    view.flags.writeable = False
    return view
