"""Reads picture files into pixels, upright and in sRGB order; says plainly why one cannot be read."""

from __future__ import annotations

import importlib.util
import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.errors import UsageError
from vbg.frame import Pixels
from vbg.metadata import Said, orientation, said

if TYPE_CHECKING:
    from PIL import Image, ImageFile

FORMATS = (
    *("JPEG", "PNG", "WEBP", "AVIF", "HEIF", "GIF", "BMP", "DIB", "TIFF", "PPM", "TGA", "ICO", "PCX", "SGI", "DDS", "JPEG2000"),
)
"""What is read: pictures of pixels. Pillow would start other programs for some of the rest (EPS)."""

MOST_MB = 768
"""Of memory, for the largest picture that is read."""

_STRIP = 256  # rows

_HINT = "Take a JPEG, PNG, WebP, AVIF or TIFF picture; `file NAME` says what a file really is."
_HEIC = "`pip install 'vbg[heic]'` installs what reads HEIC."

_RGB = ("RGB", "RGBA", "P", "PA")
"""Modes in which Pillow changes no colour on the way to RGB."""

_DEEP = ("RGB;16", "RGBA;16", "I;16", "LA;16")
"""How Pillow names the layouts of 16 bits a channel, of which it keeps 8."""

Deep = NDArray[Any]
"""Colours, or an alpha, of 8 or of 16 bits: uint8 or uint16."""


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """A picture and what its file says about it.

    pixels: (height, width, 3) uint8 BGR, upright, over black where the file is transparent. full: the same with the file's own
    precision, uint8 or uint16. clear: the file's own alpha, (height, width), of the same precision; None where all of it shows.
    said: colour profile and metadata.
    """

    pixels: Pixels
    full: Deep
    clear: Deep | None = None
    said: Said = field(default_factory=Said)


def read(path: Path) -> Pixels:
    """The pixels of the picture at `path`: see `load`."""
    return load(path, deep=False).pixels


def load(path: Path, deep: bool = True) -> Photo:
    """The picture at `path`. Transparent parts become black. deep: the full precision of 16-bit PNG and TIFF is wanted.

    Raises UsageError where it is missing, not a picture, broken or larger than Pillow holds to be sane (a decompression
    bomb, above 89 megapixels). Takes less than MOST_MB of memory meanwhile, twice as much for 16 bits.
    """
    from PIL import Image, ImageOps

    if not path.is_file():
        raise UsageError(f"there is no file {path}", "Check the path; put it in quotes if it holds spaces.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=_formats()) as opened:
                deep = deep and _is_deep(opened)
                if not deep:
                    ImageOps.exif_transpose(opened, in_place=True)
                    pixels, clear = _bgr(opened)
                about, turn, size = said(opened, opened.mode in _RGB), orientation(opened), opened.size
            if not deep:
                return Photo(pixels, pixels, clear, about)
            return _sixteen(path, size, about, turn) or load(path, deep=False)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as e:
        raise UsageError(f"{path} is too large a picture", "Make it smaller: 8000x6000 is plenty.") from e
    except Exception as e:  # Pillow's readers raise whatever they stumble over in a broken file, RuntimeError to AttributeError
        hint = _HEIC if path.suffix.lower() in (".heic", ".heif") and "HEIF" not in _formats() else _HINT
        raise UsageError(f"{path} is not a picture that can be read", hint) from e


def _bgr(image: Image.Image) -> tuple[Pixels, Pixels | None]:
    """Colours and alpha, strip by strip, so that no second copy of a large picture is made."""
    width, height = image.size
    pixels, to_rgb = np.empty((height, width, 3), np.uint8), _inks(image)
    clear = np.empty((height, width), np.uint8) if "A" in image.getbands() or "transparency" in image.info else None
    for top in range(0, height, _STRIP):
        strip = image.crop((0, top, width, min(top + _STRIP, height)))
        if clear is None:
            pixels[top : top + _STRIP] = np.asarray(to_rgb(strip))[:, :, ::-1]
        else:
            layers = np.asarray(strip.convert("RGBA"))
            clear[top : top + _STRIP] = layers[:, :, 3]
            pixels[top : top + _STRIP] = over_black(layers[:, :, 2::-1], layers[:, :, 3])
    return pixels, clear


def _inks(image: Image.Image) -> Callable[[Image.Image], Image.Image]:
    """What turns a strip of `image` into RGB: by its profile, where it has one for other colours than RGB's."""
    from PIL import Image, ImageCms

    profile = image.info.get("icc_profile")
    if image.mode.startswith("I;16"):  # 16-bit gray, which Pillow would clip at 255
        return lambda strip: Image.fromarray((np.asarray(strip) >> 8).astype(np.uint8)).convert("RGB")
    if profile and image.mode in ("CMYK", "L", "LAB"):
        try:
            way = ImageCms.buildTransform(
                ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), image.mode, "RGB"
            )
            return lambda strip: cast("Image.Image", ImageCms.applyTransform(strip, way))
        except (OSError, ImageCms.PyCMSError):  # a profile for something else
            pass
    return lambda strip: strip.convert("RGB")


def _is_deep(image: ImageFile.ImageFile) -> bool:
    """Whether the file of `image`, not loaded yet, is one of 16 bits that OpenCV reads."""
    layouts = (tile.args if isinstance(tile.args, str) else tile.args[0] for tile in image.tile if tile.args)
    return image.format in ("PNG", "TIFF") and any(str(layout).startswith(_DEEP) for layout in layouts)


def _sixteen(path: Path, size: tuple[int, int], about: Said, turn: int) -> Photo | None:
    """The picture with all of its 16 bits; None where OpenCV cannot read it. size: width and height as stored."""
    found = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if found is None or found.dtype != np.uint16 or found.shape[1::-1] != size or found.shape[2:] not in ((), (3,), (4,)):
        return None
    stored = cast("NDArray[np.uint16]", upright(found, turn))
    clear = np.ascontiguousarray(stored[:, :, 3]) if stored.ndim == 3 and stored.shape[2] == 4 else None
    height, width = stored.shape[:2]
    full = np.empty((height, width, 3), np.uint16)
    for top in range(0, height, _STRIP):
        rows = np.s_[top : top + _STRIP]
        strip = stored[rows, :, None] if stored.ndim == 2 else stored[rows, :, :3]
        full[rows] = strip if clear is None else over_black(strip, clear[rows])
    return Photo(shallow(full), full, clear, about)


def shallow(full: Deep) -> Pixels:
    """`full` with 8 bits; itself, where it has no more."""
    if full.dtype == np.uint8:
        return full
    pixels = np.empty(full.shape, np.uint8)
    for top in range(0, full.shape[0], _STRIP):
        rows = np.s_[top : top + _STRIP]
        pixels[rows] = (full[rows] + np.uint32(128)) // np.uint32(257)
    return pixels


def over_black(colours: Any, alpha: Any) -> Any:
    """(h, w, n) colours as they look over black. alpha: (h, w), of the same depth."""
    top = np.float32(np.iinfo(alpha.dtype).max)
    return np.rint(colours * (alpha / top)[:, :, None]).astype(alpha.dtype)


def upright(pixels: Any, orientation: int) -> Any:
    """`pixels`, (h, w, ...), turned and mirrored as EXIF's `orientation`, 1 to 8, says."""
    if orientation > 4:
        pixels = pixels.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return pixels


def _formats() -> list[str]:
    """Those of FORMATS that can be read here."""
    from PIL import Image

    Image.init()
    if importlib.util.find_spec("pillow_heif"):
        import pillow_heif

        pillow_heif.register_heif_opener()
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
