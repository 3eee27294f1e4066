"""Machines as files in a folder: one where all is well, and what breaks it (changes its files, or what the host says)."""

from __future__ import annotations

import lzma
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from vbg import resources
from vbg.host import Host

RELEASE = "6.1.0-1-amd64"
SIGNED = b"code~Module signature appended~\n"
SECURE_BOOT = "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
CONSENT = r"Software\Microsoft\Windows\CurrentVersion\CapabilityAccessManager\ConsentStore\webcam"
EXTENSION = "com.obsproject.obs-studio.mac-camera-extension"
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


def healthy(root: Path) -> Host:
    """Debian with a webcam at /dev/video0 and a loaded driver at /dev/video10. Everybody may look into it."""
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
    return host


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
    """Debian 12's: the module does not tell its version."""
    (host.root / "sys/module/v4l2loopback/version").unlink(missing_ok=True)
    write(host, "var/lib/dkms/v4l2loopback/0.12.7/source")


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


def other_label(host: Host) -> None:
    write(host, "sys/devices/virtual/video4linux/video10/name", "Dummy video device (0x0000)\n")


def session(host: Host) -> Host:
    """A user's session with PipeWire and its manager."""
    write(host, "usr/bin/pipewire")
    write(host, "run/user/1000/pipewire-0")
    write(host, "proc/700/comm", "pipewire\n")
    write(host, "proc/701/comm", "wireplumber\n")
    return replace(host, environment={"XDG_RUNTIME_DIR": "/run/user/1000"})


def stopped_pipewire(host: Host) -> Host:
    ready = session(host)
    (host.root / "run/user/1000/pipewire-0").unlink()
    return ready


def unmanaged_pipewire(host: Host) -> Host:
    ready = session(host)
    (host.root / "proc/701/comm").unlink()
    return ready


def windows(host: Host) -> Host:
    """With OBS, where all is well."""
    write(host, "Program Files/obs-studio/data/obs-plugins/win-dshow/obs-virtualcam-module64.dll")
    return replace(host, platform="win32", registry={f"{CONSENT}\\Value": "Allow", f"{CONSENT}\\NonPackaged\\Value": "Allow"})


def windows_without_obs(host: Host) -> Host:
    ready = windows(host)
    shutil.rmtree(host.root / "Program Files")
    return ready


def windows_denies(host: Host) -> Host:
    return replace(windows(host), registry={f"{CONSENT}\\NonPackaged\\Value": "Deny"})


def mac(host: Host) -> Host:
    """With OBS, whose virtual camera was started once."""
    write(host, "Applications/OBS.app/Contents/Info.plist")
    write(host, f"Library/SystemExtensions/0A1B/{EXTENSION}.systemextension/Contents/Info.plist")
    return replace(host, platform="darwin")


def mac_without_obs(host: Host) -> Host:
    return replace(host, platform="darwin")


def mac_never_started(host: Host) -> Host:
    ready = mac(host)
    shutil.rmtree(host.root / "Library")
    return ready


def frozen_without_model(host: Host) -> Host:
    damage_model(host)
    return replace(host, frozen=True)


def block_cache(host: Host) -> None:
    write(host, "site/vbg/kernels/__pycache__")  # a file where a folder should be: not even root writes into it
    write(host, "home/.cache")
