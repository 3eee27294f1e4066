"""What other programs import: `vbg.remove_background`, `vbg.Pipeline`; the README's examples run as they stand there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

import vbg
from vbg import pictures
from vbg.cameras.demo import Demo
from vbg.frame import Pixels
from vbg.matting.keep import Region
from vbg.models.constant import Constant

README = Path(__file__).parents[1] / "README.md"
RIGHT = vbg.Style(keep=(Region(0.5, 0, 0.5, 1),), drop=(Region(0, 0, 0.5, 1),))


@pytest.fixture(scope="module")
def demo() -> tuple[Pixels, Any]:
    """A frame of the demo clip and its exact alpha."""
    source = Demo().open(640, 360)
    frame = source.read()
    assert frame is not None
    truth = source.truth(frame.index)
    source.close()
    return frame.pixels, truth


def test_the_readmes_examples_run(tmp_path: Path, demo: tuple[Pixels, Any]) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert len(blocks) >= 2
    cv2.imwrite(str(tmp_path / "me.jpg"), demo[0])
    shown = "\nassert person.shape == (360, 640, 4) and person[0, 0, 3] == 0 and person[:, :, 3].max() == 255\n"
    subprocess.run([sys.executable, "-W", "error", "-c", "\n".join(blocks) + shown], cwd=tmp_path, check=True)
    covered, me = cv2.imread(str(tmp_path / "covered.png")), cv2.imread(str(tmp_path / "me.jpg"))
    assert covered is not None
    assert me is not None
    assert cv2.Laplacian(covered[:90, :200], cv2.CV_32F).std() < 0.5 * cv2.Laplacian(me[:90, :200], cv2.CV_32F).std()


def test_importing_vbg_loads_nothing_else() -> None:
    code = "import sys, vbg; dir(vbg); print([m for m in ('numpy', 'cv2', 'numba', 'PIL') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_what_is_public_is_there_and_documented() -> None:
    for name in vbg.__all__:
        thing = getattr(vbg, name)
        assert name.startswith("__") or thing.__doc__
        assert name in dir(vbg)
    stub = (Path(vbg.__file__).with_suffix(".pyi")).read_text(encoding="utf-8")
    assert all(name in stub for name in vbg.__all__)
    with pytest.raises(AttributeError, match="nonsense"):
        getattr(vbg, "nonsense")  # noqa: B009


def test_the_person_is_found_in_an_array(demo: tuple[Pixels, Any]) -> None:
    bgr, truth = demo
    rgb = np.ascontiguousarray(bgr[:, :, ::-1])
    before = rgb.copy()
    made = vbg.remove_background(rgb)
    np.testing.assert_array_equal(rgb, before)
    assert made.dtype == np.uint8
    assert made.flags.c_contiguous
    assert np.abs(made[:, :, 3] / 255 - truth).mean() < 0.01
    inside = truth == 1
    inside &= made[:, :, 3] == 255
    np.testing.assert_array_equal(made[inside][:, :3], rgb[inside])


def ramp(kind: Any, *channels: int) -> NDArray[Any]:
    top = np.iinfo(kind).max
    made = np.linspace(0, top, 24 * 32 * max(1, *channels, 1)).astype(kind)
    return made.reshape(24, 32, *channels)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [(), (3,), (4,)])
def test_any_image_keeps_its_depth_and_colours(kind: Any, channels: tuple[int, ...]) -> None:
    image, top = ramp(kind, *channels), np.iinfo(kind).max
    if channels == (4,):
        image[:, :, 3] = top
        image[:5, :, 3] = 0
    made = vbg.remove_background(image, style=RIGHT, model=Constant(0.0))
    assert made.shape == (24, 32, 4)
    assert made.dtype == kind
    colours = image[:, :, None] if not channels else image[:, :, :3]
    np.testing.assert_array_equal(made[5:, 17:, :3], np.broadcast_to(colours, (24, 32, 3))[5:, 17:])
    assert (made[:, :15, 3] == 0).all()
    assert (made[5:, 17:, 3] == top).all()
    if channels == (4,):
        assert (made[:5, :, 3] == 0).all()


def test_a_file_is_turned_upright(tmp_path: Path) -> None:
    from PIL import Image

    turned = Image.Exif()
    turned[0x0112] = 6
    Image.new("RGB", (32, 24), (10, 20, 200)).save(tmp_path / "in.png", exif=turned)
    made = vbg.remove_background(str(tmp_path / "in.png"), style=RIGHT, model=Constant(0.0))
    assert made.shape == (32, 24, 4)
    assert made[5, 20].tolist() == [10, 20, 200, 255]


def test_a_trimap_decides(demo: tuple[Pixels, Any]) -> None:
    bgr, truth = demo
    known = trimap_of(truth, 12)
    made = vbg.remove_background(bgr[:, :, ::-1], trimap=known)[:, :, 3] / 255
    assert (made[known == 255] == 1).all()
    assert (made[known == 0] == 0).all()
    unsure = (known > 0) & (known < 255)
    assert ((made - truth)[unsure] ** 2).mean() < 0.015  # half-way everywhere: 0.23


def trimap_of(truth: Any, band: int) -> NDArray[np.uint8]:
    """What surely is person and room, `band` pixels away from the other."""
    size = np.ones((2 * band + 1, 2 * band + 1), np.uint8)
    inside, outside = (cv2.erode(one.astype(np.uint8), size) for one in (truth > 0.98, truth < 0.02))
    return np.where(inside > 0, 255, np.where(outside > 0, 0, 128)).astype(np.uint8)


@pytest.mark.parametrize(
    "image",
    [np.zeros((4, 4, 2), np.uint8), np.zeros((4, 4, 3), np.float32), np.zeros((0, 4, 3), np.uint8), np.zeros(4, np.uint8)],
)
def test_what_is_no_image_is_refused_with_a_hint(image: NDArray[Any]) -> None:
    with pytest.raises(vbg.VbgError, match="is no image") as caught:
        vbg.remove_background(image)
    assert "RGBA" in caught.value.hint


def test_a_trimap_of_another_size_is_refused() -> None:
    image = np.zeros((4, 6, 3), np.uint8)
    for wrong in (np.zeros((6, 4), np.uint8), np.zeros((4, 6), np.float32)):
        with pytest.raises(vbg.VbgError, match="trimap"):
            vbg.remove_background(image, trimap=wrong)
    with pytest.raises(vbg.VbgError, match="there is no file"):
        vbg.remove_background("missing.jpg")


def test_sixteen_bits_are_rounded_for_the_model() -> None:
    full = np.array([[[0, 128, 129], [257, 65535, 65406]]], np.uint16)
    assert pictures.shallow(full).tolist() == [[[0, 0, 1], [1, 255, 254]]]
