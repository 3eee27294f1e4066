"""The chroma key on made screens, whose truth is known, and what it does where there is none."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.screens import STUDIOS, Alone, Studio, plate, shot
from vbg import cli, offline
from vbg.bench import score
from vbg.effects.colour import Colour
from vbg.effects.none import NoEffect
from vbg.errors import UsageError
from vbg.frame import Frame, Pixels, read_only
from vbg.matting.screen import Screen
from vbg.matting.style import Style
from vbg.models.chroma import NO_SCREEN, NO_SCREEN_HYBRID, Chroma
from vbg.models.thrifty import Thrifty
from vbg.pipeline import Pipeline
from vbg.resources import asset
from vbg.settings import Look
from vbg.still import Still

SIZE = 640, 360
BLUE = Studio("blue", (30, 70, 200), 0.4, 0.1, hard=True)
MAGENTA = Look(effect=Colour("#ff00ff"))
F32 = NDArray[np.float32]


@pytest.fixture(scope="module")
def person() -> tuple[Pixels, F32]:
    """The demo clip's: colours and alpha."""
    source = Alone(*SIZE)
    pixels, alpha = source.frame(66).pixels, source.truth(66)
    return np.clip(pixels / np.maximum(alpha, 1 / 255)[:, :, None], 0, 255).astype(np.uint8), alpha


def frame(pixels: Pixels, index: int = 0) -> Frame:
    return Frame(read_only(pixels), index, index / 30)


def taken(studio: Studio, person: tuple[Pixels, F32]) -> Pixels:
    behind, _ = plate(studio, *SIZE)
    return shot(studio, behind, *person, np.random.default_rng(3))


def room() -> Pixels:
    picture = cv2.imread(str(asset("demo/room.jpg")))
    assert picture is not None
    return np.asarray(cv2.resize(picture, SIZE, interpolation=cv2.INTER_AREA), np.uint8)


def keyed(model: Chroma, pixels: Pixels) -> F32:
    pipeline = Pipeline(model.open())
    alpha = pipeline.matte(frame(pixels))[1].alpha(pixels)
    pipeline.close()
    return alpha


@pytest.mark.parametrize("hybrid", [False, True])
@pytest.mark.parametrize("studio", [STUDIOS[0], replace(STUDIOS[0], uneven=0.6), replace(BLUE, hard=False)])
def test_a_person_before_a_screen_in_uneven_light_is_keyed_to_the_hair(
    studio: Studio, person: tuple[Pixels, F32], hybrid: bool
) -> None:
    alpha = keyed(Chroma(hybrid=hybrid), taken(studio, person))
    assert score.mse(alpha, person[1]) < 1.2
    assert score.iou(alpha, person[1]) > 0.985


@pytest.mark.parametrize("studio", [STUDIOS[1], BLUE])
def test_the_network_clears_marks_and_what_is_beyond_the_screen(studio: Studio, person: tuple[Pixels, F32]) -> None:
    pixels, truth = taken(studio, person), person[1]
    alpha = keyed(Chroma(), pixels)
    assert score.mse(alpha, truth) < 2
    far = cv2.distanceTransform((truth < 0.02).astype(np.uint8), cv2.DIST_L2, 5) > 20
    assert (alpha[far] > 0.02).mean() < 1e-3
    assert (keyed(Chroma(hybrid=False), pixels)[far] > 0.1).mean() > 2e-3  # so there was something to clear


def test_a_tie_in_the_screen_s_colour_stays_where_the_network_guards_and_a_gap_in_the_arm_s_bend_is_still_seen_through(
    person: tuple[Pixels, F32],
) -> None:
    colours, truth = person[0].copy(), person[1].copy()
    y, x = (int(v.mean()) for v in np.nonzero(cv2.erode(truth, np.ones((41, 41))) > 0.99))
    colours[y - 12 : y + 12, x - 6 : x + 6] = (45, 120, 35)  # BGR, a darker green than the screen's
    tie = np.s_[y - 8 : y + 8, x - 3 : x + 3]
    pixels = taken(STUDIOS[0], (colours, truth))
    assert keyed(Chroma(hybrid=False), pixels)[tie].mean() < 0.5
    assert keyed(Chroma(), pixels)[tie].min() > 0.98
    truth[y - 12 : y + 12, x - 6 : x + 6] = 0
    assert keyed(Chroma(), taken(STUDIOS[0], (colours, truth)))[tie].max() < 0.1


