"""One window of another program behind the person. What lies over it on the screen is not in the picture."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, ClassVar

import cv2
import numpy as np

from vbg.effects import Painter
from vbg.effects.screen import Grabbed
from vbg.errors import EffectError
from vbg.fit import inside
from vbg.frame import Pixels
from vbg.spec import checked, knob


@dataclass(frozen=True, slots=True)
class Window:
    """One window, whole. On Linux under X11. A window that was found stays the one, whatever its title becomes."""

    name: ClassVar[str] = "window"
    covers: ClassVar[bool] = True
    moves: ClassVar[bool] = True
    of_room: ClassVar[bool] = False
    title: str = knob("", "Window", help="a part of its title; empty takes the one on top")
    rate: int = knob(12, "Pictures a second", help="how often the screen is looked at", low=1, high=30)

    def __post_init__(self) -> None:
        checked(self)

    def open(self, width: int, height: int) -> Painter:
        if sys.platform != "linux":
            raise EffectError("a single window can be shown on Linux alone", "`--background screen` shows all of the screen.")
        return Grabbed(lambda: _looks(self.title, width, height), self.rate)


def titles() -> list[str]:
    """Of the windows that can be shown, the one on top first; empty where that cannot be known. Any thread may ask."""
    if sys.platform != "linux" or os.environ.get("WAYLAND_DISPLAY"):
        return []
    try:
        with _connected() as display:
            return list(dict.fromkeys(title for _, title in _windows(display)))
    except Exception:  # no screen, or not the rights to it
        return []


@contextmanager
def _connected() -> Iterator[Any]:
    from Xlib.display import Display

    display = Display()
    try:
        yield display
    finally:
        display.close()


def _windows(display: Any) -> Iterator[tuple[Any, str]]:
    """The windows of other programs that are shown and have a title, from the top down."""
    from Xlib import X, error

    root = display.screen().root
    listed = _property(display, root, "_NET_CLIENT_LIST_STACKING")  # what a window manager keeps (EWMH)
    ids = list(listed) if listed is not None else [one.id for one in root.query_tree().children]
    for number in reversed(ids):
        window = display.create_resource_object("window", number)
        with suppress(error.BadWindow):  # it was closed a moment ago
            owner = _property(display, window, "_NET_WM_PID")
            title = bytes(_property(display, window, "_NET_WM_NAME") or b"").decode(errors="replace") or window.get_wm_name()
            shown = window.get_attributes().map_state == X.IsViewable
            if title and shown and not (owner is not None and owner[0] == os.getpid()):
                yield window, title if isinstance(title, str) else title.decode(errors="replace")


def _property(display: Any, window: Any, name: str) -> Any:
    from Xlib import X

    found = window.get_full_property(display.intern_atom(name), X.AnyPropertyType)
    return found.value if found is not None else None


def _looks(title: str, width: int, height: int) -> Generator[Pixels | None, None, None]:
    from Xlib import error
    from Xlib.ext import composite

    with _connected() as display:
        window = next((one for one, its in _windows(display) if title.lower() in its.lower()), None)
        if window is None:
            raise EffectError(f"no window is called {title!r}" if title else "there is no window of another program")
        if display.has_extension("Composite"):  # the server keeps all of it, also what others cover
            window.composite_redirect_window(composite.RedirectAutomatic, onerror=error.CatchError())
        while True:
            try:
                yield _picture(window, width, height)
            except (error.BadDrawable, error.BadWindow):
                raise EffectError("the window was closed") from None
            except error.BadMatch:  # it is minimised, or changes its size just now
                yield None


def _picture(window: Any, width: int, height: int) -> Pixels:
    from Xlib import X

    area = window.get_geometry()
    if area.depth not in (24, 32):
        raise EffectError(f"a window of {area.depth} bits a pixel cannot be shown")
    image = window.get_image(0, 0, area.width, area.height, X.ZPixmap, 0xFFFFFFFF)
    pixels = np.frombuffer(image.data, np.uint8).reshape(area.height, area.width, 4)
    return inside(np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGRA2BGR), np.uint8), width, height)
