"""What a package puts into /usr/share. Man page and completions know whatever the command line takes."""

from __future__ import annotations

import argparse
import configparser
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from PySide6.QtSvg import QSvgRenderer

from vbg.cli import parser

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def share(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("share")
    command = [sys.executable, str(ROOT / "packaging" / "make_share.py"), str(folder)]
    subprocess.run(command, check=True, capture_output=True, timeout=60, env=os.environ | {"PYTHONPATH": str(ROOT)})
    return folder


def commands() -> dict[str, argparse.ArgumentParser]:
    (declared,) = (one for one in parser()._actions if isinstance(one, argparse._SubParsersAction))
    return dict(declared.choices)


def test_the_man_page_has_every_command_and_every_option(share: Path) -> None:
    page = (share / "man/man1/vbg.1").read_text().replace("\\-", "-")
    assert ".SH NAME\nvbg - a virtual background for any webcam program\n" in page
    for name, command in commands().items():
        section = page.split(f"'vbg {name}'")
        assert len(section) > 1, name
        options = [option for action in command._actions for option in action.option_strings if option not in ("-h", "--help")]
        assert [option for option in options if option not in page] == []


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
@pytest.mark.parametrize(
    ("words", "offers"),
    [(["vbg", "do"], {"doctor"}), (["vbg", "doctor", "--j"], {"--json"}), (["vbg", "run", "--mat"], {"--match-light"})],
)
def test_bash_completes_commands_and_options(share: Path, words: list[str], offers: set[str]) -> None:
    typed = " ".join(f"'{word}'" for word in words)
    script = f"""source "$1"
    COMP_WORDS=({typed}); COMP_CWORD={len(words) - 1}; COMP_LINE="{" ".join(words)}"; COMP_POINT=${{#COMP_LINE}}
    $(complete -p vbg | sed 's/.*-F \\([^ ]*\\).*/\\1/') vbg "{words[-1]}" "{words[-2]}"
    printf '%s\\n' "${{COMPREPLY[@]}}" """
    file = share / "bash-completion/completions/vbg"
    done = subprocess.run(["bash", "-c", script, "bash", str(file)], capture_output=True, text=True, timeout=60, check=True)
    assert set(done.stdout.split()) == offers


def test_the_desktop_entry_starts_the_command_with_the_icon_that_is_there(share: Path) -> None:
    entries = configparser.ConfigParser(interpolation=None)
    entries.optionxform = str  # type: ignore[assignment, method-assign]
    entries.read(share / "applications/vbg.desktop", encoding="utf-8")
    entry = entries["Desktop Entry"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert entry["Exec"] in project["scripts"]
    icon = share / f"icons/hicolor/scalable/apps/{entry['Icon']}.svg"
    assert QSvgRenderer(str(icon)).isValid()
