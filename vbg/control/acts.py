"""Does what another program asks. Raises VbgError where that cannot be; then nothing has changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from vbg import backgrounds, choose, photo_out, store
from vbg.control.steering import Steering
from vbg.effects import Effect
from vbg.effects.blur import Blur
from vbg.errors import OutputError, UsageError
from vbg.matting.style import PRESETS

_STRENGTH = 0.5


def act(do: str, values: dict[str, Any], steering: Steering) -> None:
    """`do` one of `wire.ASKED`, with its values; "status" and "watch" change nothing."""
    if do in _ACTS:
        _ACTS[do](steering, **values)


def blur(steering: Steering, strength: float | None = None) -> None:
    """The room blurred; as strongly as it was where no strength is given."""
    now = steering.look.get().effect
    if not isinstance(now, Blur):
        now = Blur(_STRENGTH)
    _cover(steering, now if strength is None else replace(now, strength=strength))


def background(steering: Steering, name: str) -> None:
    """What `vbg run --background` takes, or the title of one that the user added in the window."""
    now = steering.look.get().effect
    strength = now.strength if isinstance(now, Blur) else _STRENGTH
    try:
        chosen = choose.effect(name, strength)
    except UsageError:
        own = backgrounds.Library(backgrounds.folder()).all()
        found = next((one for one in own if name in (one.title, Path(one.key).name)), None)
        if found is None:
            raise
        chosen = found.effect
    _cover(steering, chosen)


def preset(steering: Steering, name: str) -> None:
    """One that the user saved in the window, or one of vbg's own, which change the outline only."""
    looks, _ = store.load_presets(store.presets_path())
    if name in looks:
        look = looks[name]
        _openable(look.effect)
        steering.look.update(lambda now: replace(look, captures=now.captures))
    elif name in PRESETS:
        steering.look.update(lambda now: replace(now, style=replace(now.style, **PRESETS[name])))
    else:
        raise UsageError(f"there is no preset called {name!r}", f"Presets: {', '.join([*looks, *PRESETS])}.")


def pause(steering: Steering) -> None:
    """The camera's light goes out, and a card goes out."""
    steering.setup.update(lambda now: replace(now, paused=True))


def resume(steering: Steering) -> None:
    """Go on after a pause."""
    steering.setup.update(lambda now: replace(now, paused=False))


def toggle(steering: Steering) -> None:
    """Pause, or go on: for one key that does both."""
    steering.setup.update(lambda now: replace(now, paused=not now.paused))


def camera(steering: Steering, name: str) -> None:
    """What `vbg run --camera` takes. Whether it can be opened is told by the status."""
    chosen = choose.camera(name)
    steering.setup.update(lambda now: replace(now, camera=chosen))


def snapshot(steering: Steering, file: str) -> None:
    """Write the picture that others see now. Never the camera's own: where the room goes out uncovered, nothing is written."""
    path = Path(file)
    if not path.is_absolute():
        raise UsageError(f"{file} is no whole path", "Write it from the root on: /home/you/picture.png.")
    if path.suffix.lower() not in photo_out.KINDS:
        raise UsageError(f"cannot write {path.name}", f"A snapshot is a file ending in {', '.join(photo_out.KINDS)}.")
    shown = steering.shown()
    if shown is None:
        raise OutputError("no covered picture goes out now", "Go on after a pause, or choose a background, and ask again.")
    photo_out.write(path, shown.pixels)


_ACTS: dict[str, Callable[..., None]] = {
    one.__name__: one for one in (blur, background, preset, pause, resume, toggle, camera, snapshot)
}


def _cover(steering: Steering, effect: Effect) -> None:
    _openable(effect)
    steering.look.update(lambda now: replace(now, effect=effect))


def _openable(effect: Effect) -> None:
    """Raises where it cannot be opened: said now, not hidden behind a plain colour."""
    effect.open(64, 36).close()