def test_spill_leaves_the_edge_and_nothing_else_changes(person: tuple[Pixels, F32]) -> None:
    colours, truth = person
    pixels = taken(replace(STUDIOS[0], spill=0.2, noise=0.0), person)
    errors = {}
    for spill in (0.0, 1.0):
        pipeline = Pipeline(Chroma(spill=spill).open())
        pipeline.matte(frame(pixels))
        clean = pipeline.cleaned(frame(pixels)).pixels
        pipeline.close()
        edge = (truth > 0.98) & (cv2.erode(truth, np.ones((9, 9))) < 0.5)
        inside = cv2.erode(truth, np.ones((61, 61))) > 0.99
        assert (clean[inside] == pixels[inside]).all()
        assert (clean[truth == 0] == pixels[truth == 0]).mean() > 0.95
        errors[spill] = float(np.abs(clean[edge].astype(int) - colours[edge]).mean())
    assert errors[1.0] < 0.8 * errors[0.0]


def test_before_a_new_background_soft_edges_hold_no_green(person: tuple[Pixels, F32]) -> None:
    colours, truth = person
    pixels = taken(STUDIOS[0], person)
    pipeline = Pipeline(Chroma().open())
    out = pipeline.process(frame(pixels), MAGENTA).pixels
    alpha = pipeline.matte(frame(pixels))[1].alpha(pixels)[:, :, None]
    pipeline.close()
    magenta = np.array([255, 0, 255])
    mixed = pixels * alpha + magenta * (1 - alpha)
    wanted = colours * truth[:, :, None] + magenta * (1 - truth[:, :, None])
    soft = (truth > 0.05) & (truth < 0.95)
    assert np.abs(out - wanted)[soft].mean() < 0.75 * np.abs(mixed - wanted)[soft].mean()
    assert (out[truth == 0] == magenta).all(axis=1).mean() > 0.97


def test_a_given_colour_is_keyed_and_the_others_stay(person: tuple[Pixels, F32]) -> None:
    pixels = taken(replace(STUDIOS[0], rgb=(170, 60, 150)), person)  # a hue that is not looked for
    plain = Pipeline(Chroma(hybrid=False).open())
    plain.matte(frame(pixels))
    assert plain.notice == NO_SCREEN
    plain.close()
    assert score.iou(keyed(Chroma(key="#aa3c96", hybrid=False), pixels), person[1]) > 0.97


@pytest.mark.parametrize("dark", [1.0, 0.05])
def test_without_a_screen_everything_is_covered_and_the_hybrid_goes_on_by_the_network(
    person: tuple[Pixels, F32], dark: float
) -> None:
    colours, truth = person
    pixels = np.rint((colours * truth[:, :, None] + room() * (1 - truth[:, :, None])) * dark).astype(np.uint8)
    plain, hybrid = Pipeline(Chroma(hybrid=False).open()), Pipeline(Chroma().open())
    for index in range(3):
        out = plain.process(frame(pixels, index), MAGENTA).pixels
        assert (out == (255, 0, 255)).all()
    assert plain.notice == NO_SCREEN
    matte = hybrid.matte(frame(pixels))[1]
    assert hybrid.notice == NO_SCREEN_HYBRID
    if dark == 1:
        assert score.iou(matte.alpha(pixels), truth) > 0.95
    plain.close()
    hybrid.close()


def test_a_screen_that_goes_away_takes_its_matte_along(person: tuple[Pixels, F32]) -> None:
    screened, plain = taken(STUDIOS[0], person), Pipeline(Chroma(hybrid=False).open())
    assert plain.matte(frame(screened))[1].gain.shape == SIZE[::-1]
    assert (plain.process(frame(room(), 1), MAGENTA).pixels == (255, 0, 255)).all()
    half = np.asarray(cv2.resize(screened, (320, 180)), np.uint8)  # another size at once: nothing of the old one is used
    assert plain.process(frame(half, 2), MAGENTA).pixels.shape == half.shape
    assert (plain.process(frame(room(), 3), Look(effect=NoEffect())).pixels == room()).all()
    plain.close()


def test_saturated_and_black_pictures_are_keyed_or_covered_but_never_shown_raw() -> None:
    for pixels in (
        np.zeros((90, 160, 3), np.uint8),
        np.full((90, 160, 3), 255, np.uint8),
        np.full((90, 160, 3), (0, 255, 0), np.uint8),
    ):
        plain = Pipeline(Chroma(hybrid=False).open())
        assert (plain.process(frame(pixels), MAGENTA).pixels == (255, 0, 255)).all()
        plain.close()


def test_foliage_is_no_screen() -> None:
    rng = np.random.default_rng(1)
    leaves = rng.integers(0, 2, (90, 160, 1)) * np.array([20, 130, 50]) + rng.integers(0, 60, (90, 160, 1))
    big = np.asarray(cv2.resize(leaves.astype(np.uint8), SIZE, interpolation=cv2.INTER_CUBIC), np.uint8)
    assert Screen().look(frame(big), frame(big).reduced(384, 216)) is None
    shades = (rng.uniform(0.3, 1, (54, 96, 1)) * np.array([30, 160, 60])).astype(np.uint8)  # a hedge: nothing but green
    hedge = np.asarray(cv2.resize(shades, SIZE, interpolation=cv2.INTER_NEAREST), np.uint8)
    assert Screen().look(frame(hedge), frame(hedge).reduced(384, 216)) is None


