"""What a picture's file says of it besides its pixels, to be kept in another file; nothing that shows the picture once more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.dom import minidom

if TYPE_CHECKING:
    from PIL import Image

_DESCRIBES = {270, 271, 272, 282, 283, 296, 305, 306, 315, 316, 18246, 33432, 40091, 40092, 40093, 40094, 40095}
"""EXIF tags that tell what, where, when, by whom and with what. The others of a file's first directory tell how its own bytes
lie, or hold pictures: previews, layers."""

_EXIF, _GPS = 34665, 34853

_OF_THAT_FILE = {37500, 40962, 40963, 40965}
"""Within the EXIF directory: the maker's notes, which often hold a preview, the size before, and what points into the file."""

_ORIENTATION, _PREVIEWS = "tiff:Orientation", "xmp:Thumbnails"

_LONG = 4096
"""Characters from which a value in XMP is taken for a picture (depth, original) and left out."""


@dataclass(frozen=True, slots=True)
class Said:
    """profile: the ICC profile that the colours are meant in; None means sRGB. exif: EXIF data; xmp: an XMP packet; both may be
    empty. Neither of them says that the picture must be turned, or holds a smaller one."""

    profile: bytes | None = None
    exif: bytes = b""
    xmp: bytes = b""


def said(image: Image.Image, profile: bool) -> Said:
    """What the opened file of `image` says. profile: its colour profile holds for the pixels that are taken from it."""
    packet = image.info.get("xmp") or b""
    return Said(image.info.get("icc_profile") if profile else None, _exif(image), cleaned(packet))


def orientation(image: Image.Image) -> int:
    """How the picture must be turned: EXIF's 1 to 8; 1 is not at all."""
    value = image.getexif().get(274, 1)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _exif(image: Image.Image) -> bytes:
    from PIL import Image

    found, kept = image.getexif(), Image.Exif()
    try:
        for tag in sorted(_DESCRIBES & set(found)):
            kept[tag] = found[tag]
        for directory in (_EXIF, _GPS):
            inside = {tag: value for tag, value in found.get_ifd(directory).items() if tag not in _OF_THAT_FILE}
            if inside:
                kept[directory] = inside
        return kept.tobytes() if len(kept) else b""
    except Exception:  # values of a wrong type in a strange file; Pillow raises whatever it stumbles over
        return b""


def cleaned(packet: bytes | str) -> bytes:
    """The XMP `packet` without orientation and previews; empty where it cannot be read."""
    try:
        page = minidom.parseString(packet.encode() if isinstance(packet, str) else packet.rstrip(b"\0"))
    except Exception:  # no XML: expat's errors, and Unicode's
        return b""
    for node in list(page.getElementsByTagName("*")):
        own = "".join(child.data for child in node.childNodes if child.nodeType == child.TEXT_NODE)
        if (node.tagName in (_ORIENTATION, _PREVIEWS) or len(own.strip()) >= _LONG) and node.parentNode:
            node.parentNode.removeChild(node)
            continue
        for name, value in list(node.attributes.items()):
            if name == _ORIENTATION or len(value) >= _LONG:
                node.removeAttribute(name)
    return "".join(child.toxml() for child in page.childNodes).encode()
