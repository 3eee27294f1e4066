"""Closed-form alpha, for pictures that have seconds: where the mask is unsure, the picture's own colours decide.

In every small window the alpha is taken to be a linear function of the colour (Levin, Lischinski and Weiss, "A closed-form
solution to natural image matting", TPAMI 2008). Its matting Laplacian is never built: window sums apply it (He, Sun and Tang,
"Fast matting using large kernel matting Laplacian matrices", CVPR 2010), and conjugate gradients solve for alpha.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.frame import Frame, Mask, Pixels
from vbg.matting import strips

F64: TypeAlias = NDArray[np.float64]
Alpha: TypeAlias = NDArray[np.float32]
Free: TypeAlias = NDArray[np.bool_]

_RADIUS = 3
"""Of the windows, pixels."""

_FLAT = 1e-4
"""Variance of a colour channel (0..1 scale) below which a window tells nothing."""

FIRST_CELL = 1.5
"""Pixels at which a cell of the mask is solved first: the edge, which the mask knows to a cell or two, must fit into a window."""

_MOST = 1_500_000
"""Pixels of the largest picture that is solved; larger ones get their detail from its windows' lines."""

_SURE, _SURE_NEXT = 0.1, 0.02
"""Alpha below which (and above 1 minus which) a pixel is known: in the mask, and in the solution at half the size."""

_AROUND, _AROUND_NEXT = 2, 1
"""Pixels by which the unsure band is widened on both sides."""

_KNOWN, _UNSURE, _NOISY = 100.0, 1.0, 1.0
"""Weight of the mask where it is sure and where it is not, in units of one window's say, and how much more the latter is for
each squared level of noise: what noise makes of colours says little about alpha."""

_FREE, _FREE_FLAT, _FREE_STEPS, _FREE_NEAR = 1e-3, 1e-6, 100, 1e-5
"""The same where the mask says nothing: only so much weight that there is one solution, and finer differences of colour count
(measured on the demo clip with gray bands of 12 to 60 pixels: half the squared error)."""

_VEIL = 0.05
"""Alpha below which, and above 1 minus which, the solution is taken to be sure: it leaves a haze on both sides."""

_STEPS, _NEAR = 60, 1e-4
"""Steps of the solver, at most, and the relative residual at which it stops."""

_STRIP = 128
"""Rows that are finished at a time: bounds the memory that a large picture takes."""


def refined(frame: Frame, mask: Mask, cell: float, free: Free | None = None) -> Alpha:
    """The alpha of `frame`: (height, width) float32, 0..1.

    mask: (h, w) float32, 0..1, any size. cell: pixels of the frame from side to side of one cell of the model's answer.
    free: (h, w) bool, any size: where the mask says nothing, and the colours alone decide from what is known around.
    """
    nowhere = None if free is None else free.view(np.uint8) * np.uint8(255)
    alpha, small = mask, frame.pixels
    for level, (w, h) in enumerate(_sizes(frame.width, frame.height, cell)):
        small = frame.pixels if (w, h) == (frame.width, frame.height) else frame.reduced(w, h)
        alpha = np.asarray(
            cv2.resize(alpha, (w, h), interpolation=cv2.INTER_AREA if level == 0 else cv2.INTER_LINEAR), np.float32
        )
        there = None if nowhere is None else cv2.resize(nowhere, (w, h), interpolation=cv2.INTER_AREA) > 0
        if level == 0:
            alpha = solved(small, alpha, _SURE, _AROUND, there, _FREE)
        else:
            alpha = solved(small, alpha, _SURE_NEXT, _AROUND_NEXT, there)
    if alpha.shape != frame.pixels.shape[:2]:
        alpha = enlarged(frame.pixels, small, alpha)
    alpha -= np.float32(_VEIL)
    alpha *= np.float32(1 / (1 - 2 * _VEIL))
    return np.clip(alpha, 0, 1, out=alpha)


