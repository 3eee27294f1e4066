"""What a photograph's file holds comes through: precision, colour profile, what it says; and nothing that shows the room."""

from __future__ import annotations

import functools
import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vbg import metadata, photo_out, pictures
from vbg.cli import main
from vbg.errors import UsageError
from vbg.metadata import Said

RIGHT = ["--model", "constant", "--keep", "0.5,0,0.5,1", "--drop", "0,0,0.5,1"]
"""The right half is person, exactly."""

XMP = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" '
    b'xmlns:dc="http://purl.org/dc/elements/1.1/" tiff:Orientation="6" dc:source="the garden"><xmp:Thumbnails '
    b'xmlns:xmp="http://ns.adobe.com/xap/1.0/"><rdf:Alt>ROOM</rdf:Alt></xmp:Thumbnails></rdf:Description></rdf:RDF></x:xmpmeta>'
    b'<?xpacket end="w"?>'
)


def exif() -> Any:
    """Held upright; with a date, a lens, a place, and a preview that shows the room."""
    from PIL import Image

    made = Image.Exif()
    made[0x0112], made[0x0132] = 6, "2026:11:25 12:00:00"
    made[0x8769] = {0xA434: "a lens", 0x927C: b"notes of the maker", 0xA002: 60}
    made[0x8825] = {1: "N", 2: (48.0, 8.0, 0.0)}
    return made


@functools.cache
def profile() -> bytes:
    from PIL import ImageCms

    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.mark.parametrize("kind", ["jpg", "png", "webp", "avif", "tif", "heic"])
@pytest.mark.parametrize("suffix", ["png", "webp"])
def test_what_a_file_says_is_kept_and_the_picture_is_upright(tmp_path: Path, kind: str, suffix: str) -> None:
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    if kind == "heic":
        import pillow_heif

        pillow_heif.register_heif_opener()
    source, out = tmp_path / f"in.{kind}", tmp_path / f"out.{suffix}"
    stored = Image.new("RGB", (64, 40), (200, 40, 30))
    stored.paste((30, 40, 200), (0, 0, 64, 20))  # the upper half becomes the right one
    about, inside = exif(), PngInfo()
    if kind == "tif":
        about[700] = XMP
    inside.add_itxt("XML:com.adobe.xmp", XMP.decode())
    own = {"png": {"pnginfo": inside}, "tif": {}}
    stored.save(source, exif=about.tobytes(), icc_profile=profile(), **own.get(kind, {"xmp": XMP}))
    assert main(["photo", str(source), "-o", str(out), *RIGHT]) == 0
    with Image.open(out) as made:
        assert made.size == (40, 64)
        assert made.mode == "RGBA"
        assert np.abs(np.asarray(made)[:, 22:, :3].astype(int) - (30, 40, 200)).max() < 12
        assert made.info["icc_profile"] == profile()
        said = made.getexif()
        assert said[0x0132] == "2026:11:25 12:00:00"
        assert 0x0112 not in said
        assert said.get_ifd(0x8769) == {0xA434: "a lens"}
        assert said.get_ifd(0x8825)[1] == "N"
        kept = made.info["xmp"]
        assert b"the garden" in kept
        assert b"Orientation" not in kept
        assert b"ROOM" not in kept
    assert b"notes of the maker" not in out.read_bytes()


def test_a_preview_of_the_room_does_not_come_along(tmp_path: Path) -> None:
    """A camera's JPEG holds a small one; so may TIFF, in tags of its own."""
    from PIL import Image

    preview = io.BytesIO()
    Image.new("RGB", (16, 16), (0, 255, 0)).save(preview, "JPEG")
    said = metadata.said(_with_preview(preview.getvalue()), True)
    assert preview.getvalue() not in said.exif
    assert b"a camera" in said.exif
    tiff = tmp_path / "in.tif"
    Image.new("RGB", (8, 8)).save(tiff, tiffinfo={271: "a camera", 37724: b"layers of the room", 34377: b"thumbnail"})
    with Image.open(tiff) as opened:
        kept = metadata.said(opened, True).exif
    assert b"a camera" in kept
    assert b"layers" not in kept
    assert b"thumbnail" not in kept


