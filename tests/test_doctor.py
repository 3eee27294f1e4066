"""Each finding of the doctor is made true: a machine where all is well, as files in a folder, and one thing broken in it."""

from __future__ import annotations

import json
import lzma
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from vbg import doctor, resources
from vbg.doctor import Finding
from vbg.host import Host

RELEASE = "6.1.0-1-amd64"
SIGNED = b"code~Module signature appended~\n"
SECURE_BOOT = "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
Break = Callable[[Host], Host | None]


def write(host: Host, path: str, content: bytes | str = "") -> Path:
    file = host.root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def package(host: Host, name: str, version: str) -> None:
    write(host, f"site/{name}-{version}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")


def node(host: Host, number: int, where: str, name: str, index: int = 0) -> None:
    write(host, f"{where}/video{number}/name", f"{name}\n")
    write(host, f"{where}/video{number}/index", f"{index}\n")
    link = host.root / "sys/class/video4linux" / f"video{number}"
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(host.root / where / f"video{number}")
    write(host, f"dev/video{number}")


@pytest.fixture
def machine() -> Iterator[Host]:
    """Debian with a webcam at /dev/video0 and a loaded driver at /dev/video10. Everybody may look into it."""
    root = Path(tempfile.mkdtemp())
    root.chmod(0o755)
    host = Host(
        root=root,
        platform="linux",
        release=RELEASE,
        python=(3, 11),
        site=(str(root / "site"),),
        executable="/my venv/bin/python",
        package=root / "site" / "vbg",
        cache=root / "home" / ".cache",
        environment={},
    )
    write(host, "etc/os-release", "ID=debian\n")
    write(host, f"lib/modules/{RELEASE}/updates/dkms/v4l2loopback.ko", SIGNED)
    write(host, "sys/module/v4l2loopback/version", "0.13.2\n")
    write(host, "sys/module/v4l2loopback/parameters/exclusive_caps", "Y,N,N,N,N,N,N,N\n")
    node(host, 10, "sys/devices/virtual/video4linux", "vbg")
    node(host, 0, "sys/devices/pci0000:00/usb1/video4linux", "HD Webcam")
    node(host, 1, "sys/devices/pci0000:00/usb1/video4linux", "HD Webcam", index=1)
    write(host, "usr/lib/x86_64-linux-gnu/libxcb-cursor.so.0")
    package(host, "opencv-contrib-python", "5.0.0")
    package(host, "PySide6_Essentials", "6.11.1")
    for name in resources.MODELS:
        write(host, f"site/vbg/assets/{name}", resources.asset(name).read_bytes())
    (root / "site/vbg/kernels").mkdir()
    yield host
    shutil.rmtree(root)


def findings(host: Host) -> list[Finding]:
    return list(doctor.examine(host))


def test_a_healthy_machine_has_nothing(machine: Host) -> None:
    assert findings(machine) == []


def unload(host: Host) -> None:
    shutil.rmtree(host.root / "sys/module/v4l2loopback")


def remove_driver(host: Host) -> None:
    unload(host)
    shutil.rmtree(host.root / "lib/modules")


def other_kernel(host: Host) -> Host:
    unload(host)
    return replace(host, release="6.1.0-2-amd64")


def unsigned(host: Host) -> None:
    unload(host)
    write(host, SECURE_BOOT, b"\6\0\0\0\1")
    write(host, f"lib/modules/{RELEASE}/updates/dkms/v4l2loopback.ko", b"code")


def packed_unsigned(host: Host) -> None:
    unsigned(host)
    file = host.root / f"lib/modules/{RELEASE}/updates/dkms/v4l2loopback.ko"
    write(host, f"{file}.xz", lzma.compress(file.read_bytes()))
    file.unlink()


def signed(host: Host) -> None:
    unload(host)
    write(host, SECURE_BOOT, b"\6\0\0\0\1")


def unsigned_but_allowed(host: Host) -> None:
    unsigned(host)
    write(host, SECURE_BOOT, b"\6\0\0\0\0")


def no_device(host: Host) -> None:
    shutil.rmtree(host.root / "sys/devices/virtual")


def not_exclusive(host: Host) -> None:
    write(host, "sys/module/v4l2loopback/parameters/exclusive_caps", "N,Y,Y,Y\n")  # one device: the first counts


def old_driver(host: Host) -> None:
    write(host, "sys/module/v4l2loopback/version", "0.12.7\n")


def unplug(host: Host) -> None:
    for number in (0, 1):
        (host.root / f"sys/class/video4linux/video{number}").unlink()


def hide(host: Host) -> None:
    (host.root / "dev/video0").unlink()


def second_opencv(host: Host) -> None:
    package(host, "opencv_python", "4.12.0")


def crashing_qt(host: Host) -> None:
    package(host, "PySide6", "6.12.0")


def foreign_plugins(host: Host) -> Host:
    return replace(host, environment={"QT_QPA_PLATFORM_PLUGIN_PATH": "/opt/qt5/plugins"})


def no_cursor(host: Host) -> None:
    (host.root / "usr/lib/x86_64-linux-gnu/libxcb-cursor.so.0").unlink()


def damage_model(host: Host) -> None:
    file = write(host, f"site/vbg/assets/{next(iter(resources.MODELS))}", b"half a download")
    assert file.exists()


def lose_model(host: Host) -> None:
    (host.root / "site/vbg/assets" / next(iter(resources.MODELS))).unlink()


def block_cache(host: Host) -> None:
    write(host, "site/vbg/kernels/__pycache__")  # a file where a folder should be: not even root writes into it
    write(host, "home/.cache")


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
    assert found[0].serious == (code != "driver-old")


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
    assert findings(replace(machine, platform="win32")) == []
    second_opencv(machine)
    assert [one.code for one in findings(replace(machine, platform="darwin"))] == ["opencv-twice"]


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
    assert all(set(one) == {"code", "what", "meaning", "command", "serious"} for one in report["findings"])
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
    assert known == set(re.findall(r"`((?:driver|camera|python|opencv|qt|model|cache)-[a-z-]+)`", troubleshooting))
    assert len(known) == 17
