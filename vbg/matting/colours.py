"""Clean colours: the old room shall not shine through hair."""

from __future__ import annotations

from vbg.frame import Frame, Matte, Pixels
from vbg.kernels import clean

_REACH = 0.01
"""How far from the edge the old room's colour is read, as a fraction of the height (measured: farther is no better)."""


def cleaned(frame: Frame, matte: Matte, out: Pixels) -> None:
    """Take the old room's colour out of the person's edge in `out`, which was blended from `frame` by `matte`; edits `out`."""
    h, w = matte.gain.shape
    change = clean.spill(frame.reduced(w, h), matte.gain, matte.offset, max(1, round(_REACH * h)))
    clean.add(frame.pixels, matte.gain, matte.offset, change, out)
