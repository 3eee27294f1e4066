"""One array type for every kernel input, so that each kernel is compiled once."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Scalar = TypeVar("Scalar", bound=np.generic)


def fixed(array: NDArray[Scalar]) -> NDArray[Scalar]:
    """`array` as a contiguous, read-only view (a copy where it is not contiguous).

    numba compiles anew for every mix of writeable, read-only and strided inputs, seconds each, in the middle of a meeting.
    """
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view
