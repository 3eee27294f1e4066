"""The page with the backgrounds: the blur switch, and a grid to choose from."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QButtonGroup, QColorDialog, QFileDialog, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from vbg.backgrounds import COLOURS, MOVING, PICTURES, PLAIN, Background
from vbg.effects import Effect
from vbg.effects.blur import Blur
from vbg.effects.colour import Colour
from vbg.gui.forms import Form, Slider
from vbg.gui.theme import Theme
from vbg.gui.thumbnails import Thumbnails
from vbg.gui.tiles import Tile
from vbg.gui.tr import tr
from vbg.gui.widgets import Switch, label

_COLUMNS = 3
_STEPS = 100


class Picker(QWidget):
    """`chosen` comes with an effect, `added` with paths of files, `removed` with a background of the user's."""

    chosen = Signal(object)
    added = Signal(list)
    removed = Signal(object)

    def __init__(self, theme: Theme, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._theme, self._thumbnails = theme, thumbnails
        self._effect: Effect | None = None
        self._unblurred: Effect = PLAIN[0].effect
        self._form: Form | None = None
        self._tiles: dict[str, Tile] = {}
        self._backgrounds: dict[str, Background] = {}
        self._order: list[Tile] = []
        self.setObjectName("page")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(self._blur_row())
        column.addWidget(self._strength)
        column.addWidget(self._grid(), 1)
        self._options = QVBoxLayout()
        column.addLayout(self._options)
        self._group = QButtonGroup(self)
        thumbnails.ready.connect(self._show_picture)

    def show_library(self, own: tuple[Background, ...]) -> None:
        """Lay the grid out anew, with these backgrounds of the user's."""
        focused = next((key for key, tile in self._tiles.items() if tile.hasFocus()), "")
        for tile in self._order:
            self._group.removeButton(tile)
        self._tiles.clear()
        self._backgrounds.clear()
        self._order.clear()
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(1, 2, 1, 6)
        self._column.setSpacing(6)
        self._section("", [self._tile(one) for one in PLAIN])
        self._section(tr("Pictures"), [self._tile(one) for one in PICTURES])
        self._section(tr("Moving"), [self._tile(one) for one in MOVING])
        add = Tile(self._theme, tr("Add"), icon="plus")
        add.setToolTip(tr("Add pictures or videos. Dropping and pasting them works too."))
        add.clicked.connect(self._pick_files)
        self._section(tr("Yours"), [*(self._tile(one) for one in own), add])
        other = Tile(self._theme, tr("Other"), icon="brush")
        other.setAccessibleName(tr("Another colour"))
        other.clicked.connect(self._pick_colour)
        self._section(tr("Colours"), [*(self._tile(one) for one in COLOURS), other])
        self._column.addStretch(1)
        self._area.setWidget(inner)
        if self._effect is not None:
            self._mark(self._effect)
        if focused in self._tiles:
            self._tiles[focused].setFocus()

    def blur(self, on: bool) -> None:
        """As if the switch had been used."""
        self._switch.setChecked(on)

    def show_effect(self, effect: Effect) -> None:
        """Mark what is in force; nothing is emitted."""
        if isinstance(effect, Blur):
            with QSignalBlocker(self._strength):
                self._strength.setValue(round(effect.strength * _STEPS))
        else:
            self._unblurred = effect
        self._switch.show_state(isinstance(effect, Blur))
        self._strength.setVisible(isinstance(effect, Blur))
        same_kind = self._form is not None and self._effect is not None and effect.name == self._effect.name
        self._effect = effect
        self._mark(effect)
        if same_kind and self._form is not None:
            self._form.show_spec(effect)
        else:
            self._show_options(effect)

    def _walk(self, pressed: int) -> None:
        """An arrow key: the focus goes on, nothing is chosen."""
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        at = next((i for i, tile in enumerate(self._order) if tile.hasFocus()), 0)
        if pressed in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            at = self._nearest(at, pressed == Qt.Key.Key_Down)
        else:
            step = 1 if (pressed == Qt.Key.Key_Right) != rtl else -1
            at = max(0, min(len(self._order) - 1, at + step))
        self._order[at].setFocus(Qt.FocusReason.TabFocusReason)
        self._area.ensureWidgetVisible(self._order[at])

    def _blur_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        title = label(tr("Blur the room"), "strong")
        self._switch = Switch(self._theme, tr("Blur the room"))
        self._switch.setObjectName("blur")
        self._switch.toggled.connect(self._toggle_blur)
        title.setBuddy(self._switch)
        row.addWidget(title, 1)
        row.addWidget(self._switch)
        self._strength = Slider()
        self._strength.setObjectName("strength")
        self._strength.setRange(0, _STEPS)
        self._strength.setPageStep(10)
        self._strength.setAccessibleName(tr("Blur strength"))
        self._strength.setToolTip(tr("Blur strength"))
        self._strength.valueChanged.connect(lambda value: self.chosen.emit(Blur(value / _STEPS)))
        self._strength.setValue(50)
        return row

    def _grid(self) -> QScrollArea:
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return self._area

    def _tile(self, one: Background) -> Tile:
        tile = Tile(self._theme, one.title if one.own else tr(one.title), one.moves, one.own)
        tile.setObjectName(f"tile-{Path(one.key).name}")
        tile.clicked.connect(lambda: self.chosen.emit(self._wanted(one)))
        tile.remove.connect(lambda: self.removed.emit(one))
        self._group.addButton(tile)
        self._tiles[one.key], self._backgrounds[one.key] = tile, one
        self._thumbnails.ask(one)
        return tile

    def _wanted(self, one: Background) -> Effect:
        """A background that is chosen again keeps its settings."""
        return self._effect if self._effect is not None and _same(one.effect, self._effect) else one.effect

    def _section(self, title: str, tiles: list[Tile]) -> None:
        if title:
            heading = label(title, "section")
            heading.setContentsMargins(3, 8, 0, 0)
            self._column.addWidget(heading)
        grid = QGridLayout()
        grid.setSpacing(4)
        for at, tile in enumerate(tiles):
            grid.addWidget(tile, at // _COLUMNS, at % _COLUMNS)
            tile.walk.connect(self._walk)
            self._order.append(tile)
        for column in range(_COLUMNS):
            grid.setColumnStretch(column, 1)
            grid.setColumnMinimumWidth(column, 64)
        self._column.addLayout(grid)

    def _nearest(self, at: int, down: bool) -> int:
        """The tile under or above: the one whose middle is nearest in the next row."""
        here = self._order[at].mapTo(self, self._order[at].rect().center())
        beyond = [(i, tile.mapTo(self, tile.rect().center())) for i, tile in enumerate(self._order)]
        beyond = [(i, p) for i, p in beyond if (p.y() > here.y() + 10 if down else p.y() < here.y() - 10)]
        return min(beyond, key=lambda one: (abs(one[1].y() - here.y()), abs(one[1].x() - here.x())))[0] if beyond else at

    def _mark(self, effect: Effect) -> None:
        key = self._key_of(effect)
        self._group.setExclusive(False)
        for name, tile in self._tiles.items():
            tile.setChecked(name == key)
        self._group.setExclusive(True)

    def _key_of(self, effect: Effect) -> str:
        if isinstance(effect, Blur):
            return "slight" if effect.strength < 0.5 else "strong"
        for key, one in self._backgrounds.items():
            if _same(one.effect, effect):
                return key
        return ""

    def _toggle_blur(self, on: bool) -> None:
        self.chosen.emit(Blur(self._strength.value() / _STEPS) if on else self._unblurred)

    def _show_options(self, effect: Effect) -> None:
        if self._form is not None:
            self._form.hide()
            self._form.deleteLater()
            self._form = None
        if isinstance(effect, Blur | Colour):
            return
        form = Form(self._theme, effect, leave_out=("file",))
        if form.empty:
            form.deleteLater()
            return
        form.changed.connect(self.chosen)
        form.setContentsMargins(0, 6, 0, 0)
        self._form = form
        self._options.addWidget(form)

    def _show_picture(self, key: str, image: object) -> None:
        if key in self._tiles:
            self._tiles[key].show_picture(image)  # type: ignore[arg-type]  # a signal's argument

    def _pick_files(self) -> None:
        dialog = QFileDialog(self, tr("Add backgrounds"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters(
            [
                tr("Pictures and videos") + " (*.jpg *.jpeg *.png *.webp *.gif *.bmp *.mp4 *.mkv *.mov *.webm *.avi)",
                tr("All files") + " (*)",
            ]
        )
        dialog.filesSelected.connect(lambda files: self.added.emit([Path(one) for one in files]))
        dialog.open()

    def _pick_colour(self) -> None:
        now = self._effect.rgb if isinstance(self._effect, Colour) else "#2f3b46"
        dialog = QColorDialog(QColor(now), self)
        dialog.colorSelected.connect(lambda colour: self.chosen.emit(Colour(colour.name())))
        dialog.open()


def _same(one: Effect, other: Effect) -> bool:
    """Whether they are one background, with whatever settings."""
    if isinstance(one, Blur):
        return one == other
    return one.name == other.name and all(getattr(one, part, "") == getattr(other, part, "") for part in ("file", "rgb"))
