"""Reads picture files into pixels, upright and in sRGB order; says plainly why one cannot be read."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np

from vbg.errors import UsageError
from vbg.frame import Pixels

_HINT = "Take a JPEG, PNG or WebP picture; `file NAME` says what a file really is."


def read(path: Path) -> Pixels:
    """The picture at `path`: (height, width, 3) uint8 BGR. Transparent parts become black.

    Raises UsageError where it is missing, not a picture, broken or larger than Pillow holds to be sane (a decompression
    bomb, above 89 megapixels).
    """
    from PIL import Image, ImageOps

    if not path.is_file():
        raise UsageError(f"there is no file {path}", "Check the path; put it in quotes if it holds spaces.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                upright = ImageOps.exif_transpose(image)
                if upright.mode.startswith("I;16"):  # 16-bit gray, which Pillow would clip at 255
                    upright = Image.fromarray((np.asarray(upright) >> 8).astype(np.uint8))
                if "A" in upright.getbands() or "transparency" in upright.info:
                    upright = Image.alpha_composite(Image.new("RGBA", upright.size, "black"), upright.convert("RGBA"))
                rgb = np.asarray(upright.convert("RGB"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as e:
        raise UsageError(f"{path} is too large a picture", "Make it smaller: 8000x6000 is plenty.") from e
    except Exception as e:  # Pillow's readers raise whatever they stumble over in a broken file, RuntimeError to AttributeError
        raise UsageError(f"{path} is not a picture that can be read", _HINT) from e
    return np.ascontiguousarray(rgb[:, :, ::-1])


def is_picture(path: Path) -> bool:
    """Whether the file's first bytes are those of a picture."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path):
                return True
    except Image.DecompressionBombError:
        return True
    except Exception:  # see `read`
        return False
