"""Makes the demo camera's two layers, `assets/demo/person.png` and `assets/demo/room.jpg`.

    pip install scikit-image pymatting opencv-contrib-python numba
    python assets/make_demo.py            (about five minutes on two cores; `--person` or `--room` for one of the two)

The person is NASA's portrait of the astronaut Eileen Collins (public domain), as scikit-image ships it: cut out along a
hand-drawn outline, the edge solved by closed-form matting (Levin, Lischinski, Weiss, 2008), the colours under the soft edge
by multi-level foreground estimation (Germer et al., 2020), so that nothing of the flag and the backdrop shines through the
hair. Where the helmet covers her left arm, her right sleeve is mirrored in. The room is our own: see make_demo_room.py.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

DEMO = Path(__file__).resolve().parent / "demo"
PORTRAIT_SHA256 = "a8c429c18afa7b0fd5673e598d73a21225d94c864a71bbb3885126fdecb41071"  # of the array's bytes

Points = list[tuple[float, float]]
Image = NDArray[np.float32]

# The outline, clockwise, in pixels of the 512x512 portrait. "Left" and "right" are the picture's.
HEAD: Points = [
    (183, 140), (182, 131), (178, 130), (173, 125), (170, 119), (166, 115), (160, 109), (156, 101), (154, 90), (153, 75),
    (154, 66), (157, 58), (163, 50), (170, 43), (180, 38), (190, 34), (192, 29), (198, 25), (208, 20.5), (220, 16.5),
    (230, 15), (240, 16), (250, 18.5), (262, 24), (275, 31), (286, 40), (293, 51), (297, 62), (300, 75), (301, 88),
    (299, 100), (296, 110), (290, 118), (282, 125), (278, 131), (273, 136), (268, 137), (266, 134.5), (267, 140),
]  # fmt: skip
HAIR = HEAD[2:36]
PARTING: Points = [(196, 22), (190, 30), (178, 36)]  # loose strands stand out here
RIGHT: Points = [
    (264, 150), (259, 158), (257, 165), (255, 173), (262, 177), (270, 182.5), (280, 191.5), (288, 201), (295, 211), (300, 221),
    (303, 231), (304, 234), (310, 236.5), (320, 243), (330, 252), (338, 261), (343, 269), (347, 279), (351, 284), (354, 293),
    (357, 305), (358, 318), (362, 332), (359, 335), (360, 341),
]  # fmt: skip
HELMET: Points = [
    (364, 344), (348, 346), (332, 350), (321, 357), (308, 369), (296, 384), (288, 399), (282, 416), (278, 435), (275, 460),
    (274, 512),
]  # fmt: skip
LEFT: Points = [
    (70, 512), (50, 512), (37, 503), (29, 490), (25, 473), (23, 450), (22, 430), (20.5, 415), (18.5, 402), (18.5, 392),
    (23, 380), (25, 366), (25, 352), (26, 342), (30, 331), (33, 318), (36, 310), (39, 300), (40, 290), (45, 280), (50, 268),
    (58, 256), (66, 244), (74, 236), (85, 227), (96, 219), (100, 214), (108, 207), (112, 205), (113.5, 199), (112, 193),
    (112.5, 187), (118, 186), (120, 180), (125, 175), (132, 164), (145, 154), (160, 149), (172, 147.5), (185, 148),
]  # fmt: skip
OUTLINE = HEAD + RIGHT + HELMET + LEFT
_CUT_Y, _MIRROR_X, _SLEEVE_UP, _SEAM = 436, 381, 72, (329.0, 262.0)
_FINE = 2  # the matte is solved at twice the portrait's size, so that the edge falls between pixels too


def portrait() -> NDArray[np.uint8]:
    """The source picture: (512, 512, 3) RGB."""
    import skimage.data

    picture: NDArray[np.uint8] = skimage.data.astronaut()
    if hashlib.sha256(picture.tobytes()).hexdigest() != PORTRAIT_SHA256:
        raise SystemExit("scikit-image's astronaut picture is not the one that the outline was drawn on")
    return picture


def _fixed(points: Points) -> NDArray[np.int32]:
    """`points` on the fine grid in OpenCV's fixed point (four bits)."""
    return np.round((np.array(points) * _FINE + _FINE / 2 - 0.5) * 16).astype(np.int32)


def trimap() -> NDArray[np.float64]:
    """1 = surely her, 0 = surely not, 0.5 = to be solved: a narrow band along the outline, wider along the hair."""
    body = np.zeros((512 * _FINE, 512 * _FINE), np.uint8)
    cv2.fillPoly(body, [_fixed(OUTLINE)], 255, shift=4)
    band = np.zeros_like(body)
    for line, radius in ((OUTLINE + OUTLINE[:1], 2.0), (HAIR, 5.0), (PARTING, 7.0)):
        cv2.polylines(band, [_fixed(line)], False, 255, int(2 * radius * _FINE + 1), shift=4)
    return np.where(band > 0, 0.5, np.where(body > 0, 1.0, 0.0))


