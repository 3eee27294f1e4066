"""The driver's command is this distribution's, and says no more than is needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from vbg import driver
from vbg.host import Host


def host(root: Path, said: str, platform: str = "linux") -> Host:
    (root / "etc").mkdir()
    (root / "etc" / "os-release").write_text(said)
    return Host(root=root, platform=platform, release="6.1.0-1-amd64")


@pytest.mark.parametrize(
    ("said", "begins"),
    [
        ("ID=debian\n", "sudo apt install v4l2loopback-dkms && sudo modprobe v4l2loopback exclusive_caps=1"),
        ('ID=linuxmint\nID_LIKE="ubuntu debian"\n', "sudo apt install"),
        ('ID="fedora"\n', "sudo dnf install akmod-v4l2loopback &&"),
        ("ID=manjaro\nID_LIKE=arch\n", "sudo pacman -S"),
        ('ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n', "sudo zypper install"),
        ("ID=plan9\n", ""),
    ],
)
def test_the_driver_s_command_is_this_distribution_s(tmp_path: Path, said: str, begins: str) -> None:
    command = driver.command(host(tmp_path, said))
    assert command.startswith(begins)
    assert bool(command) == bool(begins)


def test_a_driver_that_is_there_needs_only_to_be_loaded(tmp_path: Path) -> None:
    one = host(tmp_path, "ID=plan9\n")
    extra = tmp_path / "lib" / "modules" / "6.1.0-1-amd64" / "extra"
    extra.mkdir(parents=True)
    (extra / "v4l2loopback.ko.xz").touch()
    assert driver.command(one) == "sudo modprobe v4l2loopback exclusive_caps=1 card_label=vbg"


def test_elsewhere_no_command_of_linux_is_shown(tmp_path: Path) -> None:
    assert driver.command(host(tmp_path, "ID=debian\n", platform="win32")) == ""
