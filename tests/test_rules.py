"""Presets by the clock and by who reads the virtual camera: on a clock and a camera of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from steered import Desk, served

from vbg import store, v4l2
from vbg.cli import main
from vbg.control import keeper, rules
from vbg.control.client import Client
from vbg.control.keeper import Keeper
from vbg.control.place import find
from vbg.control.rules import Rule
from vbg.effects.blur import Blur
from vbg.effects.colour import Colour
from vbg.effects.none import NoEffect
from vbg.matting.style import PRESETS
from vbg.settings import Look
from vbg.sinks import SinkInfo
from vbg.status import Phase, Status

OFFICE, STREAM, MINE = Look(Colour("#112233")), Look(Colour("#445566")), Look(Blur(0.3))
WORK = '[[rule]]\npreset = "Office"\ndays = ["mon-fri"]\nfrom = "09:00"\nto = "17:30"\n'
OBS = '[[rule]]\npreset = "Stream"\nreader = "obs"\n'


def at(text: str) -> datetime:
    """November 23rd, 2026, is a Monday: "mon 09:00"."""
    day, _, clock = text.partition(" ")
    hour, minute = clock.split(":")
    return datetime(2026, 11, 23 + rules.DAYS.index(day), int(hour), int(minute))


@pytest.fixture
def file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    store.save_presets(store.presets_path(), {"Office": OFFICE, "Stream": STREAM})
    return rules.path()


def read(file: Path, text: str) -> tuple[tuple[Rule, ...], tuple[str, ...]]:
    file.write_text(text)
    return rules.load(file, ["Office", "Stream", *PRESETS])


# what the file says


@pytest.mark.parametrize(
    ("rule", "holding", "not_holding"),
    [
        (WORK, ["mon 09:00", "fri 17:29", "wed 12:00"], ["mon 08:59", "fri 17:30", "sat 12:00", "sun 09:00"]),
        ('days = ["fri-sun"]', ["fri 00:00", "sun 23:59"], ["thu 23:59", "mon 00:00"]),
        ('days = ["Sun-Mon", "wed"]', ["sun 12:00", "mon 12:00", "wed 12:00"], ["tue 12:00", "sat 12:00"]),
        ('from = "22:00"\nto = "02:00"', ["mon 22:00", "tue 01:59", "sun 23:00"], ["mon 21:59", "tue 02:00"]),
        ('days = ["fri"]\nfrom = 22:00:00\nto = 02:00:00', ["fri 22:00", "sat 01:59"], ["fri 01:00", "sat 22:00", "thu 23:00"]),
    ],
)
def test_a_rule_holds_at_its_times(file: Path, rule: str, holding: list[str], not_holding: list[str]) -> None:
    text = rule if rule.startswith("[[") else f'[[rule]]\npreset = "Office"\n{rule}\n'
    (one,), problems = read(file, text)
    assert problems == ()
    assert [when for when in holding + not_holding if one.holds(at(when), [])] == holding


def test_a_rule_for_a_program_holds_while_that_reads(file: Path) -> None:
    (one, both, long), problems = read(
        file,
        OBS + '[[rule]]\npreset = "Office"\nreader = "Zoom"\nfrom = "09:00"\nto = "10:00"\n'
        '[[rule]]\npreset = "hands"\nreader = "a-very-long-name-of-a-program"\n',
    )
    assert problems == ()
    now = at("mon 09:30")
    assert one.holds(now, ["chrome", "OBS"])
    assert not one.holds(now, ["obs-studio"])
    assert both.holds(now, ["zoom"])
    assert not both.holds(now, [])
    assert not both.holds(at("mon 10:00"), ["zoom"])
    assert long.holds(now, ["a-very-long-nam"])  # Linux keeps 15 letters
    assert rules.in_force((one, both), now, ["zoom", "obs"]) is one


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[[rule]]\npreset = "Nix"\nreader = "obs"', "no preset called 'Nix'; there are Office, Stream,"),
        ('[[rule]]\nreader = "obs"', "no preset called None"),
        ('[[rule]]\npreset = "Office"', "neither when"),
        ('[[rule]]\npreset = "Office"\nfrom = "09:00"', "belong together"),
        ('[[rule]]\npreset = "Office"\nfrom = "9 am"\nto = "17:00"', "from must be a time"),
        ('[[rule]]\npreset = "Office"\nfrom = 9\nto = "17:00"', "from must be a time"),
        ('[[rule]]\npreset = "Office"\nfrom = "09:00"\nto = "09:00"', "the same time"),
        ('[[rule]]\npreset = "Office"\ndays = ["funday"]', "days must be a list"),
        ('[[rule]]\npreset = "Office"\ndays = "mon"', "days must be a list"),
        ('[[rule]]\npreset = "Office"\ndays = []', "days must be a list"),
        ('[[rule]]\npreset = "Office"\nreader = ""', "name of a program"),
        ('[[rule]]\npreset = "Office"\nreader = 3', "name of a program"),
        ('[[rule]]\npreset = "Office"\nwho = "obs"', "who is unknown"),
        ("rule = [3]", "must be a table"),
        ('[rule]\npreset = "Office"', "two brackets"),
        ("[teapot]", "teapot is unknown"),
        ("= nonsense", "cannot be read"),
    ],
)
def test_what_is_wrong_is_named_and_the_other_rules_stand(file: Path, text: str, says: str) -> None:
    before = OBS if "rule = " not in text and "[rule]\n" not in text.replace("[[rule]]", "") and "= nonsense" not in text else ""
    found, (problem,) = read(file, before + text)
    assert says in problem
    assert problem.startswith(str(file))
    assert len(found) == bool(before)
    if "[[rule]]" in text:
        assert f": rule {1 + bool(before)}: " in problem


WORDS = st.sampled_from(["rule", "preset", "days", "from", "to", "reader", "Office", "mon", "09:00", "25:99", "mon-", "-", ""])
VALUES = st.recursive(
    WORDS | st.integers() | st.times() | st.text(max_size=8), lambda one: st.lists(one, max_size=3), max_leaves=4
)


@given(st.lists(st.dictionaries(WORDS, VALUES, max_size=5), max_size=3) | VALUES, st.datetimes())
def test_no_junk_is_more_than_a_problem(tmp_path_factory: pytest.TempPathFactory, junk: object, now: datetime) -> None:
    import tomli_w

    file = tmp_path_factory.getbasetemp() / "rules.toml"
    try:
        file.write_text(tomli_w.dumps({"rule": junk}))
    except (ValueError, UnicodeEncodeError):  # TOML cannot hold that
        return
    found, problems = rules.load(file, ["Office"])
    assert all(problem.startswith(str(file)) for problem in problems)
    rules.in_force(found, now, ["obs"])


# keeping to it


class Clock:
    def __init__(self) -> None:
        self.now = at("mon 08:00")

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def readers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Who has the virtual camera open; a test adds to it."""
    found: list[str] = []
    monkeypatch.setattr(v4l2, "holders", lambda path: list(found) if path == "/dev/video10" else ["wrong (1)"])
    return found