def cut_out() -> tuple[Image, Image]:
    """Her colours without the backdrop, (512, 512, 3) RGB, and her alpha, (512, 512); 0..1. The helmet is missing."""
    from pymatting import estimate_alpha_cf, estimate_foreground_ml

    size = (512 * _FINE, 512 * _FINE)
    fine = cv2.resize(portrait(), size, interpolation=cv2.INTER_LANCZOS4).astype(np.float64) / 255
    fine_alpha = estimate_alpha_cf(fine, trimap())
    fine_alpha = np.clip((fine_alpha - 0.02) / 0.96, 0, 1)  # the solver's traces far from the edge
    colours = estimate_foreground_ml(fine, fine_alpha)
    alpha = _halved(fine_alpha)
    return np.clip(_halved(colours * fine_alpha[..., None]) / np.maximum(alpha, 1e-3)[..., None], 0, 1), alpha


def _halved(x: NDArray[np.float64]) -> Image:
    return cv2.resize(x, (512, 512), interpolation=cv2.INTER_AREA).astype(np.float32)


def with_both_arms(colours: Image, alpha: Image) -> tuple[Image, Image]:
    """The same with the arm behind the helmet: the other sleeve, mirrored, moved up and a little darker, under a soft seam."""
    layer = np.dstack([colours * alpha[..., None], alpha])
    mirror = np.array([[-1, 0, _MIRROR_X], [0, 1, -_SLEEVE_UP]], np.float32)
    sleeve = cv2.warpAffine(layer, mirror, (512, 512), flags=cv2.INTER_CUBIC).clip(0, 1)
    down = np.clip((np.arange(512) - _SEAM[0]) / 12, 0, 1)[:, None, None]
    right = np.clip((np.arange(512) - _SEAM[1]) / 6, 0, 1)[None, :, None]
    sleeve = (sleeve * down * right).astype(np.float32) * np.array([0.95, 0.88, 0.80, 1], np.float32)
    both = layer + sleeve * (1 - layer[..., 3:])
    return both[..., :3] / np.maximum(both[..., 3:], 1e-3), _in_one_piece(both[..., 3])


def _in_one_piece(alpha: Image) -> Image:
    """`alpha` without the solver's specks outside and the holes inside."""
    alpha = np.where(_largest(alpha >= 1 / 255), alpha, 0)
    return np.where(_largest(alpha <= 254 / 255), alpha, 1).astype(np.float32)


def _largest(region: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest connected piece of `region`."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(region.astype(np.uint8), connectivity=4)
    return np.asarray(labels == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA])))


def graded(colours: Image) -> Image:
    """Her colours as the room's camera would give them: less contrast and saturation, daylight from the left, warmth right."""
    x = np.linspace(-1, 1, colours.shape[1], dtype=np.float32)[None, :, None]
    light = (1 - 0.07 * x) * (1 + x * np.array([0.02, 0, -0.035], np.float32)) * np.array([1.03, 0.985, 1.0], np.float32)
    out = (np.clip(colours, 0, 1) ** 2.2 * 0.95 * light) ** (1 / 2.2)
    grey = out @ np.array([0.299, 0.587, 0.114], np.float32)
    out = grey[..., None] + (out - grey[..., None]) * 0.94
    return np.clip(out * 0.95 + 0.02, 0, 1)


def person() -> NDArray[np.uint8]:
    """The person layer: (436, 390, 4) BGRA, straight alpha; nothing is stored where she is not."""
    colours, alpha = with_both_arms(*cut_out())
    out = np.dstack([graded(colours)[..., ::-1], alpha])[:_CUT_Y, :390]
    pixels = np.round(out * 255).astype(np.uint8)
    near = cv2.dilate(pixels[..., 3], np.ones((5, 5), np.uint8)) > 0
    pixels[~near] = 0
    return pixels


def _write(name: str, content: NDArray[np.uint8]) -> None:
    path = DEMO / name
    path.write_bytes(content.tobytes())
    print(f"{path.name}: {path.stat().st_size} bytes, sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the demo camera's layers.")
    parser.add_argument("--person", action="store_true", help="only the person")
    parser.add_argument("--room", action="store_true", help="only the room")
    parser.add_argument("--samples", type=int, default=160, help="light paths per pixel of the room (160)")
    wanted = parser.parse_args()
    DEMO.mkdir(exist_ok=True)
    if not wanted.room:
        _write("person.png", cv2.imencode(".png", person(), [cv2.IMWRITE_PNG_COMPRESSION, 9])[1])
    if not wanted.person:
        from make_demo_room import room

        _write("room.jpg", cv2.imencode(".jpg", room(samples=wanted.samples), [cv2.IMWRITE_JPEG_QUALITY, 93])[1])


if __name__ == "__main__":
    main()
