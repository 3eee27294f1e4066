"""A short soak: random changes, unplugs and hangs leave nothing behind and take nothing along."""

from __future__ import annotations

import sys

import pytest

from benchmarks.soak import figures, soaked, verdict


@pytest.mark.skipif(sys.platform != "linux", reason="memory and handles are counted in /proc")
def test_half_a_minute_of_trouble_leaves_nothing_behind() -> None:
    with soaked(20, seed=2) as soak:
        found = figures(soak)
    assert not verdict(found, memory_mb=120), found  # a frame kept each time would be 300 MB
    assert len(soak.done) >= 5, f"too little was tried: {found}"
    assert soak.output.counts["sent"] > 100
