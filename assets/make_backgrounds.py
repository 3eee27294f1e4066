"""Makes `assets/backgrounds/`: python assets/make_backgrounds.py [NAME...]   (half a minute)

Every picture is computed from what stands here, with fixed seeds; no photograph or texture of others is in it. Light is added up
and blurred in linear light, as a lens does; a little noise at the end keeps gradients from banding.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).resolve().parent / "backgrounds"
WIDTH, HEIGHT = 1920, 1080
Light = NDArray[np.float32]  # (h, w, 3), linear, RGB


def linear(colour: str) -> Light:
    """`#rrggbb` (sRGB) in linear light."""
    srgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], np.float32) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4).astype(np.float32)


def grid(width: int = WIDTH, height: int = HEIGHT) -> tuple[Light, Light]:
    """x from 0 to the aspect ratio, y from 0 to 1."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    return x / height, y / height


def blurred(light: Light, sigma: float) -> Light:
    """sigma: fraction of the height."""
    return np.asarray(cv2.GaussianBlur(light, (0, 0), sigma * light.shape[0], borderType=cv2.BORDER_REPLICATE), np.float32)


def lens(light: Light, radius: float) -> Light:
    """Out of focus as a round aperture makes it. radius: fraction of the height."""
    size = 2 * round(radius * light.shape[0]) + 1
    y, x = np.mgrid[0:size, 0:size].astype(np.float32) - size // 2
    disc = np.clip(size / 2 - np.hypot(x, y), 0, 1).astype(np.float32)
    return np.asarray(cv2.filter2D(light, -1, disc / disc.sum(), borderType=cv2.BORDER_REFLECT), np.float32)


