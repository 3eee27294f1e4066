"""Photos and videos that get another background: a queue with a preview, worked off one after the other."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent, QImageReader
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from vbg import store
from vbg.errors import SettingsError
from vbg.figures.figure import Figure
from vbg.gui.conversion import Conversion
from vbg.gui.filerow import FAILED, LOOKING, READY, SAVED, SAVING, WAITING, FileRow
from vbg.gui.result import Result
from vbg.gui.theme import Theme
from vbg.gui.tr import heard, tr
from vbg.gui.widgets import Alternatives, label
from vbg.pictures import is_picture
from vbg.settings import Look, Setup

_LARGEST = 1600
"""Longer side, pixels, of a preview."""

_LOOK_S = "0.2"
"""Of a video, for its preview."""


class Files(QWidget):
    """A window of its own; hiding it stops nothing. `look` tells the look of now."""

    def __init__(self, theme: Theme, look: Callable[[], Look], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._theme, self._look = theme, look
        self._folder = Path(tempfile.mkdtemp(prefix="vbg-"))
        self._rows: list[FileRow] = []
        self._shown: FileRow | None = None
        self._running: tuple[FileRow, Conversion] | None = None
        self._count, self._known = 0, look()
        self.setObjectName("window")
        self.setWindowTitle(tr("Photos and videos"))
        self.setAcceptDrops(True)
        self.resize(720, 640)
        self._layout()
        self._show(None)

    def add(self, files: list[Path]) -> None:
        """Take these into the queue, and show the first of them."""
        self._look_again()
        added = [self._row(file) for file in files if not file.is_dir()]
        if added:
            self._show(added[0])
        self._go_on()

    def close_all(self) -> None:
        """End what runs, and leave nothing behind."""
        if self._running is not None:
            row, conversion = self._running
            conversion.close()
            self._drop_part(row)
            self._running = None
        shutil.rmtree(self._folder, ignore_errors=True)
        self.hide()

    def sizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        return QSize(720, 640)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        event.acceptProposedAction()
        self.add([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def save(self, row: FileRow, target: Path) -> None:
        """Write what is made of it to `target`, as soon as it is its turn."""
        row.target = target
        if row.made is not None and target.suffix.lower() == ".png" and not row.video and self._look() == self._known:
            self._finish(row, row.made)
            return
        row.tell(WAITING)
        self._go_on()

    def _layout(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 14, 14, 14)
        column.setSpacing(12)
        head = QHBoxLayout()
        head.addWidget(label(tr("New background"), "strong"))
        self._kind = Alternatives(self._theme, [tr("As in the preview"), tr("Transparent")], tr("New background"))
        self._kind.choose(0)
        self._kind.chosen.connect(lambda _: self._anew())
        head.addWidget(self._kind)
        head.addStretch(1)
        self._add_button = self._button(tr("Add files"), self._pick, "add-files")
        self._all = self._button(tr("Save all"), self._save_all, "save-all")
        head.addWidget(self._add_button)
        head.addWidget(self._all)
        self._result = Result(self._theme)
        column.addLayout(head)
        column.addWidget(self._result, 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setFixedHeight(224)
        inner = QWidget()
        inner.setObjectName("page")
        self._list = QVBoxLayout(inner)
        self._list.setContentsMargins(0, 0, 4, 0)
        self._list.setSpacing(8)
        self._list.addStretch(1)
        area.setWidget(inner)
        column.addWidget(area)

    def _button(self, text: str, action: Callable[[], object], name: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.clicked.connect(lambda: action())
        return button

    def _row(self, file: Path) -> FileRow:
        row = FileRow(self._theme, file, not is_picture(file))
        row.chosen.connect(lambda: self._show(row))
        row.save.connect(lambda: self._ask_target(row))
        row.cancel.connect(lambda: self._cancel(row))
        row.reveal.connect(lambda: _reveal(row.target or file))
        row.remove.connect(lambda: self._remove(row))
        self._rows.append(row)
        self._list.insertWidget(self._list.count() - 1, row)
        return row

    # what is to be done

    @property
    def _clear(self) -> bool:
        look = self._look()
        return self._kind.group.checkedId() == 1 or not look.covers

    def _words(self, row: FileRow, output: Path, whole: bool) -> list[str]:
        """What stands after `vbg`. whole: all of a video, not only its beginning."""
        look, clear = self._look(), self._clear
        kept = self._folder / "look.toml"
        store.save(kept, Setup(), replace(look, figure=Figure()) if clear else look)
        words = ["video" if row.video else "photo", str(row.source), "-o", str(output), "--look", str(kept), "--json"]
        words += ["--background", "transparent"] if clear else []
        return words if whole or not row.video else [*words, "--to", _LOOK_S]

    def _go_on(self) -> None:
        """Begin the next one, previews first."""
        self._all.setEnabled(any(row.state in (READY, WAITING, LOOKING) for row in self._rows))
        waiting = [row for row in self._rows if row.state == WAITING]
        if self._running is not None or not waiting:
            return
        row = min(waiting, key=lambda one: one.image is not None)
        saves = row.image is not None and row.target is not None
        self._count += 1
        try:
            output = self._part(row) if saves else self._folder / f"{self._count}" / ("%04d.png" if row.video else "made.png")
            output.parent.mkdir(parents=True, exist_ok=True)
            conversion = Conversion(self, self._words(row, output, saves))
        except (OSError, SettingsError) as e:
            row.tell(FAILED, heard(f"{e}"))
            self._go_on()
            return
        row.tell(SAVING if saves else LOOKING)
        conversion.progressed.connect(row.progress)
        row.look = self._known, self._clear
        conversion.ended.connect(lambda why: self._ended(row, output, saves, why))
        self._running = row, conversion
        conversion.start()
        self._refresh(row)

    def _ended(self, row: FileRow, output: Path, saves: bool, why: str) -> None:
        assert self._running is not None
        cancelled = row.target is None and saves
        self._running[1].deleteLater()
        self._running = None
        if row not in self._rows:
            pass
        elif cancelled:
            self._drop_part(row)
            row.tell(READY, tr("Cancelled"))
        elif why:
            self._drop_part(row)
            row.tell(FAILED, heard(why))
        elif saves:
            self._finish(row, output)
        elif row.look != (self._known, self._clear):
            row.tell(WAITING)  # another background was chosen meanwhile
        else:
            self._take_preview(row, output)
        self._refresh(row)
        self._go_on()

    def _take_preview(self, row: FileRow, output: Path) -> None:
        made = output.with_name("0001.png") if row.video else output
        reader = QImageReader(str(made))
        size = reader.size()
        if max(size.width(), size.height()) > _LARGEST:
            reader.setScaledSize(size.scaled(_LARGEST, _LARGEST, Qt.AspectRatioMode.KeepAspectRatio))
        image = reader.read()
        if image.isNull():
            row.tell(FAILED, tr("There is no picture in it."))
            return
        row.image, row.made = image, made
        row.tell(WAITING if row.target is not None else READY)

    def _finish(self, row: FileRow, made: Path) -> None:
        """Put it where it belongs: whole or not at all."""
        assert row.target is not None
        try:
            if row.part is None:
                made = Path(shutil.copyfile(made, self._part(row)))
            made.replace(row.target)
        except OSError as e:
            row.tell(FAILED, f"{row.target.name}: {e.strerror}")
        else:
            row.tell(SAVED, row.target.name)
        self._drop_part(row)

    def _part(self, row: FileRow) -> Path:
        """Where it is written first: in a hidden folder beside its target, so that nothing half stays when it is cancelled."""
        assert row.target is not None
        row.part = Path(tempfile.mkdtemp(prefix=".vbg-", dir=row.target.parent))
        return row.part / row.target.name

    def _drop_part(self, row: FileRow) -> None:
        if row.part is not None:
            shutil.rmtree(row.part, ignore_errors=True)
            row.part = None

    # what the user does

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self._look_again()
        super().changeEvent(event)

    def _look_again(self) -> None:
        """Take in what the look has become."""
        look = self._look()
        if look != self._known:
            self._known = look
            self._anew()
        if not look.covers:
            self._kind.choose(1)

    def _anew(self) -> None:
        """Another background: every preview is made again."""
        for row in self._rows:
            if row.state not in (SAVING, LOOKING):
                row.image, row.made, row.target = None, None, None
                row.tell(WAITING)
        self._show(self._shown)
        self._go_on()

    def _ask_target(self, row: FileRow) -> None:
        dialog = QFileDialog(self, tr("Save as"), str(self._free(row.source.parent, row)))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        kinds = "*.webm *.mov" if row.video and self._clear else "*.mp4 *.mkv *.webm" if row.video else "*.png *.webp"
        dialog.setNameFilter(f"({kinds if row.video or self._clear else kinds + ' *.jpg'})")
        dialog.selectFile(self._free(row.source.parent, row).name)
        dialog.setDefaultSuffix(self._suffix(row).removeprefix("."))
        dialog.fileSelected.connect(lambda text: self.save(row, Path(text)))
        dialog.open()

    def _save_all(self) -> None:
        dialog = QFileDialog(self, tr("Save all"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda text: self._save_into(Path(text)))
        dialog.open()

    def _save_into(self, folder: Path) -> None:
        for row in self._rows:
            if row.state == READY:
                self.save(row, self._free(folder, row))
            elif row.state in (WAITING, LOOKING) and row.target is None:
                row.target = self._free(folder, row)

    def _suffix(self, row: FileRow) -> str:
        return (".webm" if self._clear else ".mp4") if row.video else ".png"

    def _free(self, folder: Path, row: FileRow) -> Path:
        """A name that nothing has."""
        taken = {one.target for one in self._rows if one is not row}
        name, count = f"{row.source.stem} {tr('new background') if not self._clear else tr('cut out')}", 1
        target = folder / f"{name}{self._suffix(row)}"
        while target.exists() or target in taken:
            count += 1
            target = folder / f"{name} {count}{self._suffix(row)}"
        return target

    def _pick(self) -> None:
        dialog = QFileDialog(self, tr("Add files"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda files: self.add([Path(one) for one in files]))
        dialog.open()

    def _cancel(self, row: FileRow) -> None:
        row.target = None
        if self._running is not None and self._running[0] is row:
            self._running[1].cancel()
        else:
            row.tell(READY if row.image is not None else WAITING, tr("Cancelled") if row.image is not None else "")

    def _remove(self, row: FileRow) -> None:
        self._rows.remove(row)
        row.hide()
        row.deleteLater()
        if self._shown is row:
            self._show(self._rows[0] if self._rows else None)

    def _show(self, row: FileRow | None) -> None:
        self._shown = row
        for one in self._rows:
            one.mark(one is row)
        if row is not None:
            self._refresh(row)
        else:
            about = tr("Drop photos and videos here: the people in them get the background that you see, or none.")
            self._result.show_image(None, "picture", tr("Nothing here yet"), about)

    def _refresh(self, row: FileRow) -> None:
        if row is not self._shown:
            return
        if row.image is not None:
            self._result.show_image(row.image)
        elif row.state == FAILED:
            self._result.show_image(None, "warn", tr("That did not work"), row.said)
        else:
            self._result.show_image(None, "picture", row.source.name, row.said)


def _reveal(file: Path) -> None:
    """Open the folder that it is in."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(file.parent)))
