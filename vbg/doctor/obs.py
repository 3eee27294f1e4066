"""Windows and macOS: the virtual camera is OBS Studio's. Untried on real machines: read from their makers' documents."""

from __future__ import annotations

from collections.abc import Iterator

from vbg.doctor.finding import Finding
from vbg.host import Host

_MODULE = "/Program Files/obs-studio/data/obs-plugins/win-dshow/obs-virtualcam-module64.dll"
_APP = "/Applications/OBS.app"
_EXTENSIONS = "/Library/SystemExtensions"  # of macOS 13 and later; before, OBS put a plug-in into the next folder
_PLUGIN = "/Library/CoreMediaIO/Plug-Ins/DAL/obs-mac-virtualcam.plugin"
_EXTENSION = "com.obsproject.obs-studio.mac-camera-extension"
_CONSENT = "Software\\Microsoft\\Windows\\CurrentVersion\\CapabilityAccessManager\\ConsentStore\\webcam"


def examine(host: Host) -> Iterator[Finding]:
    """Nothing on Linux."""
    if host.platform == "win32":
        yield from _windows(host)
    elif host.platform == "darwin":
        yield from _macos(host)


def _windows(host: Host) -> Iterator[Finding]:
    if not host.at(_MODULE).exists():
        yield Finding("obs-missing", _WHAT, _MEANING, "winget install --exact --id OBSProject.OBSStudio")
    if any(host.registered(key, "Value") == "Deny" for key in (_CONSENT, f"{_CONSENT}\\NonPackaged")):
        what = "Windows' privacy settings keep desktop programs from the camera."
        meaning = "After the command, turn on 'Camera access' and 'Let desktop apps access your camera'."
        yield Finding("camera-denied", what, meaning, "start ms-settings:privacy-webcam", by_hand=True)


def _macos(host: Host) -> Iterator[Finding]:
    if not host.at(_APP).exists():
        yield Finding("obs-missing", _WHAT, _MEANING, "brew install --cask obs")
        return
    extended = any(_EXTENSION in name for one in host.children(_EXTENSIONS) for name in host.children(f"{_EXTENSIONS}/{one}"))
    if not extended and not host.at(_PLUGIN).exists():
        what = "OBS Studio is installed, but its virtual camera was never started."
        meaning = "Start it there once and allow its extension in the system's settings, then quit OBS."
        yield Finding("obs-not-started", what, meaning, "open -a OBS", by_hand=True)


_WHAT = "OBS Studio, whose virtual camera vbg feeds here, is not installed."
_MEANING = "Meeting programs cannot see vbg. Start OBS once afterwards, start its virtual camera there, then quit it."
