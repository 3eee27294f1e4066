"""Writes finished photographs, with what their files said about them: whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vbg.errors import OutputError

KINDS: dict[str, dict[str, Any]] = {
    ".png": {"format": "PNG", "compress_level": 3},
    ".webp": {"format": "WEBP", "lossless": True, "exact": True},
    ".jpg": {"format": "JPEG", "quality": 95, "subsampling": 0},
    ".jpeg": {"format": "JPEG", "quality": 95, "subsampling": 0},
}
"""How they are written, by the end of the file's name."""

OPAQUE = (".jpg", ".jpeg")
"""Those that cannot be transparent."""


def write(path: Path, picture: NDArray[np.uint8], profile: bytes | None = None, exif: bytes = b"") -> None:
    """`picture`, (height, width, 3) uint8 BGR or (height, width, 4) BGRA with straight alpha, at `path`.

    path: ends as one of KINDS. profile: the ICC profile that the colours are meant in; None means sRGB. exif: EXIF data, may be
    empty. Raises OutputError.
    """
    from PIL import Image

    order = [2, 1, 0, 3][: picture.shape[2]]
    image = Image.fromarray(np.ascontiguousarray(picture[:, :, order]))
    said: dict[str, Any] = {name: value for name, value in (("icc_profile", profile), ("exif", exif)) if value}
    part = path.with_name(f".{path.stem}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            image.save(file, **KINDS[path.suffix.lower()], **said)
        part.replace(path)
    except (OSError, ValueError) as e:  # ValueError: too large for the format
        raise OutputError(f"cannot write {path}: {e}", "Choose another folder or another kind of file.") from e
    finally:
        part.unlink(missing_ok=True)
