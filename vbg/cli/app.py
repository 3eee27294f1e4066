"""`vbg` without a command: the window; where there is no screen, a look at what vbg does, on the built-in clip."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vbg.cameras import Camera
    from vbg.frame import Pixels

_SECONDS = 10.0
_CELLS = 6

_NEXT = """
Next:
  vbg devices                                  what cameras and virtual cameras this machine has
  vbg run                                      your webcam, blurred, into the virtual camera: choose it in your meeting
  vbg run --background beach.jpg               a picture instead of the blur; a video or '#00b140' work too
  vbg run --camera demo --output try.mp4       the demo clip into a file
(in a checkout, vbg is .venv/bin/vbg)"""


def action(arguments: argparse.Namespace) -> int:
    """Open the window, or, where there is no screen or no Qt, show what would be seen there."""
    from vbg.gui import environment

    if environment.can_open():
        from vbg.gui.app import run

        return run(minimised=arguments.minimised)
    return demo()


def demo() -> int:
    """Run the demo clip for ten seconds into out/demo.mp4, with a contact sheet beside it."""
    from vbg.cameras.demo import Demo
    from vbg.cameras.video_file import VideoFile
    from vbg.effects.blur import Blur
    from vbg.models.follow import Follow
    from vbg.session import Session
    from vbg.settings import Look, Setup
    from vbg.sheet import sheet, write_png
    from vbg.sinks.video_file import VideoOut

    folder = Path("out")
    folder.mkdir(exist_ok=True)
    clip, picture = folder / "demo.mp4", folder / "demo.png"
    print(f"Ten seconds of the demo clip, the room blurred, into {clip} ...")
    setup = Setup(Demo(), Follow(), (VideoOut(str(clip)),))
    status = Session(setup, Look(Blur()), _SECONDS).run()
    every = max(1, status.frames // _CELLS)
    rows = [("camera", list(_sampled(Demo(), every))), ("what the meeting sees", list(_sampled(VideoFile(str(clip)), every)))]
    write_png(picture, sheet(rows))
    print(f"{status.frames} frames, {status.fps:.0f} a second, {status.latency.p50:.1f} ms each. Contact sheet: {picture}")
    print(_NEXT)
    return 0


def _sampled(camera: Camera, every: int) -> Iterator[Pixels]:
    """Every so-manieth frame of `camera`, `_CELLS` in all."""
    source = camera.open()
    try:
        for index in range(every * _CELLS):
            frame = source.read()
            if frame is None:
                return
            if index % every == every // 2:
                yield frame.pixels
    finally:
        source.close()
