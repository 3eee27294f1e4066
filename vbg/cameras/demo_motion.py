"""How the person of the demo clip moves: she talks, leans, turns, comes closer, listens without moving, leaves and returns."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TypeAlias

PERIOD_S = 16.0
"""After this time the motion repeats exactly."""

STILL_S = (6.3, 8.3)
"""From when to when, in every period, she does not move at all."""

Keys: TypeAlias = tuple[tuple[float, float], ...]

# What she does: (second, value) per channel, eased between; the first key is also the one after the last.
_SIDE: Keys = ((0.0, 0.0), (2.2, 0.1), (4.4, -0.07), (6.3, 0.0), (8.3, 0.0), (11.1, -1.35), (11.7, -1.35), (14.5, 0.04))
_SCALE: Keys = ((0.0, 1.0), (2.6, 0.98), (4.5, 1.17), (6.3, 1.0), (8.3, 1.0), (11.3, 1.06), (14.6, 1.0))
_LEAN: Keys = ((0.0, 0.0), (1.8, 2.5), (3.8, -2.5), (6.3, 0.0), (8.3, 0.0), (9.5, -5.0), (11.3, 0.0), (13.0, 4.0), (15.0, 0.0))
_TURN: Keys = ((0.0, 0.0), (1.4, 0.8), (3.2, -0.9), (5.0, 0.5), (6.3, 0.0), (8.3, 0.0), (9.4, -1.0), (11.3, 1.0), (14.2, 0.0))
_LIFE: Keys = ((0.0, 1.0), (5.2, 1.0), (6.3, 0.0), (8.3, 0.0), (9.5, 1.0))  # 0 = not even breathing: the still stretch


@dataclass(frozen=True, slots=True)
class Pose:
    """Where the person is at one instant.

    side: 0 = centre, -1 and 1 = just out of the frame. scale: 1 = at rest. lean: degrees, clockwise. turn: about -1..1,
    positive = her left shoulder comes nearer. lift: portrait pixels upwards.
    """

    side: float
    scale: float
    lean: float
    turn: float
    lift: float


def pose(seconds: float) -> Pose:
    """The pose at a time in seconds. Twice differentiable, and the same after every `PERIOD_S`."""
    t = seconds % PERIOD_S
    life = _eased(_LIFE, t)

    def sway(cycles: int, phase: float) -> float:
        return life * math.sin(2 * math.pi * (cycles * t / PERIOD_S + phase))

    return Pose(
        side=_eased(_SIDE, t) + 0.008 * sway(5, 0.1) + 0.004 * sway(11, 0.6),
        scale=_eased(_SCALE, t) + 0.008 * sway(4, 0.3),
        lean=_eased(_LEAN, t) + 0.7 * sway(7, 0.0) + 0.35 * sway(13, 0.4),
        turn=_eased(_TURN, t) + 0.25 * sway(9, 0.2),
        lift=1.6 * sway(6, 0.5) + 1.1 * sway(17, 0.9),
    )


def _eased(keys: Keys, t: float) -> float:
    """The value at `t` seconds, standing still for an instant at every key (Perlin's smootherstep between two)."""
    (t0, v0), (t1, v1) = keys[-1], (PERIOD_S, keys[0][1])
    for key, following in itertools.pairwise(keys):
        if key[0] <= t < following[0]:
            (t0, v0), (t1, v1) = key, following
            break
    x = (t - t0) / (t1 - t0)
    return v0 + (v1 - v0) * x * x * x * (x * (6 * x - 15) + 10)
