"""Turns what a user types or drops (a name, a colour, a file) into a spec."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from vbg import backgrounds, cameras, effects, models, sinks
from vbg.cameras import Camera
from vbg.cameras.demo import Demo
from vbg.cameras.opencv import Webcam
from vbg.cameras.picture import PictureFile
from vbg.cameras.test_card import TestCard
from vbg.cameras.video_file import VideoFile
from vbg.effects import Effect
from vbg.effects.blur import Blur
from vbg.effects.colour import Colour
from vbg.effects.layers import Layers
from vbg.effects.none import NoEffect
from vbg.effects.picture import Picture
from vbg.effects.video import Video
from vbg.errors import UsageError
from vbg.models import Model, library
from vbg.models.onnx import Onnx
from vbg.pictures import is_picture
from vbg.sinks import Output
from vbg.sinks.mjpeg import Mjpeg
from vbg.sinks.null import Null
from vbg.sinks.pipewire import PipeWireCamera
from vbg.sinks.video_file import SUFFIXES, VideoOut
from vbg.sinks.virtual import VirtualCamera
from vbg.spec import discover, knobs, plugin


def camera(text: str) -> Camera:
    """`demo`, `test-card`, a plug-in's name, a webcam's number, path or name, or a picture or video file."""
    if text == "demo":
        return Demo()
    if text in ("test-card", "test_card"):
        return TestCard()
    path = Path(text)
    if path.is_file():
        return PictureFile(text) if is_picture(path) else VideoFile(text)
    if _looks_like_file(text):
        raise UsageError(f"there is no file {path}", "Check the path; put it in quotes if it holds spaces.")
    mine: Camera | None = plugin(cameras, text)
    return mine or Webcam(text)


def effect(text: str, strength: float) -> Effect:
    """`none`, `blur` (with `strength`, 0..1), `#rrggbb`, a picture or video file, or one of ours. Raises UsageError."""
    if text == "none":
        return NoEffect()
    if text == "blur":
        return Blur(strength)
    if text.startswith("#"):
        return Colour(text)
    path = Path(text)
    if path.is_dir() and backgrounds.named(text) is None:
        return Layers(text)
    if not path.is_file():
        ours = backgrounds.named(text)
        if ours is not None:
            return ours.effect
        mine: Effect | None = plugin(effects, text)
        if mine is not None:
            return mine
        names = ", ".join(one.key for one in (*backgrounds.PLAIN[3:], *backgrounds.PICTURES, *backgrounds.MOVING))
        hint = (
            "A background is none, blur, a colour as '#00b140' (in quotes), a picture or video file, a folder of layers, "
            f"or one of ours: {names}."
        )
        raise UsageError(f"there is no background or file called {text!r}", hint)
    return Picture(text) if is_picture(path) else Video(text)


def tuned(effect: Effect, settings: Iterable[str]) -> Effect:
    """`effect` with some of its knobs set. settings: each as `knob=value`. Raises UsageError."""
    for text in settings:
        name, _, value = text.partition("=")
        known = knobs(effect)
        if name not in known or name in ("file", "rgb"):
            names = ", ".join(one for one in known if one not in ("file", "rgb"))
            raise UsageError(f"{effect.name} has no setting {name!r}", f"It has {names or 'none'}; write it as NAME=VALUE.")
        kind = type(getattr(effect, name))
        try:
            effect = replace(effect, **{name: kind(value)})  # type: ignore[type-var]  # an effect is a dataclass
        except ValueError:
            raise UsageError(f"{name} must be a number, not {value!r}") from None
    return effect


def model(text: str) -> Model:
    """A model by its name: a built-in one, one that the user has added, or the path of an .onnx file."""
    if text in models_built_in():
        chosen: Model = discover(models)[text]()
        return chosen
    if text in library.names() or (text.endswith(".onnx") and Path(text).is_file()):
        return Onnx(text)
    hint = f"Models: {', '.join([*models_built_in(), *library.names()])}; `vbg models add FILE.onnx` adds one."
    raise UsageError(f"there is no model called {text!r}", hint)


def models_built_in() -> list[str]:
    """The names of the models that come with vbg."""
    return sorted(set(discover(models)) - {Onnx.name})


def output(text: str) -> Output:
    """`virtual`, `virtual:DEVICE`, `mjpeg`, `mjpeg:PORT`, `pipewire`, `null`, or a video file's name."""
    if text == "null":
        return Null()
    kind, _, device = text.partition(":")
    if kind == "virtual":
        return VirtualCamera(device)
    if text == "pipewire":
        return PipeWireCamera()
    if kind == "mjpeg":
        if device and not device.isdecimal():
            raise UsageError(f"{device!r} is no port", "Write it as mjpeg:8090, or mjpeg for a free one.")
        return Mjpeg(int(device or 0))
    if text.startswith("/dev/"):
        return VirtualCamera(text)
    if Path(text).suffix.lower() in SUFFIXES:
        return VideoOut(text)
    mine: Output | None = plugin(sinks, text)
    if mine is not None:
        return mine
    raise UsageError(
        f"cannot write to {text!r}", f"An output is virtual, pipewire, mjpeg, null, or a file ending in {', '.join(SUFFIXES)}."
    )


def _looks_like_file(text: str) -> bool:
    return not text.startswith("/dev/") and ("/" in text or Path(text).suffix.lower() in (*SUFFIXES, ".jpg", ".png", ".webm"))
