"""The virtual camera's driver: there, loaded, as meetings want it, recent, and allowed by secure boot."""

from __future__ import annotations

import gzip
import lzma
from collections.abc import Iterator
from pathlib import Path

from vbg import driver
from vbg.doctor.finding import Finding
from vbg.host import Host

_DKMS = "/var/lib/dkms/v4l2loopback"
_SYS = "/sys/module/v4l2loopback"
_DEVICES = "/sys/devices/virtual/video4linux"
_SECURE_BOOT = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
_SIGNED = b"~Module signature appended~\n"  # the last bytes of a signed module (scripts/sign-file.c of the kernel)
_OLD = (0, 13)  # 0.13 was the first to tell who reads

_SIGN = {
    "debian": "sudo apt install --reinstall v4l2loopback-dkms && sudo mokutil --import /var/lib/dkms/mok.pub",
    "fedora": "sudo kmodgenca -a; sudo akmods --force --rebuild && sudo mokutil --import /etc/pki/akmods/certs/public_key.der",
    "arch": "sudo dkms generate_mok; sudo pacman -S v4l2loopback-dkms && sudo mokutil --import /var/lib/dkms/mok.pub",
    "suse": "sudo zypper install --force v4l2loopback-kmp-default",  # signed by the distribution
}


def examine(host: Host) -> Iterator[Finding]:
    """Linux only: elsewhere OBS brings the virtual camera."""
    if host.platform != "linux":
        return
    if host.at(_SYS).is_dir():
        yield from _loaded(host)
        return
    file = driver.module(host)
    if file is None:
        what = f"The virtual camera's driver (v4l2loopback) is not installed for the running kernel, {host.release}."
        meaning = (
            "Meeting programs cannot see vbg; its window and video files work. After an update of the kernel, restart first."
        )
        yield Finding("driver-missing", what, meaning, driver.command(host))
    elif _secure_boot(host) and _signed(file) is False:
        what = "Secure boot is on, and the virtual camera's driver is not signed: the kernel refuses it."
        meaning = (
            "Sign it with a key of this machine's own; then restart, choose 'Enroll MOK' in the blue screen, load the driver."
        )
        yield Finding("driver-unsigned", what, meaning, _SIGN.get(host.family(), ""), by_hand=True)
    else:
        what = "The virtual camera's driver (v4l2loopback) is installed, but not loaded."
        meaning = "Meeting programs cannot see vbg."
        if _secure_boot(host):
            meaning += (
                " If the command says 'Key was rejected', the key it is signed with must be enrolled: `sudo mokutil --list-new`."
            )
        yield Finding("driver-not-loaded", what, meaning, driver.LOAD)


def _loaded(host: Host) -> Iterator[Finding]:
    devices = len(host.children(_DEVICES))
    exclusive = host.said(f"{_SYS}/parameters/exclusive_caps").split(",")
    if not devices:
        what = "The virtual camera's driver is loaded, but has made no virtual camera."
        yield Finding("driver-no-device", what, "Meeting programs cannot see vbg.", driver.RELOAD)
    elif not any(one in ("Y", "1") for one in exclusive[:devices]):
        what = "The virtual camera's driver was loaded without exclusive_caps=1."
        meaning = (
            "Chrome, Zoom and Teams do not list it: it says of itself that it is no camera. Quit what uses it, then load it anew."
        )
        yield Finding("driver-not-exclusive", what, meaning, driver.RELOAD)
    else:
        yield from _named(host)
    version = _version(host)
    if _numbers(version) and _numbers(version) < _OLD:
        what = f"The virtual camera's driver is old: {version}."
        meaning = (
            "vbg works with it, but it does not tell who reads, so vbg looks into /proc. 0.13 and later do; nothing need be done."
        )
        yield Finding("driver-old", what, meaning, serious=False)


def _version(host: Host) -> str:
    """Before 0.13 the module does not tell it, but dkms, which has built it, does; empty where nobody does."""
    built = [one for one in host.children(_DKMS) if _numbers(one)]
    return host.said(f"{_SYS}/version") or max(built, key=_numbers, default="")


def _named(host: Host) -> Iterator[Finding]:
    names = [name for at in host.children(_DEVICES) if (name := host.said(f"{_DEVICES}/{at}/name"))]
    if names and "vbg" not in names:
        what = f"The virtual camera is not called vbg, but {' and '.join(names)}."
        meaning = "Choose that name in your meeting; or quit what uses it and load the driver anew."
        yield Finding("driver-label", what, meaning, driver.RELOAD, serious=False)


def _secure_boot(host: Host) -> bool:
    try:
        return host.at(_SECURE_BOOT).read_bytes()[4:5] == b"\1"  # after four bytes of attributes
    except OSError:
        return False


def _signed(file: Path) -> bool | None:
    """None where that cannot be told: Python before 3.14 reads no zstd."""
    try:
        content = file.read_bytes()
        if file.suffix == ".xz":
            content = lzma.decompress(content)
        elif file.suffix == ".gz":
            content = gzip.decompress(content)
        elif file.suffix != ".ko":
            return None
    except (OSError, EOFError, lzma.LZMAError):
        return None
    return content.endswith(_SIGNED)


def _numbers(version: str) -> tuple[int, ...]:
    parts = version.split(".")
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else ()
