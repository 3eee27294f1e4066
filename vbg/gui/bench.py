"""`vbg bench --window`: what the preview costs per frame, and how soon the window shows itself and a covered picture."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from vbg import memory
from vbg.bench.machine import resident_mb
from vbg.gui import environment
from vbg.gui.theme import Theme

_FRAMES = 300
_LIMIT_S = 60
_SETTLE_MS = 5000


def benchmark(width: int, height: int) -> dict[str, Any]:
    """preview_ms: CPU time per frame from the slot to the screen, median. The start's figures are seconds since the process
    was started; the second start finds the compiled kernels. rss_mb: memory of that one after five seconds, megabytes. platform:
    Qt's, `offscreen` where there is no screen."""
    if not environment.can_open():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    first, second = _started(), _started()
    first.pop("rss_mb")
    resident = second.pop("rss_mb")
    return {**_preview(width, height), "rss_mb": resident, "first_start_s": first, "start_s": second}


def _preview(width: int, height: int) -> dict[str, Any]:
    from vbg.cameras.demo import Demo
    from vbg.gui.preview import PreviewView
    from vbg.sinks.preview import Preview
    from vbg.tap import Tap

    environment.tidy()
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    view, sink = PreviewView(Theme(app)), Preview()
    view.resize(790, 444)
    view.show()
    view.say("", "", "")
    view.attach(sink, Tap())
    source = Demo().open(width, height)
    costs = []
    for _ in range(_FRAMES):
        frame = source.read()
        assert frame is not None
        sink.slot.put(frame)
        began = time.process_time()
        view.tick()
        view.repaint()
        app.processEvents()
        costs.append(time.process_time() - began)
    source.close()
    view.close()
    size = f"{round(view.width() * view.devicePixelRatioF())}x{round(view.height() * view.devicePixelRatioF())}"
    return {"preview_ms": round(1e3 * median(costs), 3), "preview_size": size, "platform": app.platformName()}


def _started() -> dict[str, float]:
    """One start of the app in a process of its own, with settings of its own, on the demo clip where there is no camera."""
    with tempfile.TemporaryDirectory() as home:
        surroundings = {key: f"{home}/{key}" for key in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR")}
        Path(surroundings["XDG_RUNTIME_DIR"]).mkdir(mode=0o700)
        given = {**os.environ, **surroundings, "VBG_STARTED": repr(time.monotonic())}
        code = "from vbg.gui.bench import start; start()"
        done = subprocess.run(
            [sys.executable, "-c", code], env=given, check=True, capture_output=True, text=True, timeout=_LIMIT_S
        )
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def start() -> None:
    """Open the app, print when it painted first and when it showed a covered picture first, and what memory it takes then, and
    end."""
    began = float(os.environ["VBG_STARTED"])
    from vbg.gui import icons
    from vbg.gui.app import House
    from vbg.gui.preferences import Preferences

    environment.tidy()
    memory.one_heap()
    app = QApplication([])
    app.setWindowIcon(icons.app_icon())
    app.setQuitOnLastWindowClosed(False)
    house = House(app, Preferences())
    figures: dict[str, float] = {}

    class Painted(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt's name
            if event.type() == QEvent.Type.Paint:
                figures.setdefault("first_paint", round(time.monotonic() - began, 3))
            return False

    painted = Painted()
    house.window.installEventFilter(painted)
    house.open()

    def look() -> None:
        if house.desk is not None and house.window.preview.pictured:
            timer.stop()
            figures["first_covered_picture"] = round(time.monotonic() - began, 3)
            QTimer.singleShot(_SETTLE_MS, app.quit)

    timer = QTimer(interval=5)
    timer.timeout.connect(look)
    timer.start()
    app.exec()
    figures["rss_mb"] = round(resident_mb(), 1)
    house.close()
    print(json.dumps(figures))
