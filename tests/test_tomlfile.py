"""Settings and presets are written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from vbg import store, tomlfile
from vbg.effects.hills import Hills
from vbg.errors import SettingsError
from vbg.matting.keep import Region
from vbg.matting.presence import Presence
from vbg.matting.style import Style
from vbg.settings import Look


def test_what_cannot_be_written_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "a.toml"
    tomlfile.write(file, {"a": 1})
    with pytest.raises(TypeError):
        tomlfile.write(file, {"a": object()})
    assert file.read_text() == "a = 1\n"
    assert [one.name for one in file.parent.iterdir()] == ["a.toml"]
    (tmp_path / "taken").write_text("")
    with pytest.raises(SettingsError, match="cannot write"):
        tomlfile.write(tmp_path / "taken" / "b.toml", {})


def test_presets_come_back_as_they_were_saved(tmp_path: Path) -> None:
    file = tmp_path / "presets.toml"
    looks = {
        "Büro": Look(Hills("dusk", 0.25), Style(certainty=0.75, drop=(Region(0, 0, 0.5, 0.5),)), Presence(0.5, corner="left")),
        "plain": Look(),
    }
    store.save_presets(file, looks)
    assert store.load_presets(file) == (looks, ())


def test_a_broken_preset_is_named_and_the_others_stay(tmp_path: Path) -> None:
    file = tmp_path / "presets.toml"
    file.write_text('[good]\neffect = {kind = "blur", strength = 0.25}\n[bad]\neffect = {kind = "nonsense"}\n')
    looks, problems = store.load_presets(file)
    assert list(looks) == ["good", "bad"]
    assert looks["bad"] == Look()  # a blur: what is broken never shows the room
    assert "nonsense" in problems[0]
    file.write_text("[")
    assert store.load_presets(file)[0] == {}
    assert store.load_presets(tmp_path / "none.toml") == ({}, ())
