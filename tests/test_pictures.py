"""Every usual kind of picture is read upright and right; anything else is one clear UsageError."""

from __future__ import annotations

import functools
import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vbg.errors import UsageError
from vbg.pictures import is_picture, read

RED, GREEN = (255, 0, 0), (0, 255, 0)  # RGB


def picture(mode: str = "RGB") -> object:
    """60 x 40, its left half red, its right half green."""
    from PIL import Image

    image = Image.new("RGB", (60, 40), RED)
    image.paste(GREEN, (30, 0, 60, 40))
    return image.convert(mode)


def saved(path: Path, mode: str = "RGB", **options: object) -> Path:
    picture(mode).save(path, **options)  # type: ignore[attr-defined]
    return path


def corners(path: Path) -> list[str]:
    """r, g, b or . (dark) for the four corners, clockwise from the top left."""
    pixels = read(path)
    assert pixels.dtype == np.uint8
    assert pixels.flags.c_contiguous
    names = []
    for y, x in ((2, 2), (2, -3), (-3, -3), (-3, 2)):
        blue, green, red = (int(v) for v in pixels[y, x])
        names.append("r" if red > 150 > green else "g" if green > 150 > red else "." if max(red, green, blue) < 40 else "?")
    return names


@pytest.mark.parametrize(
    ("suffix", "mode"),
    [
        (".jpg", "RGB"),
        (".jpg", "CMYK"),
        (".png", "RGB"),
        (".png", "P"),
        (".png", "RGBA"),
        (".webp", "RGB"),
        (".gif", "P"),
        (".bmp", "RGB"),
        (".tif", "RGB"),
        (".tif", "CMYK"),
    ],
)
def test_colours_are_kept(tmp_path: Path, suffix: str, mode: str) -> None:
    path = saved(tmp_path / f"picture{suffix}", mode)
    assert corners(path) == ["r", "g", "g", "r"]
    assert is_picture(path)


@pytest.mark.parametrize(("orientation", "expected"), [(1, "rggr"), (2, "grrg"), (3, "grrg"), (6, "rrgg"), (8, "ggrr")])
def test_a_picture_is_turned_as_its_exif_data_say(tmp_path: Path, orientation: int, expected: str) -> None:
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = orientation
    path = saved(tmp_path / "turned.jpg", exif=exif)
    assert corners(path) == list(expected)
    assert read(path).shape[:2] == ((60, 40) if orientation > 4 else (40, 60))


def test_sixteen_bits_keep_their_steps(tmp_path: Path) -> None:
    from PIL import Image

    ramp = np.linspace(0, 65535, 64).astype(np.uint16)
    Image.fromarray(np.tile(ramp, (4, 1))).save(tmp_path / "deep.png")
    got = read(tmp_path / "deep.png")[2]
    np.testing.assert_allclose(got, np.repeat(ramp[:, None] / 257, 3, axis=1), atol=1.5)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparent_parts_become_black(tmp_path: Path, mode: str) -> None:
    from PIL import Image

    image = Image.new("RGBA", (60, 40), (255, 255, 255, 0))
    image.paste((255, 255, 255, 255), (30, 0, 60, 40))
    image.convert(mode).save(tmp_path / "hole.png")
    pixels = read(tmp_path / "hole.png")
    assert (pixels[:, :29] == 0).all()
    assert (pixels[:, 31:] == 255).all()


def test_the_smallest_picture(tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (1, 1), (1, 2, 3)).save(tmp_path / "dot.png")
    assert read(tmp_path / "dot.png").tolist() == [[[3, 2, 1]]]


def png_header(width: int, height: int) -> bytes:
    """A PNG file that claims a size and holds nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [10_000, 60_000])
def test_a_decompression_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, side: int) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(png_header(side, side))
    assert is_picture(path)  # so that it is refused as a picture, with that hint
    with pytest.raises(UsageError, match="too large") as caught:
        read(path)
    assert caught.value.hint


def test_what_is_no_picture_says_so(tmp_path: Path) -> None:
    whole = saved(tmp_path / "whole.jpg").read_bytes()
    files = {"text.png": b"this is text", "empty.png": b"", "half.jpg": whole[: len(whole) // 2], "nothing.png": png_header(8, 8)}
    for name, content in files.items():
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(UsageError, match=f"{name} is not a picture") as caught:
            read(path)
        assert caught.value.hint
    assert not is_picture(tmp_path / "text.png")
    for missing in (tmp_path / "missing.png", tmp_path):
        assert not is_picture(missing)
        with pytest.raises(UsageError, match="no file") as caught:
            read(missing)
        assert caught.value.hint


@functools.cache
def encoded(kind: str) -> NDArray[np.uint8]:
    buffer = io.BytesIO()
    picture("P" if kind == "GIF" else "RGB").save(buffer, kind)  # type: ignore[attr-defined]
    return np.frombuffer(buffer.getvalue(), np.uint8)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # Pillow's remarks on what the damage did to the metadata
@given(
    st.sampled_from(["JPEG", "PNG", "GIF", "WEBP", "AVIF", "TIFF", "BMP", "DDS"]), st.integers(0, 2**32 - 1), st.integers(1, 20)
)
@settings(max_examples=400)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, kind: str, seed: int, count: int
) -> None:
    content = encoded(kind).copy()
    random = np.random.default_rng(seed)
    content[random.integers(0, min(len(content), 400), count)] = random.integers(0, 256, count)
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(content.tobytes())
    is_picture(path)
    try:
        assert read(path).ndim == 3
    except UsageError as e:
        assert e.hint


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is counted otherwise elsewhere")
@pytest.mark.parametrize("mode", ["RGB", "LA"])
def test_the_largest_picture_stays_within_the_stated_memory(tmp_path: Path, mode: str) -> None:
    from PIL import Image

    path = tmp_path / "large.png"
    Image.new(mode, (9400, 9400)).save(path, compress_level=1)
    code = (
        "import resource, sys; from pathlib import Path; from vbg.pictures import MOST_MB, read; import PIL.Image\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "read(Path(sys.argv[1])); after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "sys.exit(f'{(after - before) // 1024} MB' if (after - before) / 1024 > MOST_MB else 0)"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], check=True)
