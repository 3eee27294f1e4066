"""What a finished video is coded as: H.264, VP9 and ProRes 4444 with alpha, lossless gray, or pictures with numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from vbg.errors import UsageError

NUMBERED = re.compile(r"%0?\d*d")


@dataclass(frozen=True, slots=True)
class Kind:
    """How a video is coded. even: its sides must be, so that the last row or column is repeated. sound: it goes along."""

    coder: str
    layout: str
    options: dict[str, str] = field(default_factory=dict)
    even: bool = False
    sound: bool = True


PICTURES = Kind("png", "", sound=False)
_GRAY = Kind("ffv1", "gray", sound=False)
_H264 = Kind("libx264", "yuv420p", {"crf": "18", "preset": "faster"}, even=True)
# an alternate reference frame of the colours has no partner among those of alpha
_VP9 = {"crf": "20", "b": "0", "deadline": "good", "cpu-used": "4", "row-mt": "1", "auto-alt-ref": "0"}
OPAQUE = {".mp4": _H264, ".mkv": _H264, ".mov": _H264, ".webm": Kind("libvpx-vp9", "yuv420p", _VP9)}
CLEAR = {
    ".webm": Kind("libvpx-vp9", "yuva420p", _VP9),
    ".mov": Kind("prores_ks", "yuva444p10le", {"profile": "4444", "alpha_bits": "16"}),
}


def numbered(path: Path) -> bool:
    """Whether `path` is a folder, or a pattern of names, for PNG pictures."""
    return bool(NUMBERED.search(path.name)) or not path.suffix or path.is_dir()


def pattern(path: Path) -> Path:
    """Of the pictures that go to `path`, a folder or a pattern already."""
    return path if NUMBERED.search(path.name) else path / "%06d.png"


def named(pattern: Path, number: int) -> str:
    """The name of a picture."""
    return NUMBERED.sub(lambda found: found.group() % number, pattern.name, count=1)


def kind(path: Path, clear: bool, matte: bool) -> Kind:
    """How what goes to `path` is coded. clear: with transparency. matte: gray, the matte alone. Raises UsageError."""
    if numbered(path):
        pictures = pattern(path)
        if pictures.suffix.lower() != ".png":
            raise UsageError(f"cannot write pictures as {pictures.name!r}", "Name them .png.")
        if (pictures.parent / named(pictures, 1)).exists():
            raise UsageError(f"{pictures.parent} holds pictures of these names already", "Take an empty folder.")
        return PICTURES
    suffix = path.suffix.lower()
    if matte:
        if suffix != ".mkv":
            raise UsageError(f"cannot write a matte to {path.name!r}", "Lossless gray goes into Matroska: name it .mkv.")
        kinds = {".mkv": _GRAY}
    else:
        kinds = CLEAR if clear else OPAQUE
    if suffix not in OPAQUE:
        raise UsageError(f"cannot write {path.name!r}", f"Name it with one of {', '.join(OPAQUE)}, or name a folder for PNG.")
    if suffix not in kinds:
        hint = "Name it .webm or .mov (ProRes 4444), or a folder for PNG; or give a --background."
        raise UsageError(f"{suffix} cannot be transparent", hint)
    if not path.parent.is_dir():
        raise UsageError(f"there is no folder {path.parent}", f"`mkdir -p {path.parent}` makes it.")
    return kinds[suffix]
