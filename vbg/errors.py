"""Every error a user can meet, each with a hint at what they can do about it."""

from __future__ import annotations


class VbgError(Exception):
    """Root of all errors that vbg raises on purpose.

    `hint` is one plain sentence, where possible with the exact command that mends it.
    """

    hint = ""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        if hint is not None:
            self.hint = hint


class UsageError(VbgError):
    """The user asked for something that cannot be: an unknown name, a size of zero, a file that is not a picture."""

    hint = "See `vbg run --help`."


class CameraError(VbgError):
    """A camera cannot be opened."""

    hint = "`vbg devices` lists the cameras of this machine; `--camera demo` needs none."


class CameraLostError(CameraError):
    """An open camera stopped giving frames (unplugged, stuck, taken away)."""

    hint = "Plug the camera in again: vbg reconnects on its own."


class ModelError(VbgError):
    """The segmentation model cannot be loaded or failed while running."""

    hint = "Reinstall vbg: `make setup` in a checkout, or `pip install --force-reinstall vbg`."


class EffectError(VbgError):
    """A background cannot be opened or painted."""

    hint = "Choose another background, for example `--background blur`."


class OutputError(VbgError):
    """An output (virtual camera, file) cannot be opened or written."""

    hint = "`--output FILE.mp4` writes a video file and needs no driver."


class SettingsError(VbgError):
    """The settings file cannot be read or written."""

    hint = "Move the settings file away; vbg starts with its defaults and writes a new one."
