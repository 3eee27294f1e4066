"""Takes a file's subtitles along into another: as they are where the container holds them, as plain text where it holds that."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from vbg import videos

if TYPE_CHECKING:
    import av
    from av.subtitles.stream import SubtitleStream

_HOLDS = {
    ".mp4": {"mov_text"},
    ".mov": {"mov_text"},
    ".webm": {"webvtt"},
    ".mkv": {"subrip", "ass", "ssa", "webvtt", "hdmv_pgs_subtitle", "dvd_subtitle", "dvb_subtitle"},
}
"""What is copied into each kind of file."""

_ELSE = {".mp4": "mov_text", ".mov": "mov_text", ".webm": "webvtt", ".mkv": "subrip"}
"""The coder for the rest of the text. Pictures of text cannot become text."""

_TEXT = {"subrip", "ass", "ssa", "webvtt", "mov_text", "text"}

_MS = Fraction(1, 1000)


class Captions:
    """As `Sound`, for subtitles. left_out: the kinds of those that the container cannot hold."""

    def __init__(
        self, path: Path, container: av.container.OutputContainer, suffix: str, start_s: float, end_s: float, shift_s: float
    ) -> None:
        self._in, self._out = videos.opened(path), container
        self._start_s, self._end_s, self._shift_s = start_s, end_s, shift_s
        self.left_out: list[str] = []
        self._targets: dict[int, tuple[SubtitleStream, bool]] = {}
        for source in self._in.streams.subtitles:
            name = source.codec_context.codec.canonical_name if source.codec_context is not None else "an unknown kind"
            copied = name in _HOLDS[suffix]
            if copied:
                target = container.add_stream_from_template(source)
            elif name in _TEXT:
                target = cast("SubtitleStream", container.add_stream(_ELSE[suffix]))
                target.time_base = target.codec_context.time_base = _MS
                target.codec_context.subtitle_header = source.codec_context.subtitle_header or _HEADER
            else:
                self.left_out.append(name)
                continue
            if "language" in source.metadata:
                target.metadata["language"] = source.metadata["language"]
            self._targets[source.index] = target, copied
        self._packets = self._read()
        self._next = next(self._packets, None)

    def up_to(self, at_s: float = math.inf) -> None:
        """Write what is shown from before `at_s` on; all that is left without it."""
        while self._next is not None and self._next[0] < at_s:
            self._out.mux_one(self._next[1])
            self._next = next(self._packets, None)

    def close(self) -> None:
        """Close the file that they are read from."""
        self._in.close()

    def _read(self) -> Iterator[tuple[float, av.Packet[Any]]]:
        if not self._targets:
            return
        sources = [stream for stream in self._in.streams.subtitles if stream.index in self._targets]
        for packet in self._in.demux(sources):
            if packet.pts is None or packet.size == 0:
                continue
            begin_s = float(packet.pts * packet.time_base)
            length_s = float((packet.duration or 0) * packet.time_base)
            begin, end = max(begin_s, self._start_s), min(begin_s + length_s, self._end_s)
            if begin < end or (begin == begin_s < self._end_s and not length_s):
                target, copied = self._targets[packet.stream.index]
                made = packet if copied else _again(packet, target)
                if made is not None:
                    made.time_base = base = target.time_base or _MS
                    made.pts = made.dts = round((begin - self._shift_s) / base)
                    made.duration = round((end - begin) / base)
                    made.stream = target
                    yield begin, made


def _again(packet: av.Packet[Any], target: SubtitleStream) -> av.Packet[Any] | None:
    """The text of `packet`, coded for `target`; None where it says nothing."""
    from av.subtitles.codeccontext import SubtitleCodecContext

    shown = cast("SubtitleCodecContext", packet.stream.codec_context).decode2(packet)
    if shown is None or not len(shown):
        return None
    return target.codec_context.encode_subtitle(shown)


_HEADER = b"""[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, Bold, Italic, Underline, BorderStyle, Alignment
Style: Default,Arial,16,&Hffffff,0,0,0,1,2

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
"""What the coders of text want to know of its looks, where the source does not say."""
