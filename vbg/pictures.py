"""Reads picture files into pixels, upright and in sRGB order; says plainly why one cannot be read."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vbg.errors import UsageError
from vbg.frame import Pixels

if TYPE_CHECKING:
    from PIL import Image

FORMATS = (*("JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP", "DIB", "TIFF", "PPM", "TGA", "ICO", "PCX", "SGI", "DDS", "JPEG2000"),)
"""What is read: pictures of pixels. Pillow would start other programs for some of the rest (EPS)."""

MOST_MB = 768
"""Of memory, for the largest picture that is read."""

_STRIP = 256  # rows

_HINT = "Take a JPEG, PNG or WebP picture; `file NAME` says what a file really is."

_RGB = ("RGB", "RGBA", "P", "PA")
"""Modes in which Pillow changes no colour on the way to RGB."""


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """A picture and what its file says about it.

    pixels: (height, width, 3) uint8 BGR, upright. profile: the ICC profile that its colours are meant in; None means sRGB.
    exif: where, when and with what it was taken (the orientation, which has been applied, left out); may be empty.
    """

    pixels: Pixels
    profile: bytes | None = None
    exif: bytes = b""


def read(path: Path) -> Pixels:
    """The pixels of the picture at `path`: see `load`."""
    return load(path).pixels


def load(path: Path) -> Photo:
    """The picture at `path`. Transparent parts become black.

    Raises UsageError where it is missing, not a picture, broken or larger than Pillow holds to be sane (a decompression
    bomb, above 89 megapixels). Takes less than MOST_MB of memory meanwhile.
    """
    from PIL import Image, ImageOps

    if not path.is_file():
        raise UsageError(f"there is no file {path}", "Check the path; put it in quotes if it holds spaces.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=_formats()) as opened:
                ImageOps.exif_transpose(opened, in_place=True)
                profile = opened.info.get("icc_profile") if opened.mode in _RGB else None  # else it speaks of other inks
                exif = opened.getexif()
                return Photo(_bgr(opened), profile, exif.tobytes() if exif else b"")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as e:
        raise UsageError(f"{path} is too large a picture", "Make it smaller: 8000x6000 is plenty.") from e
    except Exception as e:  # Pillow's readers raise whatever they stumble over in a broken file, RuntimeError to AttributeError
        raise UsageError(f"{path} is not a picture that can be read", _HINT) from e


def _bgr(image: Image.Image) -> Pixels:
    """Strip by strip, so that no second copy of a large picture is made."""
    width, height = image.size
    pixels = np.empty((height, width, 3), np.uint8)
    for top in range(0, height, _STRIP):
        strip = image.crop((0, top, width, min(top + _STRIP, height)))
        pixels[top : top + _STRIP] = _rgb(strip)[:, :, ::-1]
    return pixels


def _rgb(image: Image.Image) -> Pixels:
    from PIL import Image

    if image.mode.startswith("I;16"):  # 16-bit gray, which Pillow would clip at 255
        image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if "A" in image.getbands() or "transparency" in image.info:
        image = Image.alpha_composite(Image.new("RGBA", image.size, "black"), image.convert("RGBA"))
    return np.asarray(image.convert("RGB"))


def _formats() -> list[str]:
    """Those of FORMATS that this Pillow was built with."""
    from PIL import Image

    Image.init()
    return [one for one in FORMATS if one in Image.OPEN]


def is_picture(path: Path) -> bool:
    """Whether the file's first bytes are those of a picture."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=_formats()):
                return True
    except Image.DecompressionBombError:
        return True
    except Exception:  # see `read`
        return False
