"""Between the window and everything else: what the user did becomes a change, what happens becomes words."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from vbg import store
from vbg.backgrounds import Background
from vbg.cameras import Camera
from vbg.cameras.demo import Demo
from vbg.cameras.opencv import Webcam
from vbg.cameras.test_card import TestCard
from vbg.effects import Effect
from vbg.effects.blur import Blur
from vbg.errors import SettingsError, VbgError
from vbg.gui import words
from vbg.gui.guide import Guide
from vbg.gui.keying import Eyedropper
from vbg.gui.loading import Loaded
from vbg.gui.looks import Looks
from vbg.gui.notices import Notices
from vbg.gui.pages import OutlinePage, SettingsPage
from vbg.gui.picker import Picker
from vbg.gui.preferences import Preferences
from vbg.gui.regions import Brush
from vbg.gui.thumbnails import Thumbnails
from vbg.gui.tr import tr
from vbg.gui.watch import Devices
from vbg.gui.window import Window
from vbg.matting.style import Style
from vbg.models.chroma import Chroma
from vbg.settings import Look

if TYPE_CHECKING:
    from vbg.gui.files import Files

_POLL_MS = 200
_SAVE_MS = 600


class Desk(QObject):
    """Made for one window, once everything is loaded. `told` comes with every look at the state."""

    told = Signal(object, object)
    preferences_changed = Signal(object)

    def __init__(self, window: Window, loaded: Loaded, preferences: Preferences) -> None:
        super().__init__(window)
        self._window, self._loaded, self.engine = window, loaded, loaded.engine
        self._devices = Devices()
        self._files: Files | None = None
        self._shown_look, self._shown_setup = self.engine.look, self.engine.wanted
        self._undo: list[Callable[[], object]] = []
        self.thumbnails = Thumbnails()
        engine, theme = self.engine, window.theme
        self.picker = Picker(theme, self.thumbnails)
        self.outline = OutlinePage(theme, engine.look.style, engine.look.presence, engine.look.figure)
        self.settings = SettingsPage(theme, engine.wanted, preferences)
        window.populate({tr("Background"): self.picker, tr("Outline"): self.outline, tr("Settings"): self.settings})
        self._brush = Brush(window.preview)
        self._dropper = Eyedropper(window.preview)
        self._guide = Guide(window.preview, self.outline)
        self._looks = Looks(window.looks, loaded.presets)
        self._saver = QTimer(self, singleShot=True, interval=_SAVE_MS)
        self._saver.timeout.connect(self.save)
        self.notices = Notices(window, preferences.welcomed)
        window.toast.add(tr("Undo"), self.undo)
        self._wire()
        self.picker.show_library(loaded.library.all())
        self.picker.show_effect(engine.look.effect)
        window.show_size(engine.wanted.width, engine.wanted.height)
        window.preview.attach(engine.preview, engine.tap)
        self.notices.mention(loaded.problems[0] if loaded.problems else "")
        self._poller = QTimer(self, interval=_POLL_MS)
        self._poller.timeout.connect(self.poll)
        self._poller.start()
        self._show_cameras()
        self.poll()

    def poll(self) -> None:
        """Look at the engine, and show what is going on."""
        state = self.engine.poll()
        self._follow()
        if state.devices.cameras != self._devices.cameras:
            self._devices = state.devices
            self._show_cameras()
        said = words.said(state)
        learns = self.engine.look.covers and not isinstance(self.engine.wanted.model, Chroma)
        mark = words.room(state.status, learns)
        self._window.show_said(said, words.figures(state), mark, state.paused)
        self._guide.tell(state.status, mark)
        self.notices.tell(state)
        self._brush.fit()
        self._dropper.fit()
        self.told.emit(state, said)

    def choose_effect(self, effect: Effect) -> None:
        """A background from now on."""
        self._change_look(replace(self.engine.look, effect=effect))

    def choose(self, background: Background) -> None:
        self.choose_effect(background.effect)

    def blur(self, on: bool) -> None:
        """The switch, from elsewhere."""
        self.picker.blur(on)

    def pause(self, on: bool) -> None:
        self.engine.change(paused=on)
        self.poll()

    def add_files(self, files: list[Path]) -> None:
        """Take copies of pictures and videos into the library; the last one is chosen."""
        added = None
        for file in files:
            try:
                added = self._loaded.library.add(file)
            except VbgError as e:
                self.notices.mention(f"{e}")
        if added is not None:
            self.picker.show_library(self._loaded.library.all())
            self.choose_effect(added.effect)

    def cut_out(self, files: list[Path]) -> None:
        """Show the queue of photos and videos, with these added."""
        if self._files is None:
            from vbg.gui.files import Files

            self._files = Files(self._window.theme, lambda: replace(self.engine.look, captures=0), self._window)
        self._files.show()
        self._files.raise_()
        self._files.activateWindow()
        self._files.add(files)

    def paste(self, image: QImage) -> None:
        """A picture from the clipboard."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / f"{tr('Pasted')}.png"
            if image.save(str(file)):
                self.add_files([file])

    def remove(self, background: Background) -> None:
        """Take one of the user's out, until they undo it."""
        library, before = self._loaded.library, self.engine.look.effect
        if before == background.effect:
            self.choose_effect(Blur())
        library.remove(background)
        self.picker.show_library(library.all())

        def restore() -> None:
            library.restore(background)
            self.picker.show_library(library.all())
            if before == background.effect:
                self.choose_effect(before)

        self._undo.append(restore)
        self._window.toast.say(tr("{name} was removed.", name=background.title))

    def undo(self) -> None:
        """Take the last removal back."""
        if self._undo:
            self._undo.pop()()
        self._window.toast.say("")

    def save(self) -> None:
        """Write the settings; what cannot be written is said."""
        wanted = replace(self.engine.wanted, paused=False)
        try:
            store.save(self._loaded.settings_file, wanted, self.engine.look)
        except SettingsError as e:
            self.notices.mention(f"{e}")

    def close(self) -> None:
        """Save what is not saved, end the session, give everything back."""
        self._poller.stop()
        self.notices.health.close()
        if self._saver.isActive():
            self._saver.stop()
            self.save()
        self.thumbnails.close()
        if self._files is not None:
            self._files.close_all()
            self._files.deleteLater()
            self._files = None

    def _wire(self) -> None:
        window, engine = self._window, self.engine
        self.notices.retry.connect(self._try_again)
        self.notices.welcomed.connect(lambda: self.preferences_changed.emit({"welcomed": True}))
        self.picker.chosen.connect(self.choose_effect)
        self.picker.added.connect(self.add_files)
        self.picker.removed.connect(self.remove)
        self.outline.changed.connect(self._style)
        self.outline.presence_changed.connect(lambda presence: self._change_look(replace(engine.look, presence=presence)))
        self.outline.figure_changed.connect(lambda figure: self._change_look(replace(engine.look, figure=figure)))
        self.outline.capture.connect(self._capture_room)
        self.outline.brush.connect(lambda kind: self._brush.take(kind, engine.look.style.keep, engine.look.style.drop))
        self._brush.painted.connect(lambda kind, regions: self._style(replace(engine.look.style, **{kind: regions})))
        self._brush.ended.connect(self.outline.brush_ended)
        self.settings.picking.connect(self._dropper.take)
        self._dropper.picked.connect(self.settings.picked)
        self.settings.camera_changed.connect(self._camera)
        self.settings.model_changed.connect(lambda model: self._setup(model=model))
        self.settings.always_on_changed.connect(lambda on: self._setup(always_on=on))
        self.settings.shortcuts_changed.connect(lambda on: self._setup(shortcuts=on))
        self.settings.preferences_changed.connect(self.preferences_changed)
        self._looks.chosen.connect(lambda look: self._change_look(replace(look, captures=engine.look.captures)))
        self._looks.changed.connect(self._save_presets)
        self._looks.current = lambda: replace(engine.look, captures=0)
        window.camera_chosen.connect(self._camera)
        window.size_chosen.connect(lambda width, height: self._setup(width=width, height=height))
        window.mirrored.connect(self._mirror)
        window.paused.connect(self.pause)
        window.files_dropped.connect(self.add_files)
        window.files_to_cut.connect(self.cut_out)
        window.pasted.connect(self.paste)
        window.undo.connect(self.undo)

    def _change_look(self, look: Look) -> None:
        self.engine.change_look(look)
        self._show_look(look)

    def _show_look(self, look: Look) -> None:
        self._shown_look = look
        self.picker.show_effect(look.effect)
        self.outline.show_look(look.style, look.presence, look.figure)
        self._brush.show_regions(look.style.keep, look.style.drop)
        self._saver.start()

    def _follow(self) -> None:
        """Show what another program changed, and keep it as if it had been done here."""
        look, setup = self.engine.look, self.engine.wanted
        if look is not self._shown_look:
            self._show_look(look)
        before, self._shown_setup = self._shown_setup, setup
        if setup.camera != before.camera:
            self._show_cameras()
            self.settings.show_camera(setup.camera)
            self._saver.start()

    def _style(self, style: Style) -> None:
        self._change_look(replace(self.engine.look, style=style))

    def _capture_room(self) -> None:
        self._brush.hide()
        self.outline.brush_ended()
        self._window.stages.setChecked(False)
        self.engine.capture_room()

    def _setup(self, **parts: Any) -> None:
        self.engine.change(**parts)
        self._saver.start()

    def _camera(self, camera: Camera) -> None:
        self._setup(camera=camera)
        self._follow()

    def _mirror(self, on: bool) -> None:
        self._window.preview.mirror = on
        self.preferences_changed.emit({"mirror": on})

    def _save_presets(self, presets: dict[str, Look]) -> None:
        try:
            store.save_presets(self._loaded.presets_file, presets)
        except SettingsError as e:
            self.notices.mention(f"{e}")

    def _show_cameras(self) -> None:
        wanted = self.engine.wanted.camera
        offered: list[tuple[str, Any]] = [(one.name, Webcam(one.identity)) for one in self._devices.cameras]
        if not offered:
            offered.append((tr("No camera found"), Webcam()))
        offered += [(tr("Demo clip"), Demo()), (tr("Test card"), TestCard())]
        same = [i for i, (_, one) in enumerate(offered) if one == wanted or (one.name == wanted.name == Demo.name)]
        if not same and wanted == Webcam():
            same = [0]  # no device named: the first
        if not same:
            offered.append((getattr(wanted, "device", "") or Path(getattr(wanted, "file", "")).name or wanted.name, wanted))
            same = [len(offered) - 1]
        self._window.show_cameras(offered, same[0])

    def _try_again(self) -> None:
        self.engine.retry()
        self.poll()
