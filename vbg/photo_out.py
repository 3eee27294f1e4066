"""Writes finished photographs, with what their files said about them: whole or not at all."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.errors import OutputError
from vbg.metadata import Said

KINDS: dict[str, dict[str, Any]] = {
    ".png": {},
    ".webp": {"format": "WEBP", "lossless": True, "exact": True},
    ".jpg": {"format": "JPEG", "quality": 95, "subsampling": 0},
    ".jpeg": {"format": "JPEG", "quality": 95, "subsampling": 0},
}
"""How they are written, by the end of the file's name. PNG is written by OpenCV, which knows 16 bits."""

OPAQUE = (".jpg", ".jpeg")
"""Those that cannot be transparent."""

_NOTHING = Said()
_HEADER = 8 + 25
"""Bytes of a PNG file until its header ends: signature and IHDR."""


def write(path: Path, picture: NDArray[np.uint8] | NDArray[np.uint16], said: Said = _NOTHING) -> None:
    """`picture`, (height, width, 3) BGR or (height, width, 4) BGRA with straight alpha, at `path`.

    path: ends as one of KINDS. picture: uint8 or uint16; PNG keeps 16 bits, the others get the upper 8. said: what else goes into
    the file. Raises OutputError.
    """
    part = path.with_name(f".{path.stem}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            if path.suffix.lower() == ".png":
                _png(file, picture, said)
            else:
                _others(file, picture, said, KINDS[path.suffix.lower()])
        part.replace(path)
    except (OSError, ValueError, cv2.error) as e:  # ValueError: too large for the format
        raise OutputError(f"cannot write {path}: {e}", "Choose another folder or another kind of file.") from e
    finally:
        part.unlink(missing_ok=True)


def _others(file: BinaryIO, picture: NDArray[Any], said: Said, how: dict[str, Any]) -> None:
    from PIL import Image

    if picture.dtype == np.uint16:
        picture = (picture >> 8).astype(np.uint8)
    modes = ("RGB", "BGR") if picture.shape[2] == 3 else ("RGBA", "BGRA")
    image = Image.frombytes(modes[0], picture.shape[1::-1], np.ascontiguousarray(picture).data, "raw", modes[1])
    more: dict[str, Any] = {"icc_profile": said.profile, "exif": said.exif, "xmp": said.xmp}
    if how["format"] == "JPEG" and len(said.xmp) > _JPEG_HOLDS:
        del more["xmp"]
    image.save(file, **how, **{name: value for name, value in more.items() if value})


_JPEG_HOLDS = 65_000
"""Bytes of XMP that fit into one part of a JPEG file."""


def _png(file: BinaryIO, picture: NDArray[Any], said: Said) -> None:
    _, data = cv2.imencode(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, 3])
    whole = data.ravel().data
    file.write(whole[:_HEADER])
    for kind, body in _chunks(said):
        file.write(struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)))
    file.write(whole[_HEADER:])


def _chunks(said: Said) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of the PNG chunks that hold what is said. Source: the PNG specification, third edition, 11.3."""
    if said.profile:
        yield b"iCCP", b"ICC profile\0\0" + zlib.compress(said.profile)
    if said.exif:
        yield b"eXIf", said.exif.removeprefix(b"Exif\0\0")
    if said.xmp:
        yield b"iTXt", b"XML:com.adobe.xmp" + bytes(5) + said.xmp
