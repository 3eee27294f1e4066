"""What Qt must find, and must not find, around it."""

from __future__ import annotations

import importlib.util
import os
import sys

_OPENCV_SETS = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")


def can_open() -> bool:
    """Whether there is a screen, and Qt to draw on it."""
    if importlib.util.find_spec("PySide6") is None:
        return False
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM", "xcb").split(":")[0] not in ("xcb", "wayland", "wayland-egl"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def tidy() -> None:
    """Drop what OpenCV's wheel sets for its own Qt when it is imported: ours would load the wrong plug-ins."""
    for name in _OPENCV_SETS:
        if "cv2" in os.environ.get(name, ""):
            del os.environ[name]
