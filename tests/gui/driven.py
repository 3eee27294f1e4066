"""The app as it is, which also writes down where its widgets are, so that a test can point at them: driven.py REPORT."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QWidget

from vbg.gui import app

_EVERY_MS = 100


def report(house: app.House, file: Path) -> None:
    window = house.window
    places = {}
    for widget in window.findChildren(QWidget):
        name = widget.objectName() or widget.accessibleName()
        if name and widget.isVisible() and not widget.visibleRegion().isEmpty():
            corner = widget.mapToGlobal(QPoint(0, 0))
            places[name] = [corner.x(), corner.y(), widget.width(), widget.height()]
    picture = window.preview.picture
    corner = window.preview.mapToGlobal(picture.topLeft())
    places["picture"] = [corner.x(), corner.y(), picture.width(), picture.height()]
    told: dict[str, Any] = {"places": places, "shown": window.preview.shown, "pictured": window.preview.pictured}
    told |= {"state": window.state.text(), "active": window.isActiveWindow()}
    if house.loaded is not None:
        engine = house.loaded.engine
        told |= {"effect": repr(engine.look.effect), "camera": engine.wanted.camera.name, "chosen": window.camera.currentText()}
        told["model"] = repr(engine.wanted.model)
    files = house.desk._files if house.desk is not None else None
    if files is not None and files.isVisible():
        told["files"] = {row.source.name: [row.state, row.said] for row in files._rows}
        for widget in files.findChildren(QWidget):
            if widget.objectName() and widget.isVisible() and not widget.visibleRegion().isEmpty():
                corner = widget.mapToGlobal(QPoint(0, 0))
                places[widget.objectName()] = [corner.x(), corner.y(), widget.width(), widget.height()]
    part = file.with_suffix(".part")
    part.write_text(json.dumps(told))
    part.replace(file)


def main() -> int:
    file = Path(sys.argv[1])
    opened = app.House.open

    def open_and_report(self: app.House, minimised: bool = False) -> None:
        opened(self, minimised)
        timer = QTimer(self)
        timer.timeout.connect(lambda: report(self, file))
        timer.start(_EVERY_MS)

    app.House.open = open_and_report  # type: ignore[method-assign]
    return app.run()


if __name__ == "__main__":
    sys.exit(main())
