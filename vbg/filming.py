"""Makes a video out of another one, piece by piece: what one process, many, or a cluster do."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING

from vbg import cuts, film, finishing, offline
from vbg.ahead import ahead
from vbg.cuts import PIECE_S, Piece
from vbg.effects import Effect
from vbg.errors import UsageError
from vbg.figures.figure import Figure
from vbg.footage import Footage
from vbg.frame import Frame, Matte
from vbg.joining import Track, join
from vbg.matting.style import Style
from vbg.models import Model
from vbg.models.follow import Follow
from vbg.pipeline import Pipeline
from vbg.reel import writer
from vbg.timing import Shares
from vbg.work import Teller, Work, stamp

if TYPE_CHECKING:
    from vbg.film import Kind

LEAD_S = 2.0
"""Seconds before a piece that are looked at too, so that the room is known and the person followed when it begins."""

_TAIL_FRAMES = offline.AHEAD
"""Frames after a piece that are looked at too: the way back starts from there."""

_CLOSE_S = 1e-4
"""Times nearer than this are the same: containers round."""

_READY = 2
"""Finished pictures that wait for the coder."""


Mattes = Generator[tuple[Frame, Matte], None, None]


@dataclass(frozen=True, slots=True)
class Options:
    """What is made of a video; a plain value that can be sent to another process.

    effect: what stands behind the people; None is transparent. matte: the matte alone, gray. live: as a meeting would see it,
    frame by frame; such a video is one piece, since what a meeting sees depends on all that was before. start_s, end_s: the part
    that is taken, seconds after the first picture. piece_s: least length of a piece. figure: drawn where there is an
    effect.
    """

    effect: Effect | None = None
    style: Style = field(default_factory=Style)
    model: Model = field(default_factory=Follow)
    matte: bool = False
    live: bool = False
    start_s: float = 0.0
    end_s: float = math.inf
    piece_s: float = PIECE_S
    figure: Figure = field(default_factory=Figure)


@dataclass(frozen=True, slots=True)
class Job:
    """One video. source, target: absolute paths, the same on every machine that takes part."""

    source: Path
    target: Path
    options: Options

    @property
    def kind(self) -> Kind:
        """How it is coded. Raises UsageError where that cannot be."""
        return film.kind(self.target, self.options.effect is None, self.options.matte)

    @property
    def purpose(self) -> tuple[str, ...]:
        """All that the result depends on."""
        asked = self.options
        return (stamp(self.source), self.target.name, *(f"{one.name}={getattr(asked, one.name)!r}" for one in fields(asked)))


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known of a job before it begins."""

    job: Job
    kind: Kind
    track: Track
    pieces: tuple[Piece, ...]

    @property
    def work(self) -> Work:
        return Work(self.job.target, self.kind)

    @property
    def frames(self) -> int:
        """How many there will be, as far as the file says."""
        return sum(piece.frames for piece in self.pieces)


def planned(job: Job) -> Plan:
    """Look at the file and whether what is asked can be. Raises UsageError, CameraError; writes nothing."""
    asked, kind = job.options, job.kind
    with closing(Footage(job.source, asked.start_s, asked.end_s)) as footage:
        if job.target.suffix.lower() == ".webm" and footage.aspect not in (0, 1):  # FFmpeg hands its muxer no aspect
            hint = "Choose another kind of file, or make its pixels square first."
            raise UsageError(f".webm cannot tell that the pixels of {job.source} are not square", hint)
        # a cut begins at 0, a whole file where it began, a matte at 0: it is compared with others
        shift_s = footage.begins_s if footage.cut or asked.matte else 0.0
        start_s, end_s = (footage.begins_s, footage.ends_s) if footage.cut else (-math.inf, math.inf)
        track = Track(job.source, kind, footage.time_base, footage.fps, footage.aspect, start_s, end_s, shift_s, footage.cut)
    length_s = math.inf if asked.live else asked.piece_s
    return Plan(job, kind, track, cuts.pieces(job.source, asked.start_s, asked.end_s, length_s))


