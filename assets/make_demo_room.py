"""The demo camera's room: what stands in it, and the picture that a webcam on the desk would take of it."""

from __future__ import annotations

import cv2
import numpy as np
from make_demo_trace import BALL, BOX, CLOTH, CONE, PLASTER, WOOD_X, WOOD_Y, Scene, render, world
from numpy.typing import NDArray

RGB = tuple[float, float, float]
_SPINES: tuple[RGB, ...] = (
    (0.42, 0.06, 0.05),
    (0.05, 0.13, 0.30),
    (0.04, 0.22, 0.15),
    (0.62, 0.42, 0.08),
    (0.70, 0.66, 0.56),
    (0.06, 0.06, 0.07),
    (0.55, 0.18, 0.05),
    (0.20, 0.10, 0.22),
    (0.10, 0.32, 0.38),
    (0.75, 0.72, 0.68),
    (0.30, 0.16, 0.07),
    (0.35, 0.40, 0.14),
    (0.60, 0.10, 0.14),
    (0.15, 0.17, 0.20),
    (0.78, 0.56, 0.20),
    (0.22, 0.36, 0.55),
)
_TITLES = (
    "ATLAS",
    "OPTICS",
    "NIGHT SKY",
    "GARDEN",
    "COLOUR",
    "ORBIT",
    "JAZZ",
    "TEA",
    "PYTHON",
    "MAPS",
    "THE SEA",
    "LIGHT",
    "BREAD",
    "NOISE",
    "HISTORY",
    "CINEMA",
    "RIVERS",
    "LINUX",
    "DESIGN",
    "POEMS",
    "BIRDS",
    "MUSIC",
    "ALPS",
    "LETTERS",
)
_WALNUT: RGB = (0.30, 0.155, 0.075)
_OAK: RGB = (0.50, 0.33, 0.18)
_WHITE: RGB = (0.80, 0.79, 0.76)


def srgb(colour: RGB) -> tuple[int, int, int]:
    r, g, b = (round(255 * c ** (1 / 2.2)) for c in colour)
    return r, g, b


