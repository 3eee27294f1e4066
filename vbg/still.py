"""The matte of one picture, with time to spare."""

from __future__ import annotations

from typing import Protocol

from vbg.frame import Frame, Mask, Pixels, read_only
from vbg.matting import closed
from vbg.matting.closed import Alpha
from vbg.matting.keep import on_mask
from vbg.matting.passers import without_passers
from vbg.matting.style import Style
from vbg.matting.styling import Styling, shaped
from vbg.models import Model, Segmenter
from vbg.models.closely import Closely
from vbg.models.follow import Follow
from vbg.offline import thorough
from vbg.pipeline import checked_mask

_SETTLE = 3
"""Looks of a model that remembers until it has made up its mind."""

_USUAL = Style()


class Still:
    """Opens the model once for many pictures. One thread owns it."""

    def __init__(self, model: Model | None = None) -> None:
        chosen = thorough(model or Follow())
        self._eye: _Eye = Closely(chosen) if isinstance(chosen, Follow) else _Plainly(chosen.open())

    def alpha(self, pixels: Pixels, style: Style = _USUAL) -> Alpha:
        """The matte of `pixels` in the user's style: (height, width) float32, 0..1. Raises ModelError."""
        frame = Frame(read_only(pixels), 0, 0.0)
        mask, cell = self._eye.mask(frame)
        mask = Styling().before(without_passers(checked_mask(mask)), style)
        alpha, _ = shaped(closed.refined(frame, mask, cell), style)
        return on_mask(alpha, style.keep, style.drop)

    def close(self) -> None:
        """Close the model."""
        self._eye.close()


class _Eye(Protocol):
    """See `Closely`."""

    def mask(self, frame: Frame) -> tuple[Mask, float]: ...

    def close(self) -> None: ...


class _Plainly:
    """Any model, as it is."""

    def __init__(self, segmenter: Segmenter) -> None:
        self._segmenter = segmenter

    def mask(self, frame: Frame) -> tuple[Mask, float]:
        self._segmenter.reset()
        for _ in range(_SETTLE):
            mask = self._segmenter.mask(frame)
        return mask, frame.width / mask.shape[1]

    def close(self) -> None:
        self._segmenter.close()
