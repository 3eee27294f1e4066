"""What the frozen app runs: `vbg`, in surroundings that a frozen app must put in order first.

`-c CODE` runs CODE, as the interpreter would whose place the frozen program takes: vbg starts processes of its own with
`sys.executable -c CODE` (to compile the kernels on all cores, to measure the window's start).
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from platformdirs import user_cache_path


def settle() -> None:
    """Keep compiled kernels in the user's folder, wherever the app lies; give other programs back their own libraries."""
    if sys.stdout is None or sys.stderr is None:  # Windows, without a terminal
        sys.stdout = sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115  # as long as the program runs
    os.environ.setdefault("NUMBA_CACHE_DIR", str(user_cache_path("vbg") / "kernels"))
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)  # the boot loader points it at the app's folder; ours are found by now
    if before is not None:
        os.environ["LD_LIBRARY_PATH"] = before
    elif os.environ.get("LD_LIBRARY_PATH") == str(Path(getattr(sys, "_MEIPASS", ""))):
        del os.environ["LD_LIBRARY_PATH"]


def main() -> int:
    """Returns the exit code."""
    settle()
    if "--multiprocessing-fork" in sys.argv:  # a worker of a pool of processes
        from multiprocessing import freeze_support

        freeze_support()
    at = sys.argv.index("-c") if "-c" in sys.argv else 0
    if at and all(re.fullmatch("-[A-Za-z]", flag) for flag in sys.argv[1:at]):  # pools start a helper with -B -S -I -c
        exec(sys.argv[at + 1], {"__name__": "__main__"})
        return 0
    from vbg.cli import main as vbg

    return vbg()


if __name__ == "__main__":
    sys.exit(main())