def _with_preview(jpeg: bytes) -> Any:
    """An image whose EXIF data hold a second directory with a small JPEG."""
    import struct

    from PIL import Image

    maker = b"a camera\0"
    first, at = 8, 8 + 2 + 12 + 4
    second = at + len(maker)
    data = struct.pack("<2sHI", b"II", 42, first) + struct.pack("<HHHII", 1, 271, 2, len(maker), at) + struct.pack("<I", second)
    data += maker + struct.pack("<H", 2)
    for tag, value in ((513, second + 2 + 24 + 4), (514, len(jpeg))):
        data += struct.pack("<HHII", tag, 4, 1, value)
    data += struct.pack("<I", 0) + jpeg
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "JPEG", exif=b"Exif\0\0" + data)
    return Image.open(file)


@pytest.mark.parametrize("packet", [b"", b"no xml", b"\xff\xfe", "<a>" + "x" * 5000 + "</a>", b'<a b="' + b"y" * 5000 + b'"/>'])
def test_xmp_that_cannot_be_read_or_holds_a_picture_is_left_out(packet: bytes | str) -> None:
    kept = metadata.cleaned(packet)
    assert b"xxx" not in kept
    assert b"yyy" not in kept
    assert len(kept) < 100


def deep(channels: int) -> NDArray[np.uint16]:
    """(24, 40): every step of 16 bits counts."""
    made = np.random.default_rng(4).integers(0, 65536, (24, 40, channels), np.uint16)
    if channels == 4:
        made[:, :, 3] = 65535
        made[:6, :, 3] = 0x8123
    return made


@pytest.mark.parametrize("kind", ["png", "tif"])
@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.filterwarnings("ignore")
def test_sixteen_bits_go_through_without_losing_one(tmp_path: Path, kind: str, channels: int) -> None:
    stored = deep(channels)
    cv2.imwrite(str(tmp_path / f"in.{kind}"), stored[:, :, 0] if channels == 1 else stored)
    assert main(["photo", str(tmp_path / f"in.{kind}"), "-o", str(tmp_path / "out.png"), *RIGHT]) == 0
    made = cv2.imread(str(tmp_path / "out.png"), cv2.IMREAD_UNCHANGED)
    assert made is not None
    assert made.dtype == np.uint16
    assert made.shape == (24, 40, 4)
    np.testing.assert_array_equal(
        made[6:, 21:, :3], np.broadcast_to(stored, (24, 40, channels))[6:, 21:, :3] + np.zeros(3, np.uint16)
    )
    assert (made[:, :19, 3] == 0).all()
    assert (made[6:, 21:, 3] == 65535).all()
    assert (made[:6, 21:, 3] == (0x8123 if channels == 4 else 65535)).all()


