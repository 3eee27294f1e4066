"""How every kernel is compiled, so that a machine's very first start is not one long wait for the compiler.

What costs in a kernel (measured, CPU milliseconds): a function of its own 50; an array made within 60-130; `max` or `min` of a
new pair of types 50; `reshape` 200; one row assigned to another 1650, for the formatting of its error message is compiled too.
So arrays are made by the callers in Python, unless loops need to know that they do not overlap; rows are copied in loops, and
`a if a < b else b` stands for `min`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., object])

_njit: Any = numba.njit


def kernel(**options: Any) -> Callable[[Function], Function]:
    """A function that Python calls: compiled at its first call, kept on disk, without a second entry for callers in C."""
    return cast(Callable[[Function], Function], _njit(cache=True, nogil=True, no_cfunc_wrapper=True, **options))


def part(**options: Any) -> Callable[[Function], Function]:
    """A function that kernels alone call, and are kept together with: it has no entry for Python, so calling it from there would
    end the process."""
    return cast(Callable[[Function], Function], _njit(nogil=True, no_cfunc_wrapper=True, no_cpython_wrapper=True, **options))


def forget_stale(folder: Path) -> None:
    """Forget what was compiled before the newest source in `folder`: a kernel holds the code of those that it calls, and numba
    looks only at the kernel's own file. That matters where sources change in place, as in a checkout."""
    with suppress(OSError):  # it is not ours to write: the cache is elsewhere then, and so are the old sources
        newest = max((source.stat().st_mtime for source in folder.glob("*.py")), default=0.0)
        for index in folder.glob("__pycache__/*.nbi"):
            if index.stat().st_mtime < newest:
                index.unlink(missing_ok=True)


forget_stale(Path(__file__).parent)
