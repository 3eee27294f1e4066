"""One frame, from the camera's picture to the covered one: the whole story."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite

import numpy as np

from vbg.covering import Covering
from vbg.effects.colour import Colour
from vbg.errors import ModelError
from vbg.figures.around import Around
from vbg.figures.avatar import Avatar
from vbg.figures.figure import Figure
from vbg.frame import Frame, Mask, Matte, read_only
from vbg.kernels import blend
from vbg.matting.capture import Capture
from vbg.matting.colours import Colours
from vbg.matting.gate import Gate
from vbg.matting.hints import Hints
from vbg.matting.light import Light
from vbg.matting.placing import Placing
from vbg.matting.plate import Plate
from vbg.matting.plausible import Plausible
from vbg.matting.refine import Refiner
from vbg.matting.smooth import Smoother
from vbg.matting.style import Style
from vbg.matting.styling import Styling
from vbg.models import Keyed, Segmenter, keyed
from vbg.models.follow import Follow
from vbg.pool import Pool
from vbg.settings import Look
from vbg.tap import Stages, Tap
from vbg.timing import Stopwatch

_SHOWN, _HIDDEN = Matte.uniform(1.0), Matte.uniform(0.0)
_USUAL = Style()
_NO_MASK = np.ones((2, 2), np.float32)


class Pipeline:
    """Covers the room in one frame after the other. One thread owns it.

    It closes the segmenter that it is given; without one it opens that of the usual model. plain: only what covers, with the
    model's mask as it is and the person's colours as they are: the kernels for the rest are not compiled yet. `notice` is a
    sentence for the user where something was done other than asked, empty otherwise.
    """

    def __init__(
        self, segmenter: Segmenter | None = None, stopwatch: Stopwatch | None = None, tap: Tap | None = None, captures: int = 0
    ) -> None:
        """captures: those of `Look` that are done already."""
        self.plain = False
        self.segmenter = self._segmenter = segmenter or Follow().open()
        self._of = (-1, 0.0)  # the frame whose matte was made last
        self._tap = tap
        self._time = stopwatch or Stopwatch()
        self._gate = Gate()
        self._made: _Made | None = None
        self._keyed: Keyed | None = None  # beside the last mask
        self._held = False  # whether the last frame got the matte of the one before
        self._plausible = Plausible()
        self._plate, self._capture = Plate(), Capture(captures)
        self._smoother = Smoother()
        self._refiner = Refiner()
        self._styling = Styling()
        self._hints = Hints()
        self._covering = Covering()
        self._colours = Colours()
        self._placing, self._light = Placing(), Light()
        self._figure = Figure()
        self._avatar, self._around = Avatar(), Around()
        self._pool = Pool()

    @property
    def notice(self) -> str:
        keyed = self._made.keyed if self._made is not None else None
        told = self._covering.notice or self._plausible.notice or (keyed.says if keyed is not None else "")
        return self._capture.said if self._capture.running else told

    @property
    def room(self) -> Room:
        """What is known of the room behind the person."""
        plate, capture = self._plate, self._capture
        return Room(plate.known, plate.captured, plate.dropped, capture.said, capture.running, capture.left_s)

    @property
    def hint(self) -> str:
        """What spoils the matte and what helps, in one sentence; empty while all is well."""
        return self._hints.hint

    def process(self, frame: Frame, look: Look) -> Frame:
        """The covered frame: same size, index and time, new read-only pixels.

        The matte always belongs to this very frame. Raises ModelError where the model fails; a background that fails is
        replaced by the last good one, or by a colour: the room never shows because something broke.
        """
        self._held = False
        shown = frame
        if self._capture.ask(look.captures, frame.captured_at) or self._capture.running:
            mask, matte = self._learn_room(frame), _HIDDEN
            look = look if look.effect.covers else replace(look, effect=Colour())
        elif look.covers:
            mask, matte = self.matte(frame, look.style)
            shown = self.cleaned(frame)
        else:
            mask, matte = _NO_MASK, _SHOWN
            self._hints.reset()
        room, laid = frame, matte
        if look.figure.hides:
            with self._time("avatar"):
                room, shown, laid = self._avatar.instead(frame, mask, look.figure, look.effect.of_room)
        anew, self._figure = not self._held or look.figure != self._figure, look.figure
        with self._time("paint"):
            background = self._covering.paint(look.effect, room, mask, anew)
        if look.presence.moves and look.covers:
            with self._time("place"):
                shown, laid, background = self._placing.place(
                    shown, mask, laid, background, look.presence, look.effect.of_room, look.style.drop
                )
        if look.figure.surrounds and look.covers:
            with self._time("around"):
                background = self._around.drawn(shown, laid, background, look.figure)
        with self._time("blend"):
            out = self._pool.take(frame.height, frame.width)
            blend.mix(shown.pixels, laid.gain, laid.offset, background, out)
        if look.style.recolours and look.covers and not self.plain:
            with self._time("colours"):
                self._colours.touch(shown, laid, background, look.style, out)
        if look.presence.light and look.covers and not self.plain:
            with self._time("light"):
                self._light.lift(shown, laid, out, look.presence.light)
        covered = Frame(read_only(out), frame.index, frame.captured_at)
        if self._tap is not None and self._tap.wanted.is_set():
            self._tap.slot.put(Stages(frame, mask, matte, self._plate.confidence(), covered))
        return covered

    def matte(self, frame: Frame, style: Style = _USUAL) -> tuple[Mask, Matte]:
        """The steadied mask and the matte of `frame` in the user's style: those of a moment ago where the picture stands still
        and the style is the same. Raises ModelError."""
        with self._time("gate"):
            still = self._gate.still(frame)
        made, self._made = self._made, None
        self._held = still and made is not None and made.style == style
        if self._held and made is not None:
            self._plate.hold(frame)
            self._smoother.hold(frame)
        else:
            made = self._make(frame, style)
        self._made = made
        with self._time("hints"):
            self._hints.look(frame, made.answer)
        self._of = frame.index, frame.captured_at
        return made.mask, made.matte

    def again(self, frame: Frame, style: Style = _USUAL) -> tuple[Mask, Matte, bool]:
        """What `matte` gave for this very frame, made now where nobody asked yet, and whether it is that of the frame before."""
        if self._of != (frame.index, frame.captured_at) or self._made is None:
            self.matte(frame, style)
        made = self._made
        assert made is not None
        return made.mask, made.matte, self._held

    def cleaned(self, frame: Frame, mixed: bool = False) -> Frame:
        """`frame`, the one whose matte was made last, with the person's own colours where a keyer freed them of its screen.
        mixed: see `Keyed`."""
        if self._made is None or self._made.keyed is None:
            return frame
        with self._time("clean"):
            return self._made.keyed.cleaned(frame, mixed)

    def _make(self, frame: Frame, style: Style) -> _Made:
        mask = self.mask(frame, style)
        key = self._keyed
        with self._time("refine"):
            if key is not None and key.matte is not None:
                asked, matte = self._styling.keyed(mask, key.matte, style)
            else:
                asked = self._styling.before(mask, style)
                matte = self._refiner.refine(asked, frame)
            made = _Made(style, mask, *self._styling.after(asked, matte, frame, style), key)
        self._gate.made(frame, mask)
        return made

    def mask(self, frame: Frame, style: Style = _USUAL) -> Mask:
        """The steadied mask of `frame`: the model's, corrected by the room and by the masks before. Raises ModelError."""
        self._smoother.steady(style.steadiness)
        self._keyed = None
        with self._time("room"):
            room = None if self.plain else self._plate.look(frame)
        with self._time("mask"):
            answer = checked_mask(self._segmenter.mask(frame, room))
            self._keyed = keyed(self._segmenter)
            if self._keyed is not None and self._keyed.matte is not None:
                return answer
            mask = self._plausible.checked(answer, frame)
        if self._plausible.notice or self.plain:
            return mask  # nothing is learned from such an answer, or not yet
        with self._time("plate"):
            mask = self._plate.correct(mask, frame)
        with self._time("smooth"):
            mask = self._smoother.smooth(mask, frame)
        with self._time("learn"):
            self._plate.learn(mask, frame)
        return mask

    def _learn_room(self, frame: Frame) -> Mask:
        """Nobody shall be in the picture: nothing of it is shown meanwhile. The mask says so."""
        self._made = None
        with self._time("mask"):
            mask = checked_mask(self._segmenter.mask(frame))
        if self._capture.empty(mask, frame):
            self._plate.capture(frame, mask.shape, self._capture.first)
        return np.zeros_like(mask)

    def reset(self, same_room: bool = False) -> None:
        """Forget all earlier frames: after a cut, a seek or another camera. same_room: the same camera was only away."""
        self._gate.reset()
        self._made = None
        self._segmenter.reset()
        self._plausible.reset()
        if same_room:
            self._plate.rest()
        else:
            self._plate.reset()
        self._smoother.reset()
        self._styling.reset()
        self._hints.reset()
        self._reset_look()

    def _reset_look(self) -> None:
        """What is remembered for the look's sake, not the matte's."""
        self._colours.reset()
        self._placing.reset()
        self._avatar.reset()
        self._light.reset()

    def close(self) -> None:
        self._covering.close()
        self._segmenter.close()


@dataclass(frozen=True, slots=True)
class Room:
    """known: part of the picture, 0..1, whose background is known. captured: on request. dropped: a room had to be forgotten, as
    the camera was moved or the light switched, and is learned anew. said: what the user shall do while it is captured, or how
    that ended; empty before. capturing: it is being captured, and all is covered. left_s: whole seconds of that, once nobody is
    in the picture; 0 before."""

    known: float = 0.0
    captured: bool = False
    dropped: bool = False
    said: str = ""
    capturing: bool = False
    left_s: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class _Made:
    """What was made of a frame: the model's steadied answer, mask and matte in the user's style, and what a keyer said."""

    style: Style
    answer: Mask
    mask: Mask
    matte: Matte
    keyed: Keyed | None


def checked_mask(mask: Mask) -> Mask:
    """`mask` itself where it keeps the segmenter's contract; raises ModelError where it does not."""
    # a NaN is both the least and the largest of all
    if mask.ndim != 2 or mask.size == 0 or mask.dtype != np.float32 or not isfinite(float(mask.max()) - float(mask.min())):
        raise ModelError(f"the model's answer is not a mask: {mask.dtype} {mask.shape}")
    return mask
