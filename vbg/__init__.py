"""vbg: a virtual background for any webcam program."""

import os

# OpenCV reads this once, when it is loaded: a camera that gives nothing for so long is given up by its read (10 s otherwise),
# so that the grab thread can always be ended
os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "2")

__version__ = "0.1.0"

_PUBLIC = {
    "remove_background": "vbg.api",
    "Pipeline": "vbg.pipeline",
    "Frame": "vbg.frame",
    "Look": "vbg.settings",
    "Style": "vbg.matting.style",
    "VbgError": "vbg.errors",
}
"""What is meant for other programs, and where it lives: loaded when it is first asked for. Type checkers read `__init__.pyi`."""

__all__ = ["__version__", *_PUBLIC]  # what is public stands in one place


def __getattr__(name: str) -> object:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'vbg' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_PUBLIC})
