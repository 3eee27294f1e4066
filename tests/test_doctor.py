"""Each finding of the doctor is made true: a machine where all is well, as files in a folder, and one thing broken in it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import doctor_page
import pytest
from machines import (
    RELEASE,
    Break,
    block_cache,
    crashing_qt,
    damage_model,
    foreign_plugins,
    frozen_without_model,
    healthy,
    hide,
    lose_model,
    mac,
    mac_never_started,
    mac_without_obs,
    no_cursor,
    no_device,
    not_exclusive,
    old_driver,
    other_kernel,
    other_label,
    packed_unsigned,
    remove_driver,
    second_opencv,
    session,
    signed,
    stopped_pipewire,
    unload,
    unmanaged_pipewire,
    unplug,
    unsigned,
    unsigned_but_allowed,
    windows,
    windows_denies,
    windows_without_obs,
    write,
)

from vbg import doctor
from vbg.doctor import Finding
from vbg.host import Host

ADVICE = {"driver-old", "driver-label", "pipewire-not-running", "pipewire-no-manager"}


@pytest.fixture
def machine() -> Iterator[Host]:
    root = Path(tempfile.mkdtemp())
    yield healthy(root)
    shutil.rmtree(root)


def findings(host: Host) -> list[Finding]:
    return list(doctor.examine(host))


def test_a_healthy_machine_has_nothing(machine: Host) -> None:
    assert findings(machine) == []


@pytest.mark.parametrize(
    ("breaking", "code", "command"),
    [
        (remove_driver, "driver-missing", "sudo apt install v4l2loopback-dkms && sudo modprobe v4l2loopback exclusive_caps=1"),
        (other_kernel, "driver-missing", "sudo apt install v4l2loopback-dkms"),
        (unload, "driver-not-loaded", "sudo modprobe v4l2loopback exclusive_caps=1 card_label=vbg"),
        (unsigned_but_allowed, "driver-not-loaded", "sudo modprobe v4l2loopback"),
        (signed, "driver-not-loaded", "sudo modprobe v4l2loopback"),
        (unsigned, "driver-unsigned", "mokutil --import"),
        (packed_unsigned, "driver-unsigned", "mokutil --import"),
        (no_device, "driver-no-device", "sudo modprobe -r v4l2loopback && sudo modprobe"),
        (not_exclusive, "driver-not-exclusive", "sudo modprobe -r v4l2loopback && sudo modprobe v4l2loopback exclusive_caps=1"),
        (old_driver, "driver-old", ""),
        (
            other_label,
            "driver-label",
            "sudo modprobe -r v4l2loopback && sudo modprobe v4l2loopback exclusive_caps=1 card_label=vbg",
        ),
        (stopped_pipewire, "pipewire-not-running", "systemctl --user start pipewire wireplumber"),
        (unmanaged_pipewire, "pipewire-no-manager", "systemctl --user start wireplumber"),
        (windows_without_obs, "obs-missing", "winget install"),
        (windows_denies, "camera-denied", "ms-settings:privacy-webcam"),
        (mac_without_obs, "obs-missing", "brew install --cask obs"),
        (mac_never_started, "obs-not-started", "open -a OBS"),
        (frozen_without_model, "model-damaged", ""),
        (unplug, "camera-missing", ""),
        (hide, "camera-hidden", ""),
        (lambda host: replace(host, python=(3, 14)), "python-version", "sudo apt install python3 python3-venv"),
        (lambda host: replace(host, python=(3, 10)), "python-version", "sudo apt install python3 python3-venv"),
        (second_opencv, "opencv-twice", "'/my venv/bin/python' -m pip uninstall -y opencv-python && "),
        (crashing_qt, "qt-python-pair", "'/my venv/bin/python' -m pip install 'PySide6-Essentials>=6.8,<6.12'"),
        (foreign_plugins, "qt-plugins", "unset QT_QPA_PLATFORM_PLUGIN_PATH"),
        (no_cursor, "qt-xcb-cursor", "sudo apt install libxcb-cursor0"),
        (damage_model, "model-damaged", "--force-reinstall --no-deps vbg"),
        (lose_model, "model-damaged", ""),
        (block_cache, "cache-not-writable", "chown"),
    ],
)
def test_what_is_broken_is_found_alone_with_the_command_that_mends_it(
    machine: Host, breaking: Break, code: str, command: str
) -> None:
    found = findings(breaking(machine) or machine)
    assert [one.code for one in found] == [code]
    assert command in found[0].command
    assert found[0].what.endswith(".")
    assert found[0].meaning.endswith((".", "'.", ")."))
    assert found[0].serious == (code not in ADVICE)


@pytest.mark.parametrize("system", [session, windows, mac])
def test_other_systems_can_be_healthy_too(machine: Host, system: Callable[[Host], Host]) -> None:
    assert findings(system(machine)) == []


def test_a_driver_packed_in_a_way_that_cannot_be_read_is_not_called_unsigned(machine: Host) -> None:
    unsigned(machine)
    file = machine.root / f"lib/modules/{RELEASE}/updates/dkms/v4l2loopback.ko"
    file.rename(f"{file}.zst")
    assert [one.code for one in findings(machine)] == ["driver-not-loaded"]


def test_without_the_window_qt_is_not_asked_for(machine: Host) -> None:
    no_cursor(machine)
    shutil.rmtree(machine.root / "site/PySide6_Essentials-6.11.1.dist-info")
    assert findings(foreign_plugins(machine)) == []


def test_what_opencv_sets_for_itself_and_the_newer_python_are_fine(machine: Host) -> None:
    crashing_qt(machine)
    own = machine.package.parent / "PySide6/Qt/plugins"  # the frozen app's start sets it
    given = {"QT_QPA_PLATFORM_PLUGIN_PATH": "/site-packages/cv2/qt/plugins", "QT_PLUGIN_PATH": str(own)}
    assert findings(replace(machine, environment=given, python=(3, 12))) == []


def test_a_library_that_the_app_brings_along_is_not_missed(machine: Host) -> None:
    no_cursor(machine)
    write(machine, "site/libxcb-cursor.so.0")
    assert findings(machine) == []


def test_one_place_for_compiled_code_is_enough(machine: Host) -> None:
    block_cache(machine)
    assert findings(replace(machine, environment={"NUMBA_CACHE_DIR": str(machine.root / "kept")})) == []
    assert not (machine.root / "kept").exists()  # looking changes nothing


def test_a_camera_in_use_is_told_with_the_program_that_has_it(machine: Host) -> None:
    code = "import sys; f = open(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", code, str(machine.root / "dev/video0")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        found = findings(machine)
    assert [one.code for one in found] == ["camera-busy"]
    assert f"({other.pid})" in found[0].what
    assert findings(machine) == []


def test_a_camera_that_only_others_may_open(machine: Host) -> None:
    (machine.root / "dev/video0").chmod(0)
    user = os.geteuid()
    if user == 0:  # root may open everything: be nobody for a moment, who must be able to write to the cache
        machine.cache.mkdir(parents=True)
        machine.cache.chmod(0o777)
        os.seteuid(65534)
    try:
        found = findings(machine)
    finally:
        os.seteuid(user)
    assert [(one.code, one.command) for one in found] == [("camera-forbidden", "sudo usermod -aG video $USER")]


@pytest.mark.parametrize(
    ("distribution", "driver", "library"),
    [
        ("fedora", "sudo kmodgenca -a; sudo akmods", "sudo dnf install xcb-util-cursor"),
        ("arch", "sudo dkms generate_mok; sudo pacman", "sudo pacman -S --needed xcb-util-cursor"),
        ("opensuse-leap", "sudo zypper install --force", "sudo zypper install libxcb-cursor0"),
        ("plan9", "", ""),
    ],
)
def test_commands_are_the_distribution_s(machine: Host, distribution: str, driver: str, library: str) -> None:
    write(machine, "etc/os-release", f"ID={distribution}\n")
    unsigned(machine)
    no_cursor(machine)
    mending = {one.code: one.command for one in findings(machine)}
    assert mending["driver-unsigned"].startswith(driver)
    assert mending["qt-xcb-cursor"] == library


def test_elsewhere_only_what_is_everywhere_is_looked_at(machine: Host) -> None:
    remove_driver(machine)
    unplug(machine)
    no_cursor(machine)
    assert findings(windows(machine)) == []
    second_opencv(machine)
    assert [one.code for one in findings(mac(machine))] == ["opencv-twice"]


def test_the_command_keeps_its_contract_and_imports_nothing_that_may_be_broken() -> None:
    code = "import sys, vbg.cli\ncode = vbg.cli.main(['doctor', '--json'])\n"
    code += "heavy = ('numpy', 'numba', 'cv2', 'mediapipe', 'PySide6', 'av', 'platformdirs')\n"
    code += "print([name for name in heavy if name in sys.modules]); sys.exit(code)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    first, heavy = done.stdout.splitlines()
    assert heavy == "[]"
    report = json.loads(first)
    assert set(report) == {"contract", "vbg", "system", "well", "findings"}
    assert report["contract"] == 1
    assert set(report["system"]) == {"platform", "distribution", "kernel", "python"}
    assert all(set(one) == {"code", "what", "meaning", "command", "serious", "by_hand"} for one in report["findings"])
    assert report["well"] == (not any(one["serious"] for one in report["findings"]))
    assert done.returncode == (0 if report["well"] else 1)


def test_the_plain_text_says_the_commands(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], machine: Host
) -> None:
    from vbg.cli import main

    monkeypatch.setattr("vbg.cli.doctor.Host", lambda: machine)
    assert main(["doctor"]) == 0
    assert capsys.readouterr().out == "All is well.\n"
    unload(machine)
    assert main(["doctor"]) == 1
    assert "\n      sudo modprobe v4l2loopback exclusive_caps=1 card_label=vbg\n" in capsys.readouterr().out


def test_the_readme_lists_every_finding_and_no_other() -> None:
    sources = (file.read_text() for file in Path(doctor.__file__).parent.glob("*.py"))
    known = {code for source in sources for code in re.findall(r'Finding\(\s*"([a-z-]+)"', source)}
    troubleshooting = (
        (Path(__file__).parents[1] / "README.md").read_text().split("## When something is wrong")[1].split("\n## ")[0]
    )
    assert known == set(re.findall(r"`((?:driver|camera|obs|pipewire|python|opencv|qt|model|cache)-[a-z-]+)`", troubleshooting))
    assert len(known) == 23


def test_the_document_shows_what_is_said_today() -> None:
    assert doctor_page.PAGE.read_text(encoding="utf-8") == doctor_page.page(), "run `python tests/doctor_page.py`"
