"""Cuts a long video into pieces that are made independently of each other: after an interruption, side by side, or elsewhere.

The cuts depend on the file and on what is asked alone, and every piece is made from the file alone, so the result is the same
to the bit whoever makes which piece, and in what order.
"""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass
from pathlib import Path

from vbg import videos

PIECE_S = 30.0
"""Seconds of a piece, at least: the work on what lies around it costs a tenth more."""


@dataclass(frozen=True, slots=True)
class Piece:
    """start_s, end_s: seconds after the file's first picture; `end_s` itself belongs to the next one. frames: how many there
    should be, 0 where the file does not say."""

    number: int
    start_s: float
    end_s: float
    frames: int


def pieces(path: Path, start_s: float, end_s: float, length_s: float) -> tuple[Piece, ...]:
    """`path` from `start_s` to `end_s`, cut at key frames into pieces of at least `length_s`. Raises UsageError.

    A file that does not tell its pictures' times stays whole.
    """
    times, keys = _pictures(path)
    inside = [at for at in times if start_s <= at < end_s]
    if len(inside) != len(times) and not inside:
        return (Piece(0, start_s, end_s, 0),)
    cuts = [start_s]
    for at in keys:
        if at - cuts[-1] >= length_s and at < end_s and inside[-1] - at >= length_s / 2:
            cuts.append(at)
    begins = [bisect.bisect_left(inside, at) for at in cuts[1:]]
    counts = [b - a for a, b in zip([0, *begins], [*begins, len(inside)], strict=True)]
    ends = [*cuts[1:], end_s]
    return tuple(Piece(i, *rest) for i, rest in enumerate(zip(cuts, ends, counts, strict=True)))


def _pictures(path: Path) -> tuple[list[float], list[float]]:
    """When the pictures are shown, in order, and which of them can be decoded without those before: seconds after the first. Both
    are empty where the file does not say."""
    import av

    times: list[float] = []
    keys: list[float] = []
    with videos.opened(path) as container:
        stream = container.streams.video[0]
        base = stream.time_base
        begin = float((stream.start_time or 0) * base) if base else 0.0
        try:
            for packet in container.demux(stream):
                if packet.size == 0 or packet.is_discard:
                    continue
                if packet.pts is None or not base:
                    return [], []
                times.append(float(packet.pts * base) - begin)
                if packet.is_keyframe:
                    keys.append(times[-1])
        except av.FFmpegError:
            pass  # whoever decodes it will say what is wrong, at the right place
    return sorted(times), sorted(at for at in keys if math.isfinite(at))