def clouds(seed: int, cells: int, octaves: int = 4) -> Light:
    """Smooth noise, 0..1, (HEIGHT, WIDTH)."""
    rng = np.random.default_rng(seed)
    out, weight = np.zeros((HEIGHT, WIDTH), np.float32), 1.0
    for octave in range(octaves):
        n = cells * 2**octave
        small = rng.random((n, n * 16 // 9)).astype(np.float32)
        out += weight * cv2.resize(small, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
        weight /= 2
    return (out - out.min()) / (out.max() - out.min())


def ramp(stops: list[tuple[float, str]], at: Light) -> Light:
    """Colours between `stops` (place, colour) at the places `at`."""
    places = [place for place, _ in stops]
    colours = np.array([linear(colour) for _, colour in stops])
    return np.stack([np.interp(at, places, colours[:, c]) for c in range(3)], axis=-1).astype(np.float32)


def mesh(points: list[tuple[float, float, float, str]], base: str) -> Light:
    """A soft mesh of colours: each point (x, y, reach, colour) pulls what is near it."""
    x, y = grid()
    total, weights = np.broadcast_to(linear(base) * 0.35, (HEIGHT, WIDTH, 3)).copy(), np.full((HEIGHT, WIDTH), 0.35, np.float32)
    for px, py, reach, colour in points:
        weight = np.exp(-((x - px) ** 2 + (y - py) ** 2) / (2 * reach**2)).astype(np.float32)
        total += weight[..., None] * linear(colour)
        weights += weight
    return np.asarray(total / weights[..., None], np.float32)


def box(light: Light, left: float, top: float, right: float, bottom: float, colour: str | Light) -> None:
    """A filled box; sides in fractions of the height."""
    rows, cols = slice(round(top * HEIGHT), round(bottom * HEIGHT)), slice(max(0, round(left * HEIGHT)), round(right * HEIGHT))
    light[rows, cols] = linear(colour) if isinstance(colour, str) else colour


def glow(light: Light, x: float, y: float, reach: float, colour: str, strength: float) -> None:
    """A light's halo on all that is around it."""
    gx, gy = grid(light.shape[1], light.shape[0])
    fall = strength / (1 + ((gx - x) ** 2 + (gy - y) ** 2) / reach**2) ** 1.5
    light += fall[..., None].astype(np.float32) * linear(colour)


def discs(
    light: Light,
    seed: int,
    count: int,
    colours: list[str],
    where: Callable[[np.random.Generator], tuple[float, float]],
    radius: tuple[float, float],
    strength: tuple[float, float],
) -> None:
    """Points of light out of focus: discs with a slightly brighter rim."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        x, y = where(rng)
        r = rng.uniform(*radius) * HEIGHT
        tint = linear(colours[rng.integers(len(colours))]) * rng.uniform(*strength) ** 2
        cx, cy, reach = x * HEIGHT, y * HEIGHT, int(r) + 3
        x0, x1, y0, y1 = (
            int(max(0, cx - reach)),
            int(min(WIDTH, cx + reach)),
            int(max(0, cy - reach)),
            int(min(HEIGHT, cy + reach)),
        )
        if x0 >= x1 or y0 >= y1:
            continue
        gy, gx = np.mgrid[y0:y1, x0:x1].astype(np.float32)
        d = np.hypot(gx - cx, gy - cy)
        shape = np.clip((r - d) / 2.5 + 0.5, 0, 1) * (0.75 + 0.4 * np.clip(d / r, 0, 1) ** 6)
        light[y0:y1, x0:x1] += shape[..., None].astype(np.float32) * tint


def leaves(
    seed: int, count: int, area: tuple[float, float, float, float], size: tuple[float, float], angle: tuple[float, float]
) -> Light:
    """How much light passes between leaves, 0..1, (HEIGHT, WIDTH). Sizes in fractions of the height, angles in degrees."""
    rng, mask = np.random.default_rng(seed), np.zeros((HEIGHT, WIDTH), np.uint8)
    for _ in range(count):
        x, y = rng.uniform(area[0], area[2]) * HEIGHT, rng.uniform(area[1], area[3]) * HEIGHT
        long = rng.uniform(*size) * HEIGHT
        cv2.ellipse(
            mask,
            (int(x), int(y)),
            (int(long), int(long * rng.uniform(0.24, 0.36))),
            rng.uniform(*angle),
            0,
            360,
            255,
            -1,
            cv2.LINE_AA,
        )
    return 1 - mask.astype(np.float32) / 255


def sunlit() -> Light:
    """A plastered wall in the morning: the window's light and a plant's shadow on it."""
    x, y = grid()
    wall = ramp([(0, "#e9e0d3"), (1, "#cdbfae")], (0.75 * y + 0.14 * x).clip(0, 1)) * (0.80 + 0.03 * clouds(3, 40, 3)[..., None])
    u, v = x - 0.30 - 0.42 * y, y - 0.02 + 0.10 * x  # the light comes from the upper left
    panes = np.zeros((HEIGHT, WIDTH), np.float32)
    for column in range(3):
        for row in range(2):
            left, top = 0.02 + column * 0.335, 0.06 + row * 0.44
            panes = np.maximum(panes, ((u > left) & (u < left + 0.30) & (v > top) & (v < top + 0.40)).astype(np.float32))
    near = np.asarray(cv2.GaussianBlur(panes, (0, 0), 9), np.float32)
    far = np.asarray(cv2.GaussianBlur(panes, (0, 0), 26), np.float32)
    t = np.clip((u - 0.1) / 0.9, 0, 1)
    light = near * (1 - t) + far * t  # the penumbra widens with the distance from the frame
    plant = np.minimum(
        leaves(8, 46, (1.15, 0.02, 1.75, 0.62), (0.06, 0.12), (100, 170)),
        leaves(9, 26, (0.95, 0.45, 1.6, 0.95), (0.05, 0.09), (95, 185)),
    )
    light *= 0.25 + 0.75 * np.asarray(cv2.GaussianBlur(plant, (0, 0), 11), np.float32)
    return np.asarray(wall * 0.82 + light[..., None] * wall * linear("#ffedcf") * 0.66, np.float32)


def studio() -> Light:
    """A painted canvas, lit from the left, as portrait photographers hang it."""
    x, y = grid()
    cloth = 0.72 + 0.4 * clouds(21, 3, 5)
    lit = np.exp(-(((x - 0.75) / 0.95) ** 2 + ((y - 0.42) / 0.75) ** 2))
    return np.asarray(ramp([(0, "#23282e"), (0.5, "#566069"), (1, "#98a3a8")], (lit * cloth).clip(0, 1)), np.float32)


def dusk() -> Light:
    return mesh(
        [
            (0.1, 0.05, 0.42, "#2b1b58"),
            (0.75, 0.0, 0.4, "#5a2a83"),
            (1.6, 0.1, 0.45, "#b03a7e"),
            (0.25, 0.75, 0.4, "#3a2c7c"),
            (1.05, 0.62, 0.38, "#f0716a"),
            (1.7, 0.8, 0.4, "#ffb36b"),
            (0.7, 1.05, 0.35, "#7b3a92"),
        ],
        "#4a2a72",
    )


def lagoon() -> Light:
    return mesh(
        [
            (0.0, 0.0, 0.45, "#0d3b5e"),
            (0.8, 0.1, 0.4, "#11698a"),
            (1.7, 0.0, 0.45, "#1c8f9b"),
            (0.3, 0.9, 0.42, "#0b5568"),
            (1.1, 0.75, 0.4, "#5cc5b0"),
            (1.75, 0.95, 0.35, "#d4efc6"),
            (0.9, 0.45, 0.25, "#1f8aa3"),
        ],
        "#12607c",
    )


def pearl() -> Light:
    return mesh(
        [
            (0.1, 0.1, 0.45, "#f4efe9"),
            (0.9, 0.0, 0.4, "#dfe6f0"),
            (1.7, 0.1, 0.45, "#efe3e6"),
            (0.3, 0.95, 0.4, "#d5dee9"),
            (1.05, 0.7, 0.35, "#f7f2ea"),
            (1.75, 0.9, 0.4, "#dccfd9"),
        ],
        "#e8e8ec",
    )


def evening() -> Light:
    """A city's lights behind the window, at night."""
    _, y = grid()
    light = ramp([(0, "#0b1024"), (0.55, "#1c2144"), (0.75, "#3a2b4c"), (1, "#0d0d18")], y).copy()
    band = lambda rng: (rng.uniform(-0.05, 1.83), float(np.clip(rng.normal(0.62, 0.13), 0.2, 0.98)))  # noqa: E731
    discs(light, 4, 150, ["#ffb45e", "#ff8c4a", "#ffd9a0", "#7fb4ff"], band, (0.012, 0.03), (0.25, 0.6))
    light = lens(light, 0.006)
    discs(light, 5, 60, ["#ffb45e", "#ff7a4d", "#ffe0b0", "#6aa8ff", "#ff5f7a"], band, (0.035, 0.065), (0.22, 0.5))
    discs(light, 6, 9, ["#ffc980", "#8fc0ff"], band, (0.08, 0.11), (0.16, 0.26))
    box(light, 0.535, 0, 0.575, 1, "#07070d")  # the window's frame, near and dark
    box(light, 0, 0.93, 1.78, 1, "#0a0910")
    return lens(light, 0.005)


def garden() -> Light:
    """Sun through leaves, far out of focus."""
    _, y = grid()
    light = ramp([(0, "#b9cf7a"), (0.4, "#6f9a45"), (1, "#24431f")], (y * 0.9 + 0.25 * clouds(2, 3, 3)).clip(0, 1)).copy()
    light *= (0.55 + 0.75 * clouds(13, 5, 4))[..., None]
    glow(light, 1.25, 0.1, 0.35, "#fff1b0", 0.9)
    anywhere = lambda rng: (rng.uniform(0, 1.78), rng.beta(1.3, 1.9))  # noqa: E731
    discs(light, 1, 120, ["#d8ec8e", "#a8cf5e", "#f7f3b4"], anywhere, (0.02, 0.05), (0.15, 0.42))
    light = lens(light, 0.008)
    discs(light, 2, 40, ["#eef7b4", "#bfe07a"], anywhere, (0.05, 0.1), (0.12, 0.34))
    return lens(light, 0.006)


def study() -> Light:
    """A wall of books beside a lamp, out of focus."""
    rng = np.random.default_rng(17)
    light = np.broadcast_to(linear("#3d332c"), (HEIGHT, WIDTH, 3)).copy()
    spines = [
        "#7a3b2e",
        "#2f4a55",
        "#c9b48a",
        "#54603f",
        "#8c5a35",
        "#d8cdb8",
        "#29333f",
        "#9c7a4a",
        "#5b2f33",
        "#b5a58c",
        "#3f5a4a",
        "#e3dac6",
    ]
    for shelf in range(4):
        top, bottom = shelf * 0.262 - 0.03, shelf * 0.262 + 0.215
        box(light, 0.0, max(0, top), 1.24, bottom, "#1d1713")
        for bay in range(3):
            at, end = bay * 0.415 + 0.02, bay * 0.415 + 0.385
            while at < end - 0.012:
                wide = rng.uniform(0.014, 0.036)
                if rng.random() < 0.1:  # a gap, or a thing that stands there
                    at += rng.uniform(0.03, 0.09)
                    continue
                tall = rng.uniform(0.135, 0.2)
                tint = linear(spines[rng.integers(len(spines))]) * rng.uniform(0.75, 1.1)
                box(light, at, max(0, bottom - tall), min(at + wide, end), bottom, tint)
                box(light, at, max(0, bottom - tall * 0.8), min(at + wide, end), bottom - tall * 0.76, tint * 1.8)
                at += wide + 0.0012
            box(light, end + 0.005, 0, end + 0.03, 1, "#5a4331")
        box(light, 0.0, bottom, 1.24, bottom + 0.026, "#6b5039")
    wall = ramp([(0, "#6f6a5c"), (1, "#4d4a41")], grid()[1])
    light[:, round(1.24 * HEIGHT) :] = wall[:, round(1.24 * HEIGHT) :]
    x, y = grid()
    light *= (0.30 + 1.5 / (1 + ((x - 1.5) ** 2 + (y - 0.42) ** 2) / 0.38**2))[..., None] * linear("#ffe6c0") * 1.25
    shade = np.array([[1.42, 0.34], [1.58, 0.34], [1.63, 0.55], [1.37, 0.55]]) * HEIGHT
    cv2.fillPoly(light, [shade.astype(np.int32)], [float(v) for v in linear("#ffd08a") * 1.5])
    box(light, 1.494, 0.55, 1.506, 0.8, "#2b2016")
    box(light, 1.24, 0.8, 1.78, 0.84, "#7a5a3c")
    box(light, 1.24, 0.84, 1.78, 1.0, "#2c2119")
    light = lens(blurred(light, 0.003), 0.013)
    glow(light, 1.5, 0.44, 0.2, "#ffb867", 0.35)
    return light


def loft() -> Light:
    """A bright room with tall windows, out of focus."""
    x, y = grid()
    light = ramp([(0, "#dcd8d0"), (0.78, "#c9c3b8"), (0.79, "#a58b6e"), (1, "#8d7153")], y).copy()
    for left in (0.08, 0.47, 0.86):
        sky = ramp([(0, "#cfe4f5"), (0.5, "#eef5f8"), (0.62, "#b7c6a6"), (0.8, "#8fa47c")], y)
        cols, rows = slice(round(left * HEIGHT), round((left + 0.32) * HEIGHT)), slice(round(0.06 * HEIGHT), round(0.72 * HEIGHT))
        light[rows, cols] = sky[rows, cols] * 1.35
        for bar in (0.105, 0.21):
            box(light, left + bar, 0.06, left + bar + 0.01, 0.72, "#4a4d50")
        for bar in (0.28, 0.5):
            box(light, left, bar, left + 0.32, bar + 0.01, "#4a4d50")
        beam = np.clip(1 - np.abs(x - (left + 0.16 + 0.35 * (y - 0.72))) / (0.13 + 0.1 * (y - 0.7)), 0, 1) * (y > 0.79)
        light += (beam * 0.35)[..., None].astype(np.float32) * linear("#fff0d8")
    box(light, 0.1, 0.66, 0.9, 0.74, "#8e9aa0")  # a sofa
    box(light, 0.1, 0.72, 0.9, 0.86, "#7c888f")
    for at, tint in ((0.16, "#d9a35b"), (0.66, "#e7ded0")):
        box(light, at, 0.645, at + 0.15, 0.745, tint)
    light *= (1 - 0.25 * np.clip((x - 1.2) / 0.6, 0, 1) ** 2)[..., None]
    pot = np.array([[1.42, 0.8], [1.58, 0.8], [1.555, 0.97], [1.445, 0.97]]) * HEIGHT
    green = np.minimum(
        leaves(31, 60, (1.33, 0.3, 1.68, 0.76), (0.06, 0.11), (40, 140)),
        leaves(32, 20, (1.46, 0.5, 1.54, 0.82), (0.05, 0.08), (80, 100)),
    )
    tint = ramp([(0, "#3f6a3c"), (1, "#7fa061")], clouds(33, 12, 2))
    light = light * green[..., None] + tint * (1 - green[..., None])
    light = np.ascontiguousarray(light, np.float32)
    cv2.fillPoly(light, [pot.astype(np.int32)], [float(v) for v in linear("#c9c1b5")])
    return lens(blurred(light, 0.002), 0.014)


def finished(light: Light, seed: int) -> NDArray[np.uint8]:
    """8-bit sRGB, BGR, with a shoulder for what is too bright and a little noise."""
    light = np.where(light > 0.7, 0.7 + 0.3 * (1 - np.exp(-(light - 0.7) / 0.3)), light).clip(0, 1)
    srgb = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    noise = np.random.default_rng(seed).normal(0, 0.9 / 255, (HEIGHT, WIDTH, 1))
    return np.ascontiguousarray(((srgb + noise).clip(0, 1) * 255 + 0.5).astype(np.uint8)[:, :, ::-1])


PICTURES: dict[str, Callable[[], Light]] = {
    one.__name__: one for one in (sunlit, loft, study, studio, garden, evening, dusk, lagoon, pearl)
}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for seed, (name, make) in enumerate(PICTURES.items()):
        if len(sys.argv) == 1 or name in sys.argv[1:]:
            path = FOLDER / f"{name}.jpg"
            path.write_bytes(cv2.imencode(".jpg", finished(make(), seed), [cv2.IMWRITE_JPEG_QUALITY, 86])[1].tobytes())
            print(f"{path.name}: {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
