"""What the window's toolkit needs around it."""

from __future__ import annotations

from collections.abc import Iterator

from vbg.doctor.finding import Finding
from vbg.doctor.packages import installed
from vbg.host import Host

_PLUGINS = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_PLUGIN_PATH")
_LIBRARIES = ("usr/lib", "usr/lib64", "lib", "lib64", "usr/lib/*-linux-gnu*")


def examine(host: Host) -> Iterator[Finding]:
    """Nothing where the window is not installed."""
    if not {"pyside6", "pyside6-essentials"} & set(installed(host)):
        return
    for name in _PLUGINS:
        value = host.environment.get(name, "")
        ours = "cv2" in value or value.startswith(str(host.package.parent))  # OpenCV's wheel's, which vbg drops; the frozen app's
        if value and not ours:
            what = f"{name} is set to {value}."
            meaning = (
                "The window loads another Qt's plug-ins from there and may not start: 'could not load the Qt platform plugin'."
            )
            yield Finding("qt-plugins", what, meaning, f"unset {name}", by_hand=True)  # of the user's own shell
    folders = [*(host.root.glob(one) for one in _LIBRARIES), [host.package.parent]]  # the frozen app brings its own
    if host.platform == "linux" and not any(any(one.glob("libxcb-cursor.so*")) for found in folders for one in found):
        meaning = "Under X11 the window does not start: 'could not load the Qt platform plugin xcb'."
        yield Finding("qt-xcb-cursor", "The library xcb-cursor is missing.", meaning, host.install("xcb-cursor"))
