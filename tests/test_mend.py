"""`vbg doctor --fix` runs what it shows, after a yes, and never as root behind the user's back."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from vbg import resources
from vbg.doctor import Finding, files
from vbg.doctor.mend import mend, runnable, unattended
from vbg.host import Host


def marked(folder: Path) -> list[Finding]:
    """A machine that lacks the file "mended"."""
    missing = not (folder / "mended").exists()
    return [Finding("mark-missing", "There is no mark.", "It is missed.", f"touch '{folder}/mended'")] if missing else []


def test_a_command_is_shown_and_runs_only_after_a_yes(tmp_path: Path) -> None:
    said: list[str] = []
    asked: list[str] = []

    def no(question: str) -> bool:
        asked.append(question)
        assert any(f"touch '{tmp_path}/mended'" in line for line in said)
        return False

    assert [one.code for one in mend(Host(), lambda host: marked(tmp_path), no, said.append)] == ["mark-missing"]
    assert len(asked) == 1
    assert not (tmp_path / "mended").exists()
    assert mend(Host(), lambda host: marked(tmp_path), lambda question: True, said.append) == []
    assert said[-1] == "  Mended."


def test_a_command_that_fails_is_told_and_not_run_again(tmp_path: Path) -> None:
    command = f"echo once >>'{tmp_path}/runs'; exit 3"
    said: list[str] = []
    left = mend(Host(), lambda host: [Finding("a-b", "It is so.", "Hm.", command)], lambda question: True, said.append)
    assert [one.code for one in left] == ["a-b"]
    assert (tmp_path / "runs").read_text() == "once\n"
    assert said[-1] == "  Still so; the command ended with 3."


def test_what_is_for_the_user_to_do_is_not_asked_for(tmp_path: Path) -> None:
    by_hand = Finding("a-b", "It is so.", "Hm.", f"touch '{tmp_path}/done'", by_hand=True)
    said: list[str] = []
    mend(Host(), lambda host: [by_hand], lambda question: pytest.fail("asked"), said.append)
    assert by_hand.command in said[-1]
    assert not (tmp_path / "done").exists()


@pytest.mark.parametrize(
    ("there", "root", "command", "why_not"),
    [
        ({"sudo"}, False, "sudo a && sudo b", ""),
        ({"sudo", "pkexec"}, False, "sudo a && sudo b", ""),
        ({"pkexec"}, False, "pkexec a && pkexec b", ""),
        (set(), False, "", "neither sudo nor pkexec"),
        (set(), True, "a && b", ""),
    ],
)
def test_root_is_asked_for_by_what_is_there(there: set[str], root: bool, command: str, why_not: str) -> None:
    found = runnable(Finding("a-b", "It is so.", "Hm.", "sudo a && sudo b"), root, lambda name: name if name in there else None)
    assert found[0] == command
    assert why_not in found[1]
    assert bool(found[0]) != bool(found[1])


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
def test_a_damaged_model_of_a_checkout_is_brought_back(tmp_path: Path) -> None:
    copy = tmp_path / "a copy"
    shutil.copytree(Path(resources.__file__).parents[1] / "assets" / "models", copy / "assets" / "models")
    (copy / "vbg").mkdir()
    for words in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b.invalid", "commit", "-qm", "all"]):
        subprocess.run(["git", "-C", str(copy), *words], check=True)
    model = copy / "assets" / next(iter(resources.MODELS))
    model.write_bytes(b"half a download")
    host = Host(package=copy / "vbg", cache=tmp_path, environment={})
    said: list[str] = []
    assert mend(host, files.examine, lambda question: True, said.append) == []
    assert f"      git -C '{copy}' checkout -- assets/models" in said
    assert model.read_bytes() != b"half a download"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can make a folder that it cannot write to")
def test_a_cache_of_root_s_is_given_back() -> None:
    """What `sudo vbg` leaves behind: the user's cache belongs to root. The user is nobody here."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        for one in ("vbg", "cache"):
            (folder / one).mkdir(mode=0o755)
        host = Host(package=folder / "vbg", cache=folder / "cache", environment={}, platform="linux")
        (finding,) = of_the_cache(host)
        command, _ = runnable(finding, root=True, which=lambda name: None)
        subprocess.run(command.replace("$(id -u)", "65534"), shell=True, check=True)  # as the user's shell puts it in for sudo
        assert of_the_cache(host) == []


def of_the_cache(host: Host) -> list[Finding]:
    """As nobody sees it."""
    os.seteuid(65534)
    try:
        return [one for one in files.examine(host) if one.code == "cache-not-writable"]
    finally:
        os.seteuid(0)


@pytest.mark.parametrize(
    ("words", "typed", "mended"),
    [
        (["--fix"], "y", True),
        (["--fix"], "", False),
        (["--fix"], None, False),
        (["--fix", "--yes"], None, True),
        ([], "y", False),
    ],
)
def test_the_command_asks_unless_told_not_to(
    words: list[str], typed: str | None, mended: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vbg.cli import main

    def answer(question: str) -> str:
        if typed is None:
            raise EOFError
        return typed

    monkeypatch.setattr("vbg.cli.doctor.examine", lambda host: marked(tmp_path))
    monkeypatch.setattr("builtins.input", answer)
    assert main(["doctor", *words]) == (0 if mended else 1)
    assert (tmp_path / "mended").exists() == mended


def test_yes_alone_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    from vbg.cli import main

    assert main(["doctor", "--yes"]) == 2
    assert "--fix" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("family", "command"),
    [
        ("debian", "sudo apt install -y libxcb-cursor0"),
        ("fedora", "sudo dnf install -y xcb-util-cursor"),
        ("arch", "sudo pacman -S --noconfirm --needed xcb-util-cursor"),
        ("opensuse", "sudo zypper --non-interactive install libxcb-cursor0"),
    ],
)
def test_in_a_script_the_package_manager_asks_nothing(family: str, command: str, tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/os-release").write_text(f"ID={family}\n")
    assert unattended(Host(root=tmp_path, platform="linux").install("xcb-cursor")) == command
