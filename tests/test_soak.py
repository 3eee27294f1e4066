"""A short soak: random changes, unplugs and hangs leave nothing behind. And what a soak says of its figures is true."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from benchmarks.soak import Sample, figures, slope, soaked, verdict


@pytest.mark.skipif(sys.platform != "linux", reason="memory and handles are counted in /proc")
def test_half_a_minute_of_trouble_leaves_nothing_behind() -> None:
    with soaked(20, seed=2) as soak:
        found = figures(soak)
    grew = found["grew"]
    assert isinstance(grew, dict)
    assert grew["memory_mb"] < 120, found  # a frame kept each time would be 300 MB
    assert grew["handles"] <= 0.5, found
    assert grew["threads"] <= 0.5, found
    assert len(soak.done) >= 5, f"too little was tried: {found}"
    assert soak.output.counts["sent"] > 100


def samples(mb_per_hour: float, noise_mb: float, minutes: float = 30, threads_per_hour: float = 0.0) -> list[Sample]:
    """Of a run that grows so; each sample of the memory is off by so much."""
    noise = np.random.default_rng(1).normal(0, noise_mb, 360)
    hours = np.linspace(0, minutes / 60, 360)
    return [
        Sample(3600 * at, 300 + mb_per_hour * at + off, 0.0, 0.0, 0, 6, int(4 + threads_per_hour * at), 10.0)
        for at, off in zip(hours, noise, strict=True)
    ]


def test_a_slope_is_known_within_its_uncertainty() -> None:
    found = slope(samples(40, 3), "memory_mb")
    assert abs(found.per_hour - 40) < found.within < 10


def test_flat_growing_and_too_short_are_told_apart() -> None:
    assert verdict(samples(0, 3))[0] == 0
    assert verdict(samples(-40, 3))[0] == 0
    status, said = verdict(samples(40, 3))
    assert (status, "grows: memory_mb" in said) == (1, True)
    status, said = verdict(samples(0, 0, threads_per_hour=60))
    assert (status, "grows: threads" in said) == (1, True)
    assert verdict(samples(0, 30, minutes=2))[0] == 2  # the same noise says little of so short a run
    assert verdict(samples(0, 3)[:8])[0] == 2
