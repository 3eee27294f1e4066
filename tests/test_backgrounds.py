"""The backgrounds that come with vbg, and the user's own."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from fakes import write_picture

from vbg import backgrounds, choose
from vbg.backgrounds import Background, Library
from vbg.effects.picture import Picture
from vbg.effects.video import Video
from vbg.errors import UsageError


@pytest.mark.parametrize("one", backgrounds.ALL, ids=lambda one: one.key)
def test_what_comes_with_vbg_opens_and_is_found_by_name(one: Background) -> None:
    if one.key not in ("screen", "window"):  # need one
        one.effect.open(64, 36).close()
    assert backgrounds.named(one.key) == one
    assert choose.effect(one.key, 0.5) == one.effect


def test_pictures_are_large_and_moving_ones_move() -> None:
    from vbg import pictures

    for one in backgrounds.PICTURES:
        assert isinstance(one.effect, Picture)
        assert pictures.read(one.effect.path).shape == (1080, 1920, 3)
        assert not one.moves
    assert len(backgrounds.PICTURES) >= 8
    assert all(one.moves for one in backgrounds.MOVING)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library")


def picture(path: Path, level: int = 80) -> Path:
    write_picture(path, np.full((20, 30, 3), level, np.uint8))
    return path


def test_a_file_is_copied_and_its_name_is_the_title(library: Library, tmp_path: Path) -> None:
    file = picture(tmp_path / "my_beach.png")
    added = library.add(file)
    file.unlink()
    assert library.all() == (added,)
    assert added.title == "my beach"
    assert added.own
    added.effect.open(64, 36).close()  # the copy is whole


def test_videos_are_taken_and_two_of_one_name_are_kept_apart(library: Library, files: Path, tmp_path: Path) -> None:
    assert isinstance(library.add(files / "clip.mp4").effect, Video)
    one, two = library.add(picture(tmp_path / "a.png", 10)), library.add(picture(tmp_path / "a.png", 200))
    assert one.key != two.key
    assert len(library.all()) == 3


def test_what_is_neither_is_refused_and_nothing_is_left(library: Library, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("words")
    for wrong in (text, tmp_path / "missing.png", tmp_path):
        with pytest.raises(UsageError):
            library.add(wrong)
    assert library.all() == ()
    assert not list((tmp_path / "library").rglob("*"))


def test_a_removed_one_comes_back_until_the_library_is_closed(library: Library, tmp_path: Path) -> None:
    kept, gone = library.add(picture(tmp_path / "a.png")), library.add(picture(tmp_path / "b.png"))
    library.remove(gone)
    assert library.all() == (kept,)
    library.restore(gone)
    assert set(library.all()) == {kept, gone}
    library.remove(gone)
    again = library.add(picture(tmp_path / "b.png"))
    assert again.key != gone.key  # the removed one can still be put back
    library.restore(gone)
    library.remove(gone)
    library.close()
    assert not Path(gone.key).exists()
    assert Path(kept.key).exists()


def test_a_folder_of_layers_is_taken_whole_and_removed_whole(files: Path, tmp_path: Path) -> None:
    library = Library(tmp_path / "library")
    (tmp_path / "hills at noon").mkdir()
    for one in (files / "layers").iterdir():
        shutil.copy(one, tmp_path / "hills at noon")
    (tmp_path / "hills at noon" / "readme.txt").write_text("no layer")
    added = library.add(tmp_path / "hills at noon")
    assert (added.title, added.effect.name, added.moves) == ("hills at noon", "layers", True)
    assert library.all() == (added,)
    assert sorted(one.name for one in Path(added.key).iterdir()) == ["0.png", "1.png"]
    added.effect.open(64, 36).close()
    library.remove(added)
    assert library.all() == ()
    library.restore(added)
    assert library.all() == (added,)
    library.remove(added)
    library.close()
    assert not list((tmp_path / "library").iterdir())


def test_a_folder_without_layers_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError):
        Library(tmp_path / "library").add(tmp_path / "empty")
    assert Library(tmp_path / "library").all() == ()
