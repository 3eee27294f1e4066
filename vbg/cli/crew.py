"""The options that say who does the work of many files."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from vbg.errors import UsageError

if TYPE_CHECKING:
    from vbg.crew import Crew


def add_to(parser: argparse.ArgumentParser) -> None:
    """Declare them."""
    parser.add_argument("--workers", metavar="N", type=int, default=1, help="processes that share the work (default: 1)")
    parser.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help="let a Dask cluster do it, as tcp://HOST:8786; its machines have this vbg and see the files under the same names",
    )


def chosen(arguments: argparse.Namespace) -> Crew:
    """Who was asked for. Raises UsageError."""
    from vbg import crew

    if arguments.workers < 1:
        raise UsageError("--workers must be 1 or more", "As many as this machine has cores is plenty.")
    if arguments.cluster is None:
        return crew.Cores(arguments.workers) if arguments.workers > 1 else crew.Here()
    if arguments.workers > 1:
        raise UsageError("--workers and --cluster cannot both be", "The cluster has its own workers.")
    return crew.Cluster(arguments.cluster)
