"""What a package puts into /usr/share. Man page and completions know whatever the command line takes."""

from __future__ import annotations

import argparse
import configparser
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtSvg import QSvgRenderer

from vbg import __version__, driver
from vbg.cli import parser

ROOT = Path(__file__).parents[2]
VALIDATORS = {
    "desktop entry": "desktop-file-validate applications/vbg.desktop",
    "metainfo": "appstreamcli validate --no-net metainfo/io.github.vbg.vbg.metainfo.xml",
    "man page": "man --warnings -E UTF-8 -l -Tutf8 -Z man/man1/vbg.1",
    "bash": "bash -n bash-completion/completions/vbg",
    "fish": "fish --no-execute fish/vendor_completions.d/vbg.fish",
    "systemd unit": "systemd-analyze verify --user --man=no vbg.service",
}
"""What the systems' own tools say of each file. `make test` installs them."""


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


@pytest.mark.parametrize("what", VALIDATORS)
def test_the_system_s_own_tools_find_nothing_to_complain_about(share: Path, tmp_path: Path, what: str) -> None:
    command = VALIDATORS[what].split()
    if shutil.which(command[0]) is None and not os.environ.get("CI"):
        pytest.skip(f"not installed: {command[0]}")
    unit = (ROOT / "packaging/share/vbg.service").read_text()
    runnable = unit.replace("/usr/bin/vbg", shutil.which("true") or "")  # the verifier looks for the program
    (share / "vbg.service").write_text(runnable)
    given = os.environ | {"XDG_RUNTIME_DIR": str(tmp_path), "LC_ALL": "C.UTF-8", "MANROFFSEQ": ""}
    done = subprocess.run(command, cwd=share, env=given, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""


def test_the_unit_runs_a_command_line_that_there_is() -> None:
    unit = (ROOT / "packaging/share/vbg.service").read_text()
    (line,) = re.findall(r"^ExecStart=/usr/bin/vbg (.*)$", unit, re.MULTILINE)
    assert parser().parse_args(line.split()).command == "run"


def test_the_metainfo_tells_of_this_version_and_the_files_beside_it(share: Path) -> None:
    told = ElementTree.parse(next((share / "metainfo").iterdir())).getroot()
    assert next(one.get("version") for one in told.iter("release")) == __version__
    assert (share / "applications" / str(told.findtext("launchable"))).exists()
    assert {f"{size}x{size}" for size in (48, 64, 128, 256)} <= {one.name for one in (share / "icons/hicolor").iterdir()}


@pytest.mark.skipif(shutil.which("fish") is None and not os.environ.get("CI"), reason="there is no fish")
@pytest.mark.parametrize(
    ("typed", "offers"), [("vbg do", "doctor"), ("vbg doctor --f", "--fix"), ("vbg run --mat", "--match-light")]
)
def test_fish_completes_commands_and_options(share: Path, tmp_path: Path, typed: str, offers: str) -> None:
    script = f"source {share}/fish/vendor_completions.d/vbg.fish; complete -C '{typed}'"
    given = os.environ | {"HOME": str(tmp_path)}
    done = subprocess.run(
        ["fish", "--no-config", "-c", script], env=given, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.split("\t")[0].split("\n")[0] == offers


def test_the_driver_is_loaded_as_the_doctor_would_load_it() -> None:
    options = (ROOT / "packaging/debian/modprobe.conf").read_text().splitlines()[-1]
    assert options.replace("options ", "sudo modprobe ") == driver.LOAD
    assert (ROOT / "packaging/debian/modules-load.conf").read_text().splitlines()[-1] == "v4l2loopback"