class Kept:
    """A desk and the keeper of its rules."""

    def __init__(self, file: Path) -> None:
        outputs = (SinkInfo("preview", "window", "BGR", True), SinkInfo("virtual camera", "/dev/video10", "YUYV", True))
        self.desk = Desk(status=Status(Phase.RUNNING, outputs=outputs))
        self.desk.look.set(MINE)
        self.clock = Clock()
        self.keeper = Keeper(self.desk.steering, file, self.clock)

    def look(self, when: str) -> Look:
        self.clock.now = at(when)
        self.keeper.look()
        return self.desk.look.get()


@pytest.fixture
def kept(file: Path, readers: list[str]) -> Iterator[Kept]:
    file.write_text(OBS + WORK)
    yield Kept(file)


def test_presets_come_and_go_with_the_clock_and_the_readers(kept: Kept, readers: list[str]) -> None:
    assert kept.look("mon 08:59") == MINE
    assert kept.look("mon 09:00") == OFFICE
    readers.append("obs (4711)")
    assert kept.look("mon 09:10") == STREAM  # the first that holds
    readers.clear()
    assert kept.look("mon 09:20") == OFFICE
    assert kept.look("mon 17:30") == MINE
    readers.append("obs (4712)")
    assert kept.look("mon 20:00") == STREAM
    kept.desk.status = replace(kept.desk.status, phase=Phase.IDLE)  # nobody reads
    assert kept.look("mon 20:01") == MINE


def test_what_the_user_changes_meanwhile_stays(kept: Kept, readers: list[str]) -> None:
    assert kept.look("mon 09:00") == OFFICE
    own = Look(NoEffect())
    kept.desk.look.set(own)
    assert kept.look("mon 09:01") == own
    assert kept.look("mon 17:30") == own
    assert kept.look("tue 09:00") == OFFICE  # until a rule comes into force again
    kept.desk.look.update(lambda look: replace(look, captures=1))  # no change of the look
    assert kept.look("tue 17:30") == replace(own, captures=1)


def test_the_file_is_read_again_when_it_changes_and_a_preset_that_is_gone_is_told(
    kept: Kept, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert kept.look("mon 09:00") == OFFICE
    file.write_text('[[rule]]\npreset = "privacy"\ndays = ["mon"]\n')
    assert kept.look("mon 09:01") == replace(OFFICE, style=replace(OFFICE.style, **PRESETS["privacy"]))
    file.unlink()
    assert kept.look("mon 09:02") == MINE
    file.write_text(WORK)
    store.save_presets(store.presets_path(), {"Stream": STREAM})
    assert kept.look("mon 09:03") == MINE
    assert "no preset called 'Office'" in caplog.text


def test_a_running_vbg_keeps_to_them_and_says_which(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "_EVERY_S", 0.05)
    file.write_text('[[rule]]\npreset = "Office"\ndays = ["mon-sun"]\n')
    desk = Desk()
    with served(desk):
        client = Client(find())
        client.ask("watch")
        for event in client.events():
            if event["status"]["rule"]:
                break
        client.close()
    assert event["status"]["rule"] == "Office: always"
    assert desk.look.get() == OFFICE


def test_the_command_prints_what_holds_and_what_is_wrong(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "check"]) == 0
    assert "No rules" in capsys.readouterr().out
    file.write_text(OBS + '[[rule]]\npreset = "Office"\ndays = ["mon-sun"]\n')
    assert main(["rules", "check"]) == 0
    said = capsys.readouterr().out
    assert "> Stream: while obs reads the virtual camera" in said
    assert "· Office: always" in said
    file.write_text(WORK + OBS.replace("Stream", "Nix"))
    assert main(["rules", "check"]) == 1
    said = capsys.readouterr().out
    assert "rule 2: there is no preset called 'Nix'" in said
    assert "Office: mon, tue, wed, thu, fri from 09:00 to 17:30" in said