def shoot(task: tuple[Plan, Piece]) -> dict[str, float]:
    """Make one piece of a job that has begun; nothing, where it is there. Returns the seconds that each step took.

    Raises ModelError, EffectError, CameraError, OutputError; StoppedError where `Work.stop` was called.
    """
    plan, piece = task
    work, shares = plan.work, Shares()
    if work.whole(piece):
        return {}
    teller, track = Teller(work, piece), plan.track
    with ExitStack() as stack:
        footage = _footage(plan, piece, stack)
        mattes = _mattes(plan, piece, footage, shares, stack)
        stack.callback(mattes.close)
        finished = shares.of("finish", _finished(plan, piece, mattes, footage, stack))
        pictures = stack.enter_context(closing(ahead(finished, _READY, "vbg-finish", shares)))
        out = stack.enter_context(writer(work.name(piece), plan.kind, footage, track.shift_s))
        for at_s, picture in pictures:
            with shares("encode"):
                out.write(picture, at_s)
            teller.step()
    return shares.seconds()


def put_together(plan: Plan) -> list[str]:
    """Make the target of its pieces, which are all there, and drop the work folder. Returns what the target cannot hold, as
    sentences. Raises OutputError; then all of it stays."""
    work = plan.work
    said = join([work.name(piece) for piece in plan.pieces], plan.job.target, plan.track)
    work.drop()
    return said


def _footage(plan: Plan, piece: Piece, stack: ExitStack) -> Footage:
    """The piece with what lies around it, which is looked at but not written."""
    begin_s = piece.start_s - (LEAD_S if piece.number else 0.0)
    tail_s = _TAIL_FRAMES / max(plan.track.fps, 1.0)
    end_s = min(piece.end_s + tail_s, plan.job.options.end_s) if math.isfinite(piece.end_s) else math.inf
    footage = Footage(plan.job.source, max(0.0, begin_s), end_s)
    stack.callback(footage.close)
    return footage


def _mattes(plan: Plan, piece: Piece, footage: Footage, shares: Shares, stack: ExitStack) -> Mattes:
    asked = plan.job.options
    if asked.live:
        pipeline = Pipeline(asked.model.open())
        stack.callback(pipeline.close)
        return offline.causal(footage, pipeline, asked.style, shares)
    return offline.both_ways(_footage(plan, piece, stack), footage, asked.model, asked.style, shares)


def _finished(
    plan: Plan, piece: Piece, mattes: Mattes, footage: Footage, stack: ExitStack
) -> Iterator[tuple[float, finishing.Picture]]:
    """What is written of the piece, each picture with its time. What it needs is opened at once: so it is closed by `stack` after
    whoever works with it has ended."""
    asked, info = plan.job.options, footage.info
    effect, figure = asked.effect, asked.figure
    follows = effect is not None and (effect.moves or figure.hides)
    finish: finishing.Finish = finishing.matte if asked.matte else finishing.cut_out
    if effect is not None and not asked.matte:
        painter = effect.open(info.width, info.height)
        stack.callback(painter.close)
        finish = finishing.before(painter, figure, effect.of_room)
        if piece.number and follows:
            finishing.run_on(painter, footage.origin_s + asked.start_s, footage.begins_s, info.width, info.height)
    begin_s, end_s = footage.origin_s + piece.start_s - _CLOSE_S, footage.origin_s + piece.end_s - _CLOSE_S
    return _inside(mattes, finish, begin_s, end_s, follows)


def _inside(
    mattes: Mattes, finish: finishing.Finish, begin_s: float, end_s: float, follows: bool
) -> Iterator[tuple[float, finishing.Picture]]:
    """follows: the background follows the person, or runs on its own, so that it must see what is before `begin_s` too."""
    for frame, matte in mattes:
        if frame.captured_at >= end_s:
            return
        if frame.captured_at >= begin_s:
            yield frame.captured_at, finish(frame, matte)
        elif follows:
            finish(frame, matte)