def _sizes(width: int, height: int, cell: float) -> Iterator[tuple[int, int]]:
    """Width and height of the pictures to solve: each twice as large as the one before."""
    most = min(1.0, (_MOST / (width * height)) ** 0.5)
    scale = min(FIRST_CELL / cell, most)
    while True:
        yield max(1, round(width * scale)), max(1, round(height * scale))
        if scale >= most:
            return
        scale = min(2 * scale, most)


def solved(picture: Pixels, prior: Alpha, sure: float, around: int, free: Free | None = None, freely: float = _UNSURE) -> Alpha:
    """`prior` with its unsure band solved, (h, w) float32, 0..1. picture: (h, w, 3) uint8.

    sure: what is below it or above 1 minus it is known, except `around` pixels beside the unsure band. free: (h, w) bool: also
    unsure, the prior's weight there being `freely`.
    """
    band = (
        cv2.dilate(((prior > sure) & (prior < 1 - sure)).astype(np.uint8), np.ones((2 * around + 1, 2 * around + 1), np.uint8))
        > 0
    )
    # where sure person meets sure room without an unsure pixel between them, the border is unsure all the same
    person = (prior > 0.5).astype(np.uint8)
    square = np.ones((2 * around + 1, 2 * around + 1), np.uint8)
    band |= cv2.dilate(person, square) != cv2.erode(person, square)
    if free is not None:
        band |= free
    known = np.where(prior > 0.5, np.float32(1), np.float32(0))
    if not band.any():
        return known
    rows, columns = extent(band, 2 * _RADIUS + around)
    part, sought = (picture[rows, columns] / 255.0), band[rows, columns]
    wanted = np.where(sought, prior[rows, columns], known[rows, columns]).astype(np.float64)
    weight = np.where(sought, _UNSURE + _NOISY * noise(picture) ** 2, _KNOWN)
    if free is not None:
        weight[free[rows, columns]] = freely
    alpha = known
    found = np.clip(_solved(part, wanted, weight, free is not None), 0, 1)
    alpha[rows, columns][sought] = found[sought]
    return alpha


def _solved(picture: F64, wanted: F64, weight: F64, finely: bool) -> F64:
    if finely:
        return _solve(_Windows(picture, _FREE_FLAT), wanted, weight, _FREE_STEPS, _FREE_NEAR)
    return _solve(_Windows(picture), wanted, weight)


def noise(picture: Pixels) -> float:
    """Standard deviation of the noise of `picture`, levels of luma, from what a plane through its pixels' neighbours leaves.

    Source: Immerkaer, "Fast noise variance estimation", CVIU 1996; the median holds out against edges.
    """
    left = cv2.filter2D(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float32), -1, _CURVATURE)
    return float(np.median(np.abs(left))) / 0.6745 / 6


_CURVATURE = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)


def enlarged(pixels: Pixels, small: Pixels, alpha: Alpha) -> Alpha:
    """`alpha`, which belongs to `small`, at the size of `pixels`, the same picture: the lines of its windows, enlarged, applied
    to the pixels (as the fast guided filter does). Where `alpha` is sure all around, it stays so."""
    height, width = pixels.shape[:2]
    gain, offset = _Windows(small / 255.0).lines(alpha.astype(np.float64))
    lines = np.dstack([gain, offset]).astype(np.float32)
    reach = np.ones((2 * _RADIUS + 1, 2 * _RADIUS + 1), np.uint8)
    bounds = [np.asarray(move(alpha, reach), np.float32) for move in (cv2.erode, cv2.dilate)]  # sure all around
    out = np.empty((height, width), np.float32)
    for top in range(0, height, _STRIP):
        rows = min(_STRIP, height - top)
        wide = strips.enlarged(lines, top, rows, width, height)
        strip = (pixels[top : top + rows] * np.float32(1 / 255) * wide[:, :, :3]).sum(axis=2) + wide[:, :, 3]
        low, high = (strips.enlarged(bound, top, rows, width, height) for bound in bounds)
        out[top : top + rows] = np.clip(strip, low, high)
    return out


