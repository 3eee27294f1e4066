"""Tells the processor what will be read soon: where a kernel reads a short piece of every row, nothing else foresees it, and
each row waits for the memory."""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from vbg.kernels.compiled import part

_LINE = np.uintp(64)
"""Bytes that are fetched at a time."""


@part()
def fetch(row: NDArray[np.uint8], start: np.uintp, end: np.uintp) -> None:  # pragma: no cover - compiled
    """row: one-dimensional."""
    for i in range(start, end, _LINE):
        _fetch(row, i)  # type: ignore[call-arg]  # the first argument is numba's


@intrinsic
def _fetch(context: Any, row: Any, index: Any) -> Any:
    """LLVM's `prefetch` of one element: to read, into all caches, data."""

    def code(target: Any, builder: Any, signature: Any, given: Any) -> Any:
        array = target.make_array(signature.args[0])(target, builder, given[0])
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        wanted = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        prefetch = builder.module.declare_intrinsic("llvm.prefetch", [byte], wanted)
        place = builder.bitcast(builder.gep(array.data, [given[1]]), byte)
        builder.call(prefetch, [place, number(0), number(3), number(1)])
        return target.get_dummy_value()

    return types.void(row, index), code