def test_sixteen_bits_stay_before_a_background_and_are_turned(tmp_path: Path) -> None:
    from PIL import Image

    turned, stored = Image.Exif(), deep(3)
    turned[0x0112], turned[271] = 6, "a camera"
    photo_out.write(tmp_path / "in.png", stored, Said(None, turned.tobytes()))
    run = ["photo", str(tmp_path / "in.png"), "-o", str(tmp_path / "out.png"), *RIGHT, "--background", "#ff0000"]
    assert main(run) == 0
    made = cv2.imread(str(tmp_path / "out.png"), cv2.IMREAD_UNCHANGED)
    assert made is not None
    assert made.dtype == np.uint16
    assert made.shape == (40, 24, 3)
    np.testing.assert_array_equal(made[:, 13:], np.rot90(stored, -1)[:, 13:])
    assert (made[:, :11] == (0, 0, 65535)).all()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_an_array_is_turned_as_pillow_turns_pictures(orientation: int) -> None:
    from PIL import Image, ImageOps

    pixels = np.arange(12, dtype=np.uint8).reshape(3, 4)
    image = Image.fromarray(pixels)
    image.getexif()[0x0112] = orientation
    np.testing.assert_array_equal(pictures.upright(pixels, orientation), np.asarray(ImageOps.exif_transpose(image)))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_was_transparent_stays_so(tmp_path: Path, mode: str) -> None:
    from PIL import Image

    stored = Image.new("RGBA", (60, 40), (255, 255, 255, 0))
    stored.paste((255, 255, 255, 255), (0, 20, 60, 40))
    stored.convert(mode).save(tmp_path / "in.png")
    assert main(["photo", str(tmp_path / "in.png"), "-o", str(tmp_path / "out.png"), *RIGHT]) == 0
    made = cv2.imread(str(tmp_path / "out.png"), cv2.IMREAD_UNCHANGED)
    assert made is not None
    shows = np.zeros((40, 60), np.uint8)
    shows[20:, 30:] = 255
    np.testing.assert_array_equal(made[:, :, 3], shows)
    assert (made[20:, 30:, :3] == 255).all()


def test_inks_become_colours_by_their_profile(tmp_path: Path) -> None:

    from PIL import Image, ImageCms

    linear = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    Image.new("LAB", (8, 8), (128, 128, 128)).save(tmp_path / "in.tif", icc_profile=linear.tobytes())
    photo = pictures.load(tmp_path / "in.tif")
    assert np.abs(photo.pixels[4, 4].astype(int) - 119).max() <= 3  # L* 50 is 119 in sRGB
    assert photo.said.profile is None


@pytest.mark.parametrize("size", [(1, 1), (20000, 1), (1, 3000)])
def test_strange_sizes_go_through_whole(tmp_path: Path, size: tuple[int, int]) -> None:
    from PIL import Image

    Image.new("RGB", size, (10, 200, 30)).save(tmp_path / "in.png")
    assert main(["photo", str(tmp_path / "in.png"), "-o", str(tmp_path / "out.png")]) == 0
    with Image.open(tmp_path / "out.png") as made:
        assert made.size == size
        assert made.mode == "RGBA"


def test_heic_without_its_reader_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
    monkeypatch.setattr(pictures, "FORMATS", ("JPEG", "PNG"))
    with pytest.raises(UsageError, match="not a picture") as caught:
        pictures.load(tmp_path / "in.heic")
    assert "vbg[heic]" in caught.value.hint


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is counted otherwise elsewhere")
@pytest.mark.parametrize("bits", [8, 16])
def test_a_large_photograph_stays_within_the_stated_memory(tmp_path: Path, bits: int) -> None:
    """Stated for 50 megapixels; tried with 12."""
    kind = np.uint8 if bits == 8 else np.uint16
    cv2.imwrite(str(tmp_path / "in.png"), np.zeros((3000, 4000, 3), kind), [cv2.IMWRITE_PNG_COMPRESSION, 1])
    code = (
        "import re, sys; from pathlib import Path; from vbg.models.constant import Constant\n"
        "from vbg.matting.keep import Region; from vbg.matting.style import Style; from vbg.photos import *\n"
        "asked = Options(None, Style(keep=(Region(.2, .2, .5, .5),)), Constant(0.0))\n"
        "convert(Path(sys.argv[1]) / 'in.png', Path(sys.argv[1]) / 'out.png', asked)\n"
        "status = Path('/proc/self/status').read_text()\n"  # getrusage would count the parent's, too
        "peak = int(re.search(r'VmHWM:\\s*(\\d+)', status)[1]) / 1024; print(round(peak), 'MB')\n"
        f"sys.exit(peak > FIXED_MB + (MOST_MB[{bits}] - FIXED_MB) * 12 / 50)"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    subprocess.run(command, check=False)  # compiles what is not compiled yet, which takes memory of its own
    subprocess.run(command, check=True)