def extent(band: NDArray[np.bool_], margin: int) -> tuple[slice, slice]:
    """The rows and columns that hold all of `band` (which is not empty), and `margin` more on each side."""
    found = (np.flatnonzero(band.any(axis=axis)) for axis in (1, 0))
    rows, columns = (slice(max(0, int(at[0]) - margin), int(at[-1]) + 1 + margin) for at in found)
    return rows, columns


class _Windows:
    """The windows of a picture, (h, w, 3) float64, 0..1: one around each pixel, cut at the borders."""

    def __init__(self, picture: F64, flat: float = _FLAT) -> None:
        self._picture = picture
        self.count = self._sum(np.ones(picture.shape[:2]))
        self._mean = self._average(picture)
        a, d, f = (self._spread(i, i) + flat for i in range(3))
        b, c, e = self._spread(0, 1), self._spread(0, 2), self._spread(1, 2)
        # of the symmetric matrices ((a, b, c), (b, d, e), (c, e, f)), by their cofactors
        self._inverse = d * f - e * e, c * e - b * f, b * e - c * d, a * f - c * c, b * c - a * e, a * d - b * b
        whole = a * self._inverse[0] + b * self._inverse[1] + c * self._inverse[2]
        for plane in self._inverse:
            plane /= whole

    def lines(self, alpha: F64) -> tuple[F64, F64]:
        """The least-squares lines of all windows, averaged over the windows that hold a pixel: gain (h, w, 3), offset (h, w)."""
        gain, offset = self._fit(alpha)
        return self._average(gain), self._average(offset)

    def laplacian(self, alpha: F64) -> F64:
        """The matting Laplacian times `alpha`: what alpha is apart from its windows' lines."""
        gain, offset = self._fit(alpha)
        along: F64 = (self._sum(gain) * self._picture).sum(axis=2)
        return self.count * alpha - along - self._sum(offset)

    def _fit(self, alpha: F64) -> tuple[F64, F64]:
        mean = self._average(alpha)
        covariance = self._average(self._picture * alpha[:, :, None]) - self._mean * mean[:, :, None]
        b, g, r = (covariance[:, :, i] for i in range(3))
        bb, bg, br, gg, gr, rr = self._inverse
        gain = np.empty_like(covariance)
        gain[:, :, 0] = bb * b + bg * g + br * r
        gain[:, :, 1] = bg * b + gg * g + gr * r
        gain[:, :, 2] = br * b + gr * g + rr * r
        return gain, mean - (gain * self._mean).sum(axis=2)

    def _spread(self, i: int, j: int) -> F64:
        """The covariance of two channels in every window."""
        product = self._average(self._picture[:, :, i] * self._picture[:, :, j])
        return product - self._mean[:, :, i] * self._mean[:, :, j]

    def _sum(self, plane: F64) -> F64:
        size = (2 * _RADIUS + 1, 2 * _RADIUS + 1)
        return np.asarray(cv2.boxFilter(plane, -1, size, normalize=False, borderType=cv2.BORDER_CONSTANT), np.float64)

    def _average(self, plane: F64) -> F64:
        total = self._sum(plane)
        return total / (self.count if plane.ndim == 2 else self.count[:, :, None])


def _solve(windows: _Windows, wanted: F64, weight: F64, steps: int = _STEPS, near: float = _NEAR) -> F64:
    """The alpha that minimises alpha' L alpha + the sum of weight (alpha - wanted)^2: preconditioned conjugate gradients."""
    alpha = wanted.copy()
    residual = -windows.laplacian(alpha)
    scale = 1 / (0.5 * windows.count + weight)
    step = scale * residual
    size = float((residual * step).sum())
    enough = near**2 * float(((weight * wanted) ** 2).sum())
    for _ in range(steps):
        if float((residual**2).sum()) <= enough or size <= 0:
            break
        change = windows.laplacian(step) + weight * step
        length = size / float((step * change).sum())
        alpha += length * step
        residual -= length * change
        scaled = scale * residual
        size, before = float((residual * scaled).sum()), size
        step = scaled + size / before * step
    return alpha