def test_the_outline_s_style_holds_for_a_keyed_person(person: tuple[Pixels, F32]) -> None:
    from vbg.matting.keep import Region

    pixels, pipeline = taken(STUDIOS[0], person), Pipeline(Chroma().open())
    usual = pipeline.matte(frame(pixels))[1].alpha(pixels)
    wider = pipeline.matte(frame(pixels, 1), Style(edge_shift=1.0))[1].alpha(pixels)
    dropped = pipeline.matte(frame(pixels, 2), Style(drop=(Region(0, 0, 1, 1),)))[1].alpha(pixels)
    pipeline.close()
    assert wider.sum() > usual.sum() * 1.01
    assert dropped.max() == 0


def test_everybody_but_the_largest_goes_where_that_is_asked(person: tuple[Pixels, F32]) -> None:
    colours, truth = person[0].copy(), person[1].copy()
    small = [np.asarray(cv2.resize(one[:, 150:500], (105, 108), interpolation=cv2.INTER_AREA)) for one in person]
    colours[252:, :105], truth[252:, :105] = small[0], small[1]
    truth[:, 105:180] = 0
    pixels, pipeline = taken(STUDIOS[0], (colours, truth)), Pipeline(Chroma(hybrid=False).open())
    both = pipeline.matte(frame(pixels))[1].alpha(pixels)
    one = pipeline.matte(frame(pixels, 1), Style(largest=True))[1].alpha(pixels)
    pipeline.close()
    assert score.iou(both, truth) > 0.95
    assert one[:, :105].max() == 0
    assert np.abs(one - both)[:, 220:].max() < 0.05


def test_a_matte_that_is_used_again_shows_the_new_frame(person: tuple[Pixels, F32]) -> None:
    pixels, pipeline = taken(STUDIOS[0], person), Pipeline(Chroma().open())
    for index in range(12):
        pipeline.process(frame(pixels, index), MAGENTA)
    y, x = (int(v.mean()) for v in np.nonzero(cv2.erode(person[1], np.ones((61, 61))) > 0.99))
    winked = pixels.copy()
    winked[y : y + 4, x : x + 4] = np.minimum(winked[y : y + 4, x : x + 4], 230) + 20
    out = pipeline.process(frame(winked, 12), MAGENTA).pixels
    assert pipeline._held
    assert (out[y : y + 4, x : x + 4] == winked[y : y + 4, x : x + 4]).all()
    pipeline.close()


def test_a_keyer_is_asked_for_every_frame(person: tuple[Pixels, F32]) -> None:
    pixels, thrifty = taken(STUDIOS[0], person), Thrifty(Chroma(hybrid=False).open())
    thrifty.thrift(4, True)
    mattes = []
    for index in range(3):
        thrifty.mask(frame(pixels, index))
        assert thrifty.keyed is not None
        mattes.append(thrifty.keyed.matte)
    thrifty.close()
    assert len({id(one) for one in mattes}) == 3


class Clip:
    """A `Source` of one picture again and again."""

    def __init__(self, pixels: Pixels, count: int) -> None:
        self._left = [frame(pixels, index) for index in range(count)]

    def read(self) -> Frame | None:
        return self._left.pop(0) if self._left else None


def test_photos_and_videos_are_keyed_as_finely(person: tuple[Pixels, F32]) -> None:
    colours, truth = person
    pixels = taken(replace(STUDIOS[0], spill=0.2), person)
    still = Still(Chroma())
    steps = still.steps(pixels)
    still.close()
    assert score.mse(steps.alpha, truth) < 1.2
    assert steps.unlit is not None
    edge = (truth > 0.98) & (cv2.erode(truth, np.ones((9, 9))) < 0.5)
    before, after = (np.abs(one[edge].astype(int) - colours[edge]).mean() for one in (pixels, steps.unlit))
    assert after < 0.9 * before
    made = list(offline.both_ways(Clip(pixels, 0), Clip(pixels, 3), Chroma()))  # type: ignore[arg-type]
    assert len(made) == 3
    for shown, matte in made:
        assert score.mse(matte.alpha(shown.pixels), truth) < 1.2
        assert (shown.pixels[edge] != pixels[edge]).any()


def test_the_command_line_says_where_an_option_needs_the_keyer(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["run", "--camera", "demo", "--output", "null", "--key", "#00ff00", "--seconds", "0.1"]) != 0
    assert "--model chroma" in capsys.readouterr().err
    with pytest.raises(UsageError, match="not a colour"):
        Chroma(key="green")
