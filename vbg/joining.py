"""Puts the pieces of a video together: one file with sound, subtitles and titles, or pictures numbered through."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vbg.captions import Captions
from vbg.errors import OutputError
from vbg.film import PICTURES, Kind, named, pattern
from vbg.reel import FULL
from vbg.sound import Sound
from vbg.work import JOINING

if TYPE_CHECKING:
    import av

_NOT_TAKEN = {"encoder", "major_brand", "minor_version", "compatible_brands", "duration"}
"""What containers write about themselves."""

_RATE = 1001
"""Largest denominator of a rate of frames."""


@dataclass(frozen=True, slots=True)
class Track:
    """What is put together.

    time_base: seconds that the pieces' times are counted in. fps: frames per second. aspect: a pixel's width over its height.
    start_s, end_s: of `source`, the part whose sound and subtitles are taken, in its own seconds. shift_s: what was taken off all
    times. cut: whether a part was asked for.
    """

    source: Path
    kind: Kind
    time_base: Fraction
    fps: float
    aspect: Fraction
    start_s: float
    end_s: float
    shift_s: float
    cut: bool


def join(pieces: Sequence[Path], target: Path, track: Track) -> list[str]:
    """Make `target` of the pieces, names as `reel.writer` takes them. Returns what the target cannot hold, as sentences. Raises
    OutputError; the pieces stay."""
    if track.kind == PICTURES:
        _numbered(pieces, pattern(target))
        return []
    part = pieces[0].with_name(f"whole{target.suffix.lower()}")
    try:
        said = _film(pieces, part, track)
        part.replace(target)
    except OSError as e:
        raise OutputError(f"cannot write {target}: {e}", FULL) from e
    except ValueError as e:  # PyAV's word for what a container does not take
        raise OutputError(f"cannot write {target}: {e}", "Choose another kind of file.") from e
    finally:
        part.unlink(missing_ok=True)
    return said


def _film(pieces: Sequence[Path], part: Path, track: Track) -> list[str]:
    import av

    said: list[str] = []
    suffix = part.suffix
    with ExitStack() as stack:
        # the beginning of a film is told in thousandths of a second, where nothing else is asked
        precise = {"movie_timescale": str(min(track.time_base.denominator, 2**31 - 1))} if suffix in (".mp4", ".mov") else {}
        out = stack.enter_context(av.open(str(part), "w", options=precise))
        first = stack.enter_context(av.open(str(pieces[0].with_suffix(".mkv"))))
        stream = out.add_stream_from_template(first.streams.video[0])
        stream.time_base = track.time_base
        stream.codec_context.sample_aspect_ratio = track.aspect  # the pieces may not hold it
        sideshows: list[Sound | Captions] = []
        if track.kind.sound:
            where = (track.source, out, suffix, track.start_s, track.end_s, track.shift_s)
            sound, captions = Sound(*where), Captions(*where)
            sideshows = [sound, captions]
            said = [f"{suffix} cannot hold the subtitles of kind {name}: they are left out" for name in captions.left_out]
            _titles(track, out)
        for one in sideshows:
            stack.callback(one.close)
        for packet in _packets(pieces, max(1, round(1 / track.fps / track.time_base))):
            for one in sideshows:
                one.up_to(float((packet.pts or 0) * track.time_base) + track.shift_s)
            packet.time_base, packet.stream = track.time_base, stream
            out.mux_one(packet)
        for one in sideshows:
            one.up_to()
    return said


def _packets(pieces: Sequence[Path], usual: int) -> Iterator[av.Packet[Any]]:
    """Of all pieces, in order, with their exact times. usual: duration where the coder tells none."""
    import av

    last = None
    for piece in pieces:
        times = json.loads(piece.with_suffix(".json").read_text())
        if not times:
            continue
        with av.open(str(piece.with_suffix(".mkv"))) as container:
            read = (packet for packet in container.demux(video=0) if packet.size)
            for packet, (pts, dts, duration) in zip(read, times, strict=True):
                # a coder begins to count a little before its first picture, which may be before the last one of the piece before
                last = dts if last is None else max(dts, last + 1)
                packet.pts, packet.dts, packet.duration = pts, last, duration or usual
                yield packet


def _titles(track: Track, out: av.container.OutputContainer) -> None:
    """Title, author and the like; chapters too, where the film is whole."""
    from vbg import videos

    with videos.opened(track.source) as source:
        out.metadata.update({key: text for key, text in source.metadata.items() if key.lower() not in _NOT_TAKEN})
        if not track.cut and source.chapters():
            out.set_chapters(source.chapters())


def _numbered(pieces: Sequence[Path], names: Path) -> None:
    count = 0
    try:
        names.parent.mkdir(exist_ok=True)
        pieces[0].with_name(JOINING).touch()
        for piece in pieces:
            for one in sorted(piece.iterdir()):
                count += 1
                one.replace(names.parent / named(names, count))
    except OSError as e:
        raise OutputError(f"cannot finish {names.parent}: {e}", "Choose another folder.") from e
