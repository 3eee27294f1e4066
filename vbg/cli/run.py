"""`vbg run`: camera in, covered picture out, until Ctrl-C."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Any

from vbg.cli import chroma, person, style
from vbg.errors import UsageError

_LINE_S = 0.5  # between two updates of the live line
_PATIENCE_S = 5.0  # after Ctrl-C, for whatever hangs


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    from vbg.effects.blur import Blur
    from vbg.spec import knobs

    blur = knobs(Blur)["strength"]
    parser = commands.add_parser(
        "run",
        help="cover the room and feed the virtual camera",
        description="Cover the room and feed the virtual camera. What is not given comes from the settings file.",
    )
    add = parser.add_argument
    add(
        "--camera",
        metavar="NAME|INDEX|PATH|demo",
        help="webcam, video or picture file, demo, or test-card (default: the first webcam)",
    )
    add("--background", metavar="none|blur|#rrggbb|FILE", help="what covers the room (default: blur)")
    add("--blur", type=float, metavar=f"{blur.low:g}..{blur.high:g}", help=f"{blur.help} (default: 0.5, no unit)")
    add(
        "--set",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="a setting of the background, as depth=0.5; may be repeated",
    )
    add(
        "--output",
        action="append",
        metavar="virtual|pipewire|FILE|mjpeg|null",
        help="virtual, virtual:/dev/videoN, pipewire, a .mp4/.mkv/.mov file, mjpeg (a page), or null; may be repeated "
        "(default: virtual)",
    )
    add(
        "--also",
        nargs=2,
        action="append",
        metavar=("OUTPUT", "LOOK"),
        help="one more output, with another background or a preset of yours; `none` shows the room there",
    )
    add("--size", type=size, metavar="WxH", help="size of the output in pixels (default: the camera's)")
    add("--fps", type=float, metavar="N", help="frames per second asked of the camera (default: the camera's)")
    add("--seconds", type=float, default=0.0, metavar="N", help="stop after N seconds of picture (default: 0, no end)")
    add(
        "--model",
        metavar="NAME",
        help="follow, landscape, square, chroma, constant, or one of yours: see `vbg models` (default: follow)",
    )
    style.add_to(parser)
    person.add_to(parser)
    chroma.add_to(parser)
    add("--always-on", action="store_true", help="keep the camera open though no program reads the virtual camera")
    add(
        "--cpu",
        type=percent,
        metavar="N%",
        help="share of one processor core that vbg may use, at least 5%% (default: no limit)",
    )
    add(
        "--capture-room",
        action="store_true",
        help="learn the empty room first: step out of the picture; as soon as nobody is in it, that takes three seconds",
    )
    add("--shortcuts", action="store_true", help="ask the desktop for keys that work everywhere (its portal, where it has one)")
    add("--json", action="store_true", help="print the figures as one JSON object at the end")
    parser.set_defaults(action=action)


def size(text: str) -> tuple[int, int]:
    """WIDTHxHEIGHT in pixels."""
    width, _, height = text.lower().partition("x")
    if not (width.isdigit() and height.isdigit() and int(width) and int(height)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size; write it as 1280x720")
    return int(width), int(height)


def percent(text: str) -> float:
    """50% or 50."""
    try:
        return float(text.removesuffix("%"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a share of a core; write it as 50%") from None


def action(arguments: argparse.Namespace) -> int:
    """Do it; returns the exit code."""
    import cv2

    from vbg import memory
    from vbg.session import Session
    from vbg.store import load, settings_path

    memory.one_heap()
    cv2.setNumThreads(1)  # its pool would cost more CPU than it saves time on pictures as small as a mask

    saved = load(settings_path())
    for problem in saved.problems:
        print(f"vbg: {problem}", file=sys.stderr)
    if arguments.seconds < 0:
        raise UsageError("--seconds cannot be negative")
    look = _look(arguments, saved.look)
    session = Session(_setup(arguments, saved.setup, look), look, arguments.seconds)
    with _stopped_by_signals(session), _steered(session), _live_line(session):
        status = _to_the_end(session)
    if arguments.json:
        print(json.dumps(figures(status)))
    return 0


def figures(status: Any) -> dict[str, Any]:
    """The JSON object: a contract."""
    output = asdict(status.outputs[0]) if status.outputs else {}
    return {
        "frames": status.frames,
        "dropped": status.dropped,
        "seconds": status.seconds,
        "fps": status.fps,
        "latency_ms": asdict(status.latency),
        "stages_ms": {stage: asdict(spread) for stage, spread in status.stages.items()},
        "camera": asdict(status.camera) if status.camera else {},
        "output": output | (asdict(status.canvas) if status.canvas else {}),
    }


def _setup(arguments: argparse.Namespace, saved: Any, look: Any) -> Any:
    from vbg import choose

    changes: dict[str, Any] = {}
    if arguments.camera is not None:
        changes["camera"] = choose.camera(arguments.camera)
    if arguments.output is not None:
        changes["outputs"], changes["own"] = tuple(map(choose.output, arguments.output)), ()
    for text, name in arguments.also or ():
        output = choose.output(text)
        changes["outputs"] = (*changes.get("outputs", saved.outputs), output)
        changes["own"] = (*changes.get("own", saved.own), (output, _own(name, look)))
    outputs = changes.get("outputs", saved.outputs)
    if len(set(outputs)) < len(outputs):
        raise UsageError("an output is named twice", "Give each virtual camera its device: virtual:/dev/video10.")
    if arguments.model is not None:
        changes["model"] = choose.model(arguments.model)
    changes["model"] = chroma.chosen(arguments, changes.get("model", saved.model))
    if arguments.size is not None:
        changes["width"], changes["height"] = arguments.size
    if arguments.always_on:
        changes["always_on"] = True
    if arguments.shortcuts:
        changes["shortcuts"] = True
    if arguments.cpu is not None:
        changes["cpu_percent"] = arguments.cpu
    if arguments.fps is not None:
        changes["fps"] = arguments.fps
    return replace(saved, **changes)


def _own(name: str, look: Any) -> Any:
    """The look of an output of its own: a preset of the user's, or the session's with another background."""
    from vbg import choose, store
    from vbg.effects.blur import Blur

    presets, _ = store.load_presets(store.presets_path())
    strength = look.effect.strength if isinstance(look.effect, Blur) else 0.5
    own = presets[name] if name in presets else replace(look, effect=choose.effect(name, strength), captures=0)
    own.effect.open(64, 36).close()
    return own


def _look(arguments: argparse.Namespace, saved: Any) -> Any:
    from vbg import choose
    from vbg.effects.blur import Blur

    strength = 0.5 if arguments.blur is None else arguments.blur
    if arguments.background is not None:
        chosen = choose.effect(arguments.background, strength)
    elif arguments.blur is not None:
        chosen = Blur(strength)
    else:
        chosen = saved.effect
    chosen = choose.tuned(chosen, arguments.set)
    chosen.open(64, 36).close()  # a background that cannot be opened is said now, not hidden behind a plain colour
    return replace(
        saved,
        effect=chosen,
        style=style.chosen(arguments, saved.style),
        presence=person.chosen(arguments, saved.presence),
        figure=person.chosen(arguments, saved.figure),
        captures=int(arguments.capture_room),
    )


def _to_the_end(session: Any) -> Any:
    """Run the session on a thread of its own: whatever hangs there, this one hears signals. Returns its last status."""
    session.start()
    pages: set[str] = set()
    while True:
        try:
            return session.wait(_LINE_S)
        except TimeoutError:
            for page in {one.target for one in session.status().outputs if one.target.startswith("http://")} - pages:
                pages.add(page)  # it holds a secret that nothing else tells
                print(f"\rvbg: look at {page}", file=sys.stderr, flush=True)
            if session.overdue(_PATIENCE_S):
                session.abandon()
                print("vbg: something does not answer; ended without it", file=sys.stderr, flush=True)
                os._exit(1)  # the thread that hangs cannot be ended otherwise


@contextmanager
def _stopped_by_signals(session: Any) -> Iterator[None]:
    """Ctrl-C, SIGTERM and a closed terminal end the session at a frame boundary: files are whole, devices given back."""
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.signal(number, lambda *_: session.stop()) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _steered(session: Any) -> Iterator[None]:
    """Other programs may steer it meanwhile: `vbg ctl`."""
    from vbg.control.service import Service
    from vbg.control.steering import Steering

    service = Service(Steering.of(session))
    try:
        yield
    finally:
        service.close()


@contextmanager
def _live_line(session: Any) -> Iterator[None]:
    """One line that renews itself, where somebody looks at a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    done = threading.Event()

    def show() -> None:
        while not done.wait(_LINE_S):
            room = shutil.get_terminal_size().columns - 1  # a line that wraps could not be renewed
            print(f"\r\033[K{line(session.status())[:room]}", end="", file=sys.stderr, flush=True)
        print(f"\r\033[K{line(session.status())}", file=sys.stderr)

    thread = threading.Thread(target=show, name="vbg-line")
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def line(status: Any) -> str:
    """The live line: rate, latency, dropped frames, milliseconds per stage, and what is wrong."""
    stages = " ".join(f"{stage} {spread.p50:.1f}" for stage, spread in status.stages.items())
    parts = [
        f"{status.phase}",
        f"{status.fps:.1f} fps",
        f"latency {status.latency.p50:.1f}/{status.latency.p95:.1f} ms",
        f"dropped {status.dropped}",
        f"{stages} ms" if stages else "",
        status.fault or status.notice or status.hint,
    ]
    return " | ".join(part for part in parts if part)
