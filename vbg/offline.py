"""Mattes of a whole file: one for every picture, in order."""

from __future__ import annotations

from collections.abc import Iterator

from vbg.cameras import Source
from vbg.frame import Frame, Matte
from vbg.pipeline import Pipeline


def causal(source: Source, pipeline: Pipeline) -> Iterator[tuple[Frame, Matte]]:
    """Exactly what a live session makes of these frames, none dropped. Raises ModelError, CameraError."""
    while (frame := source.read()) is not None:
        yield frame, pipeline.matte(frame)[1]
