"""A person cut out of a picture stands before any background without a trace of the old one, and the file's data come along."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from vbg.cli import main
from vbg.effects.blur import Blur
from vbg.effects.colour import Colour
from vbg.effects.none import NoEffect
from vbg.figures.figure import AVATARS, Figure
from vbg.frame import Pixels
from vbg.matting import foreground
from vbg.still import cut_out, people, placed

F32 = NDArray[np.float32]
H, W = 180, 240
PERSON, ROOM = np.array((40.0, 70.0, 180.0)), np.array((90.0, 220.0, 60.0))


def alpha_of(h: int = H, w: int = W, soft: float = 14.0) -> F32:
    """A person in the middle, with soft hair all around."""
    y, x = np.mgrid[0:h, 0:w] + 0.5
    return np.asarray(np.clip((0.3 * h - np.hypot(y - h / 2, x - w / 2)) / soft + 0.5, 0, 1), np.float32)


def person_of(h: int = H, w: int = W) -> NDArray[np.float64]:
    return PERSON + np.linspace(0, 40, w)[None, :, None] + np.zeros((h, 1, 1))


def taken(alpha: F32) -> Pixels:
    """The person before a green room."""
    mixed = alpha[:, :, None] * person_of(*alpha.shape) + (1 - alpha[:, :, None]) * ROOM
    return np.asarray(np.rint(mixed), np.uint8)


@pytest.mark.parametrize("bgr", [(0, 0, 0), (255, 255, 255), (255, 0, 255)])
def test_no_fringe_of_the_old_room_stands_before_a_new_one(bgr: tuple[int, int, int]) -> None:
    alpha = alpha_of()
    cut = cut_out(taken(alpha), alpha).astype(np.float64)
    a = cut[:, :, 3:] / 255
    exact = alpha[:, :, None] * person_of() + (1 - alpha[:, :, None]) * np.array(bgr)
    naive = alpha[:, :, None] * taken(alpha) + (1 - alpha[:, :, None]) * np.array(bgr)
    edge = (alpha > 0.02) & (alpha < 0.98)
    made = a * cut[:, :, :3] + (1 - a) * np.array(bgr)
    assert np.abs(made - exact)[edge].mean() < 0.25 * np.abs(naive - exact)[edge].mean()
    assert np.abs(made - exact).max() < 16


def test_the_fine_pattern_of_a_soft_edge_stays() -> None:
    """Neighbours tell the colour, the pixel itself its detail."""
    alpha = np.full((H, W), 0.9, np.float32)
    alpha[:, : W // 3], alpha[:, -W // 3 :] = 1, 0
    pattern = np.random.default_rng(3).integers(-40, 41, (H, W, 1)) + person_of()
    mixed = alpha[:, :, None] * pattern + (1 - alpha[:, :, None]) * ROOM
    found = foreground.foreground(np.rint(mixed).astype(np.uint8), alpha).astype(np.float64)
    soft = np.s_[5:-5, W // 3 + 20 : -W // 3 - 20, 0]
    assert np.corrcoef(found[soft].ravel(), pattern[soft].ravel())[0, 1] > 0.95


def test_what_is_hidden_holds_nothing_of_the_room() -> None:
    alpha = alpha_of()
    cut = cut_out(taken(alpha), alpha).astype(int)
    hidden = cut[cut[:, :, 3] == 0][:, :3]
    assert (hidden[:, 1] <= hidden[:, 2]).all()  # the room is green, the person red; black where nobody is near
    assert (cut[cut[:, :, 3] == 255][:, :3] == taken(alpha)[cut[:, :, 3] == 255]).mean() > 0.99


def test_a_large_picture_is_done_in_strips_without_seams(monkeypatch: pytest.MonkeyPatch) -> None:
    alpha = alpha_of(300, 200)
    pixels = np.random.default_rng(1).integers(0, 256, (300, 200, 3), np.uint8)
    whole = foreground.foreground(pixels, alpha)
    monkeypatch.setattr(foreground, "_STRIP", 37)
    np.testing.assert_array_equal(foreground.foreground(pixels, alpha), whole)


def test_another_background_stands_where_the_room_was() -> None:
    alpha = alpha_of()
    magenta = placed(taken(alpha), alpha, Colour("#ff00ff"))
    assert (magenta[:20, :20] == (255, 0, 255)).all()
    assert np.abs(magenta[H // 2, W // 2] - person_of()[H // 2, W // 2]).max() <= 1
    blurred = placed(taken(alpha), alpha, Blur(0.5))
    assert blurred.shape == (H, W, 3)
    assert np.abs(blurred[:20, :20].astype(int) - ROOM).max() < 12


def opened(path: Path) -> Any:
    from PIL import Image

    return Image.open(path)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """60 x 40 as the sensor saw it; held upright: 40 x 60. With a profile and a date."""
    from PIL import Image, ImageCms

    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x0132] = "2026:11:25 12:00:00"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    path = tmp_path / "in.jpg"
    Image.new("RGB", (60, 40), (200, 40, 30)).save(path, exif=exif, icc_profile=profile)
    return path


@pytest.mark.parametrize("name", ["out.png", "out.webp"])
def test_a_cut_out_is_upright_transparent_and_keeps_what_the_file_said(tmp_path: Path, picture: Path, name: str) -> None:
    out = tmp_path / name
    assert main(["photo", str(picture), "-o", str(out), "--model", "constant", "--keep", "0,0.5,1,0.5"]) == 0
    with opened(out) as image, opened(picture) as before:
        assert image.size == (40, 60)
        assert image.mode == "RGBA"
        alpha = np.asarray(image)[:, :, 3]
        assert (alpha[:26] == 0).all()  # all of one colour: the edge of what is kept is soft
        assert (alpha[30:] == 255).all()
        assert np.abs(np.asarray(image)[30:, :, :3].astype(int) - (200, 40, 30)).max() < 8
        assert image.info["icc_profile"] == before.info["icc_profile"]
        assert image.getexif()[0x0132] == "2026:11:25 12:00:00"
        assert image.getexif().get(0x0112, 1) == 1  # turned already
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted(["in.jpg", name])


def test_a_background_makes_it_whole(tmp_path: Path, picture: Path) -> None:
    out = tmp_path / "out.jpg"
    assert main(["photo", str(picture), "-o", str(out), "--model", "constant", "--background", "#0000ff"]) == 0
    with opened(out) as image:
        assert image.mode == "RGB"
        assert np.abs(np.asarray(image).astype(int) - (0, 0, 255)).max() < 8


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["in.jpg", "-o", "out.jpg"], "cannot be transparent"),
        (["in.jpg", "-o", "out.webp", "--matte"], "cannot write a matte"),
        (["in.jpg", "in.jpg", "-o", "out.png"], "do not fit into one file"),
        (["in.jpg", "-o", "in.jpg", "--background", "blur"], "would be overwritten"),
        (["in.jpg", "-o", "out.png", "--background", "none"], "nothing would change"),
        (["in.jpg", "-o", "out.png", "--background", "missing.jpg"], "no background or file"),
        (["in.jpg", "-o", "out.png", "--model", "nobody"], "no model called"),
    ],
)
def test_what_cannot_be_is_said_before_any_work(
    picture: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    monkeypatch.chdir(picture.parent)
    assert main(["photo", *arguments]) == 2
    assert says in capsys.readouterr().err
    assert [one.name for one in picture.parent.iterdir()] == ["in.jpg"]


def test_a_full_disk_leaves_nothing_half(tmp_path: Path, picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "out.png").mkdir()  # stands for whatever keeps a file from being written
    assert main(["photo", str(picture), "-o", str(tmp_path / "out.png" / "x.png"), "--model", "constant"]) == 0
    (tmp_path / "y.png").mkdir()
    (tmp_path / "y.png" / "in.png").mkdir()
    assert main(["photo", str(picture), "-o", str(tmp_path / "y.png"), "--model", "constant"]) != 0
    assert "cannot write" in capsys.readouterr().err
    assert [one.name for one in (tmp_path / "y.png").iterdir()] == ["in.png"]


HALF = ["--model", "constant", "--keep", "0.25,0.5,0.5,0.25"]


@pytest.mark.parametrize("more", [[], ["--matte"], ["--background", "#ff0000"]])
def test_a_crop_leaves_the_people_and_no_more(tmp_path: Path, picture: Path, more: list[str]) -> None:
    out = tmp_path / "out.png"
    assert main(["photo", str(picture), "-o", str(out), "--crop", *HALF, *more]) == 0
    with opened(out) as image:
        assert 20 <= image.size[0] <= 28  # all of one colour: the edge of what is kept is soft
        assert 15 <= image.size[1] <= 23


def test_where_nobody_is_nothing_is_cropped(tmp_path: Path, picture: Path) -> None:
    out = tmp_path / "out.png"
    assert main(["photo", str(picture), "-o", str(out), "--crop", "--model", "constant"]) == 0
    with opened(out) as image:
        assert image.size == (40, 60)
        assert image.getextrema()[3] == (0, 0)


def test_the_parts_that_hold_people() -> None:
    alpha = np.zeros((20, 30), np.float32)
    alpha[4:9, 7], alpha[19, 29] = 1, 0.001
    assert people(alpha) == (slice(4, 9), slice(7, 8))


def test_the_stages_of_a_picture_are_shown_on_one_sheet(tmp_path: Path) -> None:
    from PIL import Image

    demo = Path(__file__).parent.parent / "assets" / "demo" / "room.jpg"
    source, plain, seen = tmp_path / "in.png", tmp_path / "plain.png", tmp_path / "seen.png"
    with opened(demo) as image, opened(demo.with_name("person.png")) as person:
        room = image.convert("RGB").resize((480, 270))
        cut = person.convert("RGBA").resize((200, 250))
        room.paste(cut, (140, 20), cut)
        room.save(source)
    assert main(["photo", str(source), "-o", str(tmp_path / "out.png"), "--stages", str(seen)]) == 0
    assert main(["photo", str(source), "-o", str(tmp_path / "out.png"), "--stages", str(plain), *HALF]) == 0
    with Image.open(seen) as seven, Image.open(plain) as six, Image.open(source) as image:
        assert seven.size == six.size == (4 * 488, 2 * (270 + 8 + 28))
        top = np.asarray(seven)[28 : 28 + 270]
        np.testing.assert_array_equal(top[:, 8:488], np.asarray(image))
        assert top[:, 496:976].std() > 20  # what the model is shown
        smoothed, matte = np.asarray(seven)[28:298, 1472:1952], np.asarray(seven)[334:604, 8:488]
        assert smoothed.astype(bool).mean() > 0.1
        assert np.abs(smoothed.astype(int) - matte).mean() < 10
        matte = np.asarray(six)[28:298, 1472:1952]  # fourth, as a constant model does not say what it is shown
        assert matte[180, 240].tolist() == [255] * 3
        assert matte[20, 20].tolist() == [0] * 3


def test_a_folder_is_done_and_failures_are_summed_up(tmp_path: Path, picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        (folder / name).write_bytes(picture.read_bytes())
    (folder / "notes.txt").write_text("no picture")
    (folder / "b.jpg").write_bytes(picture.read_bytes()[:800])
    assert main(["photo", str(folder), "-o", str(out), *HALF]) == 1
    assert sorted(one.name for one in out.iterdir()) == ["a.png", "c.png"]
    told = capsys.readouterr().err
    assert "1 of 3 pictures" in told
    assert "b.jpg" in told
    (folder / "b.jpg").unlink()
    assert main(["photo", str(folder), "-o", str(out), *HALF]) == 0
    (tmp_path / "empty").mkdir()
    assert main(["photo", str(tmp_path / "empty"), "-o", str(out)]) == 2
    assert main(["photo", str(folder), "-o", str(out), "--stages", "sheet.png"]) == 2


@pytest.mark.parametrize("kind", AVATARS[1:])
def test_with_an_avatar_a_photograph_holds_nothing_of_the_person(kind: str) -> None:
    alpha = np.zeros((180, 320), np.float32)
    alpha[40:, 120:200] = 1
    people = (np.random.default_rng(seed).integers(0, 256, (180, 320, 3), np.uint8) for seed in (1, 2))
    room = np.full((180, 320, 3), 90, np.uint8)
    one, two = (
        placed(
            np.where(alpha[..., None] > 0, person, room).astype(np.uint8), alpha, effect, None, Figure(avatar=kind, outline=1.0)
        )
        for person, effect in zip(people, (NoEffect(), NoEffect()), strict=True)
    )
    assert (one == two).all()
    assert (one != 90).any()


def test_an_outline_lies_behind_the_person_in_a_photograph() -> None:
    alpha = np.zeros((360, 640), np.float32)
    alpha[80:, 240:400] = 1
    pixels = np.full((360, 640, 3), 30, np.uint8)
    made = placed(pixels, alpha, Colour("#000000"), None, Figure(outline=2.0, outline_colour="#ffffff"))
    assert (made[200, 234:239] > 200).all()
    assert (made[200, 250:390] == 30).all()
    assert (made[200, :225] == 0).all()
