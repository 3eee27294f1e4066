"""Takes a file's sound along into another: as it is where the container holds it, newly encoded where it does not."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from vbg import videos

if TYPE_CHECKING:
    import av

_HOLDS = {
    ".mp4": {"aac", "mp3", "ac3", "eac3", "alac", "opus", "flac"},
    ".mov": {"aac", "mp3", "ac3", "eac3", "alac", "pcm_s16le", "pcm_s24le", "pcm_s16be", "pcm_s24be", "pcm_f32le"},
    ".webm": {"opus", "vorbis"},
    ".mkv": None,
}
"""What is copied into each kind of file; None: anything."""

_ELSE = {".mp4": ("aac", None), ".mov": ("aac", None), ".webm": ("libopus", 48_000)}
"""The coder for the rest, and the rate that it demands."""


@dataclass(slots=True)
class _Track:
    source: av.AudioStream
    target: av.AudioStream
    copied: bool


class Sound:
    """Adds its streams to `container` when it is made, so before anything is written. One thread owns it.

    suffix: the container's. start_s, end_s: the part that is taken, seconds of the file's own time. shift_s: is taken off all
    times. Raises av.FFmpegError from every method: the writer of the file says what that means.
    """

    def __init__(
        self, path: Path, container: av.container.OutputContainer, suffix: str, start_s: float, end_s: float, shift_s: float
    ) -> None:
        self._in, self._out = videos.opened(path), container
        self._start_s, self._end_s, self._shift_s = start_s, end_s, shift_s
        holds = _HOLDS[suffix]
        self._tracks: dict[int, _Track] = {}
        for source in self._in.streams.audio:
            name = source.codec_context.name if source.codec_context is not None else ""
            copied = holds is None or name in holds
            if copied:
                target = container.add_stream_from_template(source)
            elif name:
                coder, rate = _ELSE[suffix]
                added = container.add_stream(coder, rate=rate or source.rate, layout=_layout(source))
                target = cast("av.AudioStream", added)
            else:
                continue  # nobody here knows what it is
            self._tracks[source.index] = _Track(source, target, copied)
        self._packets = self._read()
        self._next = next(self._packets, None)

    def up_to(self, at_s: float = math.inf) -> None:
        """Write what sounds before `at_s`; all that is left, and what the coders hold back, without it."""
        while self._next is not None and self._next[0] < at_s:
            self._out.mux(self._next[1])
            self._next = next(self._packets, None)

    def close(self) -> None:
        """Close the file that the sound is read from."""
        self._in.close()

    def _read(self) -> Iterator[tuple[float, list[av.Packet[Any]]]]:
        """Packets for the output, with their time in the input."""
        if not self._tracks:
            return
        last_s = -math.inf
        for packet in self._in.demux([track.source for track in self._tracks.values()]):
            track = self._tracks[packet.stream.index]  # the last one of all has no index of its own
            if not track.copied:
                for frame in cast("list[av.AudioFrame]", packet.decode()):
                    last_s = float(frame.time or 0.0)
                    if self._start_s <= last_s < self._end_s:
                        frame.pts = round((last_s - self._shift_s) * frame.sample_rate)
                        frame.time_base = Fraction(1, frame.sample_rate)
                        yield last_s, track.target.encode(frame)
            elif packet.dts is not None and packet.pts is not None:
                last_s = float(packet.pts * packet.time_base)
                if self._start_s <= last_s < self._end_s:
                    shift = round(self._shift_s / packet.time_base)
                    packet.pts, packet.dts, packet.stream = packet.pts - shift, packet.dts - shift, track.target
                    yield last_s, [packet]
        for track in self._tracks.values():
            if not track.copied:
                yield last_s, track.target.encode(None)


def _layout(source: av.AudioStream) -> str:
    """Some files only say how many channels there are."""
    return {1: "mono", 2: "stereo"}.get(source.codec_context.channels, source.layout.name)