def spine(colour: RGB, title: str, slim: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    """The back of a book: bands and its title, reading downwards. slim: width over height."""
    long, wide = 1024, max(24, int(1024 * slim))
    face = np.full((wide, long, 3), srgb(colour), np.uint8)
    light = sum(colour) > 0.9
    ink = srgb((0.08, 0.06, 0.05) if light else ((0.85, 0.78, 0.55) if rng.random() < 0.6 else (0.9, 0.9, 0.88)))
    if rng.random() < 0.45:
        band = srgb(_SPINES[rng.integers(len(_SPINES))])
        at, size = int(rng.uniform(0.03, 0.15) * long), int(rng.uniform(0.05, 0.16) * long)
        face[:, at : at + size] = band
        face[:, -at - size // 2 : -at] = band
    (w, h), _ = cv2.getTextSize(title, cv2.FONT_HERSHEY_DUPLEX, 1, 2)
    scale = min(0.62 * wide / h, 0.62 * long / w)
    thick = max(2, int(scale * 2.6))
    (w, h), _ = cv2.getTextSize(title, cv2.FONT_HERSHEY_DUPLEX, scale, thick)
    cv2.putText(
        face,
        title,
        (int((long - w) * rng.uniform(0.35, 0.7)), (wide + h) // 2),
        cv2.FONT_HERSHEY_DUPLEX,
        scale,
        ink,
        thick,
        cv2.LINE_AA,
    )
    return cv2.resize(np.rot90(face, -1), (512, 512), interpolation=cv2.INTER_AREA)


def poster() -> NDArray[np.uint8]:
    """A travel poster: a sun over hills, and words one can read from the desk."""
    art = np.zeros((720, 512, 3), np.uint8)
    art[:] = np.linspace((236, 190, 120), (240, 226, 196), 720)[:, None]
    cv2.circle(art, (330, 215), 92, (214, 92, 52), -1, cv2.LINE_AA)
    for height, wave, colour in ((330, 60, (142, 152, 128)), (400, 45, (84, 122, 112)), (470, 35, (40, 84, 92))):
        x = np.arange(513)
        y = height + wave * np.sin(x / (70 + wave) + height) + wave * 0.4 * np.sin(x / 37 + wave)
        cv2.fillPoly(art, [np.vstack([np.stack([x, y], 1), [[512, 720], [0, 720]]]).astype(np.int32)], colour, cv2.LINE_AA)
    art[535:] = (246, 240, 226)
    for text, y, scale, thick in (("SLOW", 610, 2.6, 9), ("MORNINGS", 668, 1.75, 6), ("every day, 7 to 9", 708, 0.95, 2)):
        (w, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, scale, thick)
        cv2.putText(art, text, ((512 - w) // 2, y), cv2.FONT_HERSHEY_DUPLEX, scale, (36, 52, 70), thick, cv2.LINE_AA)
    sheet = cv2.copyMakeBorder(art, 60, 60, 52, 52, cv2.BORDER_CONSTANT, value=(244, 242, 236))
    return cv2.resize(sheet, (512, 512), interpolation=cv2.INTER_AREA)


def outdoors(rng: np.random.Generator) -> NDArray[np.uint8]:
    """What the window shows: a bright sky, trees and a house, far out of focus."""
    view = np.zeros((512, 512, 3), np.float32)
    view[:] = np.linspace((205, 222, 240), (246, 246, 240), 512)[:, None]
    cv2.rectangle(view, (300, 300), (460, 512), (208, 178, 158), -1)
    cv2.fillPoly(view, [np.array([[280, 305], [380, 230], [480, 305]])], (170, 120, 105))
    for x in (330, 400):
        cv2.rectangle(view, (x, 345), (x + 32, 395), (110, 120, 135), -1)
    for _ in range(260):
        x, y = int(rng.normal(130, 75)), int(rng.normal(360, 70))
        g = rng.uniform(0.75, 1.15)
        cv2.circle(view, (x, y), int(rng.uniform(10, 32)), (112 * g, 134 * g, 98 * g), -1)
    cv2.rectangle(view, (0, 450), (512, 512), (120, 138, 100), -1)
    return np.clip(cv2.GaussianBlur(view, (0, 0), 7), 0, 255).astype(np.uint8)


def shell(s: Scene, rng: np.random.Generator) -> None:
    """Walls with a window opening, floor, ceiling, the window and its curtains."""
    wall: RGB = (0.60, 0.57, 0.515)
    x0, x1, y0, y1 = -1.42, -0.55, 1.02, 2.22
    for low, high in (((-3, 0), (x0, 2.6)), ((x1, 0), (3, 2.6)), ((x0, 0), (x1, y0)), ((x0, y1), (x1, 2.6))):
        s.box((*low, 3.0), (*high, 3.2), wall, pattern=PLASTER)
    s.box((-1.98, 0, -1), (-1.86, 2.6, 3), (0.50, 0.52, 0.53), pattern=PLASTER)
    s.box((-3, -0.1, -1.5), (3, 0, 3.2), _OAK, pattern=WOOD_X)
    s.box((-3, 2.6, -1.5), (3, 2.7, 3.2), _WHITE)
    s.box((-3, 0, 2.985), (3, 0.09, 3.0), _WHITE)
    for low, high in (
        ((x0, y0), (x0 + 0.05, y1)),
        ((x1 - 0.05, y0), (x1, y1)),
        ((x0, y0), (x1, y0 + 0.06)),
        ((x0, y1 - 0.05), (x1, y1)),
        ((-1.01, y0), (-0.96, y1)),
        ((x0, 1.80), (x1, 1.84)),
    ):
        s.box((*low, 3.08), (*high, 3.13), _WHITE)
    s.box((x0 - 0.06, y0 - 0.04, 2.90), (x1 + 0.06, y0, 3.08), _WHITE)
    s.box((-3.2, -0.2, 4.0), (1.2, 3.2, 4.05), _WHITE, glow=(1.25, 1.28, 1.32), picture=outdoors(rng))
    s.add(CONE, (-1.0, 2.36, 2.90), (0.011, 0.72, 0.011), (0.05, 0.045, 0.04), turn=(0, 0, 90))
    for left, right in ((-1.74, -1.36), (-0.62, -0.36)):
        n = int((right - left) / 0.036)
        for i in range(n):
            x, z = left + (i + 0.5) * (right - left) / n, 2.90 + (0.022 if i % 2 else 0) + rng.normal(0, 0.006)
            r = rng.uniform(0.022, 0.030)
            s.add(
                CONE,
                (x, 1.28, z),
                (r * 1.15, 1.07, r * 0.9),
                (0.66, 0.60, 0.49),
                pattern=CLOTH,
                turn=(rng.normal(0, 0.25), 0, rng.normal(0, 0.25)),
            )


def book(s: Scene, x: float, y: float, z: float, size: RGB, rng: np.random.Generator, lean: float = 0) -> None:
    """One standing book, its back towards the camera. x, y: its foot's left corner; z: its back; size: metres."""
    w, h, d = size
    colour = _SPINES[rng.integers(len(_SPINES))]
    g = rng.uniform(0.8, 1.15)
    grey = 0.25 * sum(colour) / 3
    colour = (g * (0.75 * colour[0] + grey), g * (0.75 * colour[1] + grey), g * (0.75 * colour[2] + grey))
    face = spine(colour, _TITLES[rng.integers(len(_TITLES))], w / h, rng)
    a = np.radians(lean)
    cx = x + (w * np.cos(a) + h * np.sin(a)) / 2
    cy = y + (h * np.cos(a) + w * np.sin(a)) / 2
    s.add(BOX, (cx, cy, z + d / 2), (w / 2, h / 2, d / 2), colour, turn=(0, 0, -lean), picture=face)
    s.add(BOX, (cx, cy, z + d / 2), (w / 2 - 0.003, h / 2 + 0.0004, d / 2 - 0.004), (0.75, 0.71, 0.62), turn=(0, 0, -lean))


def books(s: Scene, x: float, end: float, y: float, room: float, rng: np.random.Generator) -> None:
    """A row of standing books between `x` and `end` on a board at `y` with `room` above it."""
    while x < end - 0.06:
        w, h = rng.uniform(0.02, 0.058), min(rng.uniform(0.17, 0.31), room - 0.02)
        last = x + w > end - 0.11
        lean = rng.uniform(7, 13) if last and rng.random() < 0.7 else 0.0
        if last and lean:
            w = 0.03
        book(s, x, y, rng.uniform(2.70, 2.725), (w, h, rng.uniform(0.14, 0.20)), rng, lean)
        x += w + rng.uniform(0.0005, 0.003) + (h * np.sin(np.radians(lean)))


def bookcase(s: Scene, rng: np.random.Generator) -> None:
    """Seven boards of books and a few things between them."""
    x0, x1 = 1.02, 2.16
    s.box((x0, 0, 2.97), (x1, 2.24, 2.985), _WALNUT, pattern=WOOD_Y)
    for x in (x0, 1.62, x1):
        s.box((x - 0.012, 0, 2.68), (x + 0.012, 2.24, 2.985), _WALNUT, pattern=WOOD_Y)
    levels = (0.06, 0.42, 0.80, 1.16, 1.52, 1.88, 2.24)
    for y in levels:
        s.box((x0 - 0.012, y - 0.012, 2.68), (x1 + 0.012, y + 0.012, 2.985), _WALNUT, pattern=WOOD_X)
    ends = {(1, 0): 1.45, (2, 0): 1.60, (3, 0): 1.34, (4, 0): 1.60, (5, 0): 1.42, (3, 1): 2.15, (4, 1): 1.92, (5, 1): 2.15}
    for (row, column), end in ends.items():
        books(s, (x0, 1.62)[column] + 0.015, end, levels[row] + 0.012, 0.335, rng)
    y = levels[3] + 0.012
    s.add(BALL, (1.47, y + 0.13, 2.80), (0.085, 0.085, 0.085), (0.10, 0.26, 0.36))  # a globe on its foot
    s.add(CONE, (1.47, y + 0.02, 2.80), (0.06, 0.02, 0.02), (0.25, 0.18, 0.08))
    y = levels[5] + 0.012
    s.add(CONE, (1.52, y + 0.06, 2.80), (0.035, 0.06, 0.06), (0.62, 0.60, 0.56))  # a pale vase
    s.add(CONE, (1.52, y + 0.16, 2.80), (0.06, 0.04, 0.022), (0.62, 0.60, 0.56))
    y = levels[4] + 0.012
    for i, w in enumerate((0.22, 0.20, 0.17)):  # books lying flat
        c = _SPINES[(3 * i + 8) % len(_SPINES)]
        s.add(BOX, (2.03, y + 0.018 + 0.036 * i, 2.82), (w / 2, 0.017, 0.08), c, turn=(0, 4 * i - 3, 0))
    s.add(BALL, (2.03, y + 0.145, 2.80), (0.037, 0.037, 0.037), (0.62, 0.22, 0.05))
    books(s, 1.635, 1.86, levels[2] + 0.012, 0.335, rng)
    for row, column in ((1, 1), (0, 0), (0, 1)):  # storage boxes with a label
        x, y = (x0, 1.62)[column] + 0.04, levels[row] + 0.012
        s.box((x, y, 2.71), (x + 0.44, y + 0.25, 2.95), (0.40, 0.37, 0.31), pattern=CLOTH)
        s.box((x + 0.16, y + 0.10, 2.707), (x + 0.28, y + 0.16, 2.71), _WHITE)


def leaf(s: Scene, root: NDArray[np.float64], way: float, rise: float, length: float, rng: np.random.Generator) -> None:
    """One long leaf of three pieces that bends down on its way out. way, rise: degrees."""
    g = rng.uniform(0.7, 1.2)
    at = root.copy()
    for piece in range(3):
        a, b = np.radians(way), np.radians(rise)
        step = np.array([np.cos(b) * np.cos(a), np.sin(b), np.cos(b) * np.sin(a)]) * length / 3
        c = at + step / 2
        width = length * (0.075, 0.10, 0.055)[piece]
        s.add(
            BALL,
            (c[0], c[1], c[2]),
            (length / 3 * 0.72, 0.004, width),
            (0.05 * g, 0.13 * g, 0.035 * g),
            pattern=WOOD_X,
            turn=(rng.normal(0, 14), -way, rise),
        )
        at = at + step
        rise -= 24


def plant(s: Scene, x: float, y: float, z: float, size: float, count: int, rng: np.random.Generator) -> None:
    """A pot with arching leaves."""
    s.add(CONE, (x, y + 0.09 * size, z), (0.075 * size, 0.09 * size, 0.10 * size), (0.52, 0.22, 0.12))
    s.add(CONE, (x, y + 0.175 * size, z), (0.108 * size, 0.015 * size, 0.108 * size), (0.55, 0.24, 0.13))
    s.add(BALL, (x, y + 0.16 * size, z), (0.095 * size, 0.02, 0.095 * size), (0.05, 0.035, 0.025))
    for i in range(count):
        rise = 82 - 52 * i / count + rng.normal(0, 5)
        root = np.array([x + rng.normal(0, 0.015), y + 0.17 * size, z + rng.normal(0, 0.015)])
        leaf(s, root, i * 137.5 + 40 + rng.normal(0, 12), rise, size * rng.uniform(0.42, 0.62), rng)


def sideboard(s: Scene, rng: np.random.Generator) -> None:
    """The low cabinet under the window, with a lamp, a plant and small things on it; the poster above."""
    s.box((-1.30, 0.10, 2.56), (0.92, 0.70, 2.985), _OAK, pattern=WOOD_X)
    s.box((-1.32, 0.70, 2.54), (0.94, 0.73, 2.985), _OAK, pattern=WOOD_X)
    for x in (-1.28, -0.55, 0.19):
        s.box((x, 0.13, 2.548), (x + 0.70, 0.68, 2.56), (0.47, 0.31, 0.17), pattern=WOOD_X)
        s.box((x + 0.30, 0.60, 2.535), (x + 0.40, 0.612, 2.548), (0.06, 0.05, 0.04))
    top = 0.73
    s.add(CONE, (0.70, top + 0.012, 2.76), (0.075, 0.012, 0.07), (0.45, 0.40, 0.33))
    s.add(BALL, (0.70, top + 0.10, 2.76), (0.068, 0.085, 0.068), (0.12, 0.24, 0.26))
    s.add(CONE, (0.70, top + 0.21, 2.76), (0.008, 0.04, 0.008), (0.4, 0.3, 0.1))
    s.add(CONE, (0.70, top + 0.335, 2.76), (0.135, 0.10, 0.095), (0.75, 0.66, 0.5), glow=(0.92, 0.61, 0.32))
    plant(s, -0.82, top, 2.70, 0.86, 17, rng)
    for i, (w, c) in enumerate(((0.26, 1), (0.24, 4), (0.21, 12))):
        s.add(BOX, (-0.25, top + 0.02 + 0.036 * i, 2.74), (w / 2, 0.017, 0.085), _SPINES[c], turn=(0, 5 - 6 * i, 0))
    s.add(CONE, (0.15, top + 0.05, 2.70), (0.040, 0.05, 0.042), (0.55, 0.12, 0.10))
    s.add(CONE, (0.15, top + 0.09, 2.70), (0.038, 0.005, 0.0), (0.03, 0.02, 0.015))
    x0, x1, y0, y1 = 0.45, 0.92, 1.33, 2.00
    s.box((x0, y0, 2.965), (x1, y1, 2.999), (0.035, 0.03, 0.03))
    s.box((x0 + 0.022, y0 + 0.022, 2.960), (x1 - 0.022, y1 - 0.022, 2.970), _WHITE, picture=poster())


def floor_plant(s: Scene, rng: np.random.Generator) -> None:
    """The big plant at the picture's left edge, nearer than everything else."""
    plant(s, -1.50, 0.45, 2.25, 1.55, 22, rng)
    s.box((-1.70, 0, 2.05), (-1.30, 0.45, 2.45), _WALNUT, pattern=WOOD_X)


def build() -> Scene:
    s, rng = Scene(), np.random.default_rng(20)
    shell(s, rng)
    bookcase(s, rng)
    sideboard(s, rng)
    floor_plant(s, rng)
    return s


def develop(light: NDArray[np.float32]) -> NDArray[np.uint8]:
    """What a webcam makes of that light: bloom, a soft shoulder, its lens; BGR uint8."""
    h, w = light.shape[:2]
    px = w / 1280
    glow = cv2.GaussianBlur(np.maximum(light - 0.9, 0), (0, 0), 14 * px)
    light = cv2.GaussianBlur(light, (0, 0), 1.25 * px) + 0.10 * glow
    y, x = np.mgrid[0:h, 0:w]
    light = light * (1 - 0.22 * (((x / w - 0.5) ** 2 + (y / w - 0.28) ** 2) * 3.2))[..., None].astype(np.float32)
    light = light * 2.2
    curve = light * (2.51 * light + 0.03) / (light * (2.43 * light + 0.59) + 0.14)  # Narkowicz's fit of the ACES curve, 2016
    out = np.clip(curve, 0, 1) ** (1 / 2.2)
    grey = out.mean(axis=2, keepdims=True)
    out = grey + (out - grey) * 0.86
    return (np.clip(out * 0.96 + 0.014, 0, 1)[:, :, ::-1] * 255 + 0.5).astype(np.uint8)


def room(width: int = 1280, height: int = 720, samples: int = 96) -> NDArray[np.uint8]:
    """The room plate, (height, width, 3) BGR uint8."""
    forward = np.array([-0.01, -0.015, 1.0])
    forward /= np.linalg.norm(forward)
    right = np.cross([0, 1, 0], forward)
    view = np.array([right / np.linalg.norm(right), np.cross(forward, right), forward], np.float32)
    lights = np.array(
        [
            [-1.85, 0.9, 0.1, 0, 1.25, 0, 0, 0, 1.5, 4.6, 4.9, 5.3],  # a second window, beside the desk
            [-1.42, 1.02, 3.0, 0, 1.2, 0, 0.87, 0, 0, 2.6, 2.75, 2.9],  # the window in the picture
            [-0.6, 2.59, 0.2, 1.2, 0, 0, 0, 0, 1.2, 0.55, 0.52, 0.46],  # the ceiling, lit from below
        ],
        np.float32,
    )
    bulb = np.array([0.70, 1.05, 2.76, 0.035, 34, 22, 11], np.float32)
    sky = np.array([0.16, 0.155, 0.15], np.float32)
    eye = np.array([0.08, 1.28, 0.0], np.float32)
    light = np.zeros((height, width, 3), np.float32)
    render(world(build(), lights, bulb, sky), eye, view, 0.742, samples, light)
    return develop(light)
