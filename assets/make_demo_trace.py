"""A small path tracer: it lights the demo camera's room, so that shadows and bounced light are those of a real one.

Boxes, ellipsoids and open cones, diffuse only, in a bounding volume tree; rectangles and a bulb are sampled as lights.
Methods: Kajiya, The rendering equation (1986); next event estimation and cosine sampling as in any textbook since.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

BOX, BALL, CONE = 0, 1, 2
PLAIN, IMAGE, WOOD_X, WOOD_Y, PLASTER, CLOTH = range(6)
Array = NDArray[np.float32]
_BOUNCES = 4


class World(NamedTuple):
    """A scene and its lights as arrays, for the compiled code; n things, m tree nodes."""

    bounds: Array  # (m, 6) a node's lowest and highest corner
    skip: NDArray[np.int32]  # (m,) the node after a node and all below it
    thing: NDArray[np.int32]  # (m,) what a leaf holds; -1 = an inner node
    kinds: NDArray[np.int32]  # (n,)
    centre: Array  # (n, 3)
    half: Array  # (n, 3)
    axes: Array  # (n, 3, 3)
    look: Array  # (n, 6) colour, glow
    pattern: NDArray[np.int32]  # (n, 2) pattern, picture
    pictures: NDArray[np.uint8]  # (pictures, 512, 512, 3)
    lights: Array  # (lights, 12) corner, two edges, radiance of the rectangles that light the room
    bulb: Array  # (7,) centre, radius, radiance
    sky: Array  # (3,) what a ray that leaves the room meets


@dataclass
class Scene:
    """What stands in the room. Metres; x right, y up, z away from the camera.

    Every thing is one row in each list: its kind, centre, half sizes (a cone's: bottom radius, half height, top radius), the
    3x3 rows of its axes, colour (0..1), glow (radiance), pattern, image index.
    """

    kinds: list[int] = field(default_factory=list)
    centres: list[tuple[float, float, float]] = field(default_factory=list)
    halves: list[tuple[float, float, float]] = field(default_factory=list)
    axes: list[Array] = field(default_factory=list)
    colours: list[tuple[float, float, float]] = field(default_factory=list)
    glows: list[tuple[float, float, float]] = field(default_factory=list)
    patterns: list[int] = field(default_factory=list)
    images: list[int] = field(default_factory=list)
    pictures: list[NDArray[np.uint8]] = field(default_factory=list)

    def add(
        self,
        kind: int,
        centre: tuple[float, float, float],
        half: tuple[float, float, float],
        colour: tuple[float, float, float],
        *,
        turn: tuple[float, float, float] = (0, 0, 0),
        glow: tuple[float, float, float] = (0, 0, 0),
        pattern: int = PLAIN,
        picture: NDArray[np.uint8] | None = None,
    ) -> None:
        """Add one thing. turn: degrees about x, y, z. picture: (512, 512, 3) RGB, shown on the side towards the camera."""
        self.kinds.append(kind)
        self.centres.append(centre)
        self.halves.append(half)
        self.axes.append(_axes(turn))
        self.colours.append(colour)
        self.glows.append(glow)
        self.patterns.append(IMAGE if picture is not None else pattern)
        self.images.append(len(self.pictures) if picture is not None else 0)
        if picture is not None:
            self.pictures.append(picture)

    def box(
        self,
        low: tuple[float, float, float],
        high: tuple[float, float, float],
        colour: tuple[float, float, float],
        *,
        pattern: int = PLAIN,
        glow: tuple[float, float, float] = (0, 0, 0),
        picture: NDArray[np.uint8] | None = None,
    ) -> None:
        """Add an upright box between two corners."""
        a, b = np.array(low), np.array(high)
        c, h = (a + b) / 2, (b - a) / 2
        self.add(BOX, (c[0], c[1], c[2]), (h[0], h[1], h[2]), colour, pattern=pattern, glow=glow, picture=picture)


def _axes(turn: tuple[float, float, float]) -> Array:
    x, y, z = np.radians(turn)
    rx = np.array([[1, 0, 0], [0, np.cos(x), np.sin(x)], [0, -np.sin(x), np.cos(x)]])
    ry = np.array([[np.cos(y), 0, -np.sin(y)], [0, 1, 0], [np.sin(y), 0, np.cos(y)]])
    rz = np.array([[np.cos(z), np.sin(z), 0], [-np.sin(z), np.cos(z), 0], [0, 0, 1]])
    return (rx @ rz @ ry).astype(np.float32)


def _tree(low: Array, high: Array) -> tuple[Array, NDArray[np.int32], NDArray[np.int32]]:
    """Bounds (n, 6), skip (n,) and thing (n,; -1 = inner node) of the nodes, parents before children, median split."""
    bounds: list[NDArray[np.float32]] = []
    skip: list[int] = []
    thing: list[int] = []

    def build(ids: NDArray[np.int64]) -> None:
        here = len(bounds)
        bounds.append(np.concatenate([low[ids].min(0), high[ids].max(0)]))
        skip.append(0)
        thing.append(int(ids[0]) if len(ids) == 1 else -1)
        if len(ids) > 1:
            middle = (low[ids] + high[ids]) / 2
            axis = int(np.argmax(np.ptp(middle, axis=0)))
            ids = ids[np.argsort(middle[:, axis], kind="stable")]
            build(ids[: len(ids) // 2])
            build(ids[len(ids) // 2 :])
        skip[here] = len(bounds)

    build(np.arange(len(low)))
    return np.array(bounds, np.float32), np.array(skip, np.int32), np.array(thing, np.int32)


def world(scene: Scene, lights: Array, bulb: Array, sky: Array) -> World:
    """`scene` with its lights (see `World`), its tree built."""
    half, kinds = np.array(scene.halves, np.float32), np.array(scene.kinds, np.int32)
    axes, centre = np.array(scene.axes, np.float32), np.array(scene.centres, np.float32)
    around = half.copy()
    around[kinds == CONE, 0] = around[kinds == CONE, 2] = np.maximum(half[:, 0], half[:, 2])[kinds == CONE]
    reach = (np.abs(axes.transpose(0, 2, 1)) @ around[:, :, None])[:, :, 0] + np.float32(1e-4)
    look = np.concatenate([np.array(scene.colours, np.float32), np.array(scene.glows, np.float32)], axis=1)
    pattern = np.stack([np.array(scene.patterns), np.array(scene.images)], axis=1).astype(np.int32)
    tree = _tree(centre - reach, centre + reach)
    return World(*tree, kinds, centre, half, axes, look, pattern, np.array(scene.pictures), lights, bulb, sky)


@njit(cache=True)
def _random(state):
    """The next of a splitmix64 sequence, 0..1. state: (1,) uint64, changed."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return np.float32(z >> np.uint64(40)) * np.float32(1 / 16777216)


@njit(cache=True)
def _grain(x, y, z):
    """Smooth noise, 0..1, one bump per unit."""
    ix, iy, iz = math.floor(x), math.floor(y), math.floor(z)
    fx, fy, fz = x - ix, y - iy, z - iz
    fx, fy, fz = fx * fx * (3 - 2 * fx), fy * fy * (3 - 2 * fy), fz * fz * (3 - 2 * fz)
    total = 0.0
    for i in range(8):
        a, b, c = i & 1, (i >> 1) & 1, i >> 2
        n = (int(ix) + a) * 374761393 + (int(iy) + b) * 668265263 + (int(iz) + c) * 2147483647
        n = ((n ^ (n >> 13)) * 1274126177) & 0x7FFFFFFF
        value = ((n ^ (n >> 16)) & 0xFFFF) / 65535.0
        total += value * (fx if a else 1 - fx) * (fy if b else 1 - fy) * (fz if c else 1 - fz)
    return total


@njit(cache=True)
def _meet(kind, h, ox, oy, oz, dx, dy, dz, near, far):
    """The distance at which a ray in a thing's own axes meets it, and the normal there; distance `far` = not at all."""
    if kind == BOX:
        t0, t1, axis = near, far, -1
        for k in range(3):
            o, d, half = (ox, dx, h[0]) if k == 0 else ((oy, dy, h[1]) if k == 1 else (oz, dz, h[2]))
            if abs(d) < 1e-9:
                if abs(o) > half:
                    return far, 0.0, 0.0, 0.0
                continue
            a, b = (-half - o) / d, (half - o) / d
            if a > b:
                a, b = b, a
            if a > t0:
                t0, axis = a, k
            t1 = min(t1, b)
        if t0 >= t1 or axis < 0:
            return far, 0.0, 0.0, 0.0
        return t0, 1.0 if axis == 0 else 0.0, 1.0 if axis == 1 else 0.0, 1.0 if axis == 2 else 0.0
    if kind == BALL:
        px, py, pz, qx, qy, qz = ox / h[0], oy / h[1], oz / h[2], dx / h[0], dy / h[1], dz / h[2]
        a, b, c = qx * qx + qy * qy + qz * qz, px * qx + py * qy + pz * qz, px * px + py * py + pz * pz - 1
        slope, middle = 0.0, 0.0
    else:
        slope, middle = (h[2] - h[0]) / (2 * h[1]), (h[0] + h[2]) / 2
        ro, rd = middle + slope * oy, slope * dy
        a, b, c = dx * dx + dz * dz - rd * rd, ox * dx + oz * dz - ro * rd, ox * ox + oz * oz - ro * ro
    root = b * b - a * c
    if root <= 0 or abs(a) < 1e-12:
        return far, 0.0, 0.0, 0.0
    root = math.sqrt(root)
    for sign in (-1, 1):
        t = (-b + sign * root) / a
        x, y, z = ox + t * dx, oy + t * dy, oz + t * dz
        if near < t < far and (kind == BALL or abs(y) <= h[1]):
            if kind == BALL:
                return t, x / h[0] ** 2, y / h[1] ** 2, z / h[2] ** 2
            return t, x, -slope * (middle + slope * y), z
    return far, 0.0, 0.0, 0.0


@njit(cache=True)
def _trace(w, ox, oy, oz, dx, dy, dz, far):
    """(distance, thing or -1, normal in the thing's own axes x, y, z) of the first thing on a ray."""
    best, which, nx, ny, nz = far, -1, 0.0, 0.0, 0.0
    ix = 1 / dx if abs(dx) > 1e-9 else 1e9
    iy = 1 / dy if abs(dy) > 1e-9 else 1e9
    iz = 1 / dz if abs(dz) > 1e-9 else 1e9
    node = 0
    while node < len(w.skip):
        b = w.bounds[node]
        x0, x1, y0, y1 = (b[0] - ox) * ix, (b[3] - ox) * ix, (b[1] - oy) * iy, (b[4] - oy) * iy
        z0, z1 = (b[2] - oz) * iz, (b[5] - oz) * iz
        enter = max(min(x0, x1), min(y0, y1), min(z0, z1), 1e-4)
        leave = min(max(x0, x1), max(y0, y1), max(z0, z1), best)
        if enter > leave:
            node = w.skip[node]
            continue
        i = w.thing[node]
        node += 1
        if i < 0:
            continue
        m, c = w.axes[i], w.centre[i]
        px, py, pz = ox - c[0], oy - c[1], oz - c[2]
        t, nu, nv, nw = _meet(
            w.kinds[i],
            w.half[i],
            m[0, 0] * px + m[0, 1] * py + m[0, 2] * pz,
            m[1, 0] * px + m[1, 1] * py + m[1, 2] * pz,
            m[2, 0] * px + m[2, 1] * py + m[2, 2] * pz,
            m[0, 0] * dx + m[0, 1] * dy + m[0, 2] * dz,
            m[1, 0] * dx + m[1, 1] * dy + m[1, 2] * dz,
            m[2, 0] * dx + m[2, 1] * dy + m[2, 2] * dz,
            1e-4,
            best,
        )
        if t < best:
            best, which, nx, ny, nz = t, i, nu, nv, nw
    return best, which, nx, ny, nz


@njit(cache=True)
def _colour(w, i, x, y, z, front):
    """The colour of thing `i` at a point in its own axes (metres), before any light."""
    r, g, b = w.look[i, 0], w.look[i, 1], w.look[i, 2]
    p = w.pattern[i, 0]
    if p == IMAGE:
        if front:
            u = min(max(int((x / w.half[i, 0] + 1) * 256), 0), 511)
            v = min(max(int((1 - y / w.half[i, 1]) * 256), 0), 511)
            c = w.pictures[w.pattern[i, 1], v, u]
            return (c[0] / 255.0) ** 2.2, (c[1] / 255.0) ** 2.2, (c[2] / 255.0) ** 2.2
        return r, g, b
    f = 1.0
    seed = i * 7.3
    if p in (WOOD_X, WOOD_Y):
        along, across = (x, y) if p == WOOD_X else (y, x)
        ring = _grain(along * 1.5 + seed, across * 22, z * 22)
        fine = _grain(along * 14 + seed, across * 260, z * 260)
        f = 0.68 + 0.35 * ring + 0.22 * fine
    elif p == PLASTER:
        f = 0.93 + 0.05 * _grain(x * 3, y * 3, z * 3) + 0.05 * _grain(x * 90, y * 90, z * 90)
    elif p == CLOTH:
        f = 0.84 + 0.22 * _grain(x * 160, y * 30, z * 160) + 0.06 * _grain(x * 8, y * 8, z * 8)
    return r * f, g * f, b * f


@njit(cache=True, parallel=True)
def render(w, eye, view, focal, samples, out):
    """The light that a pinhole at `eye` gets, into `out`: (height, width, 3) float32, linear RGB radiance.

    w: a World. eye: (3,) metres. view: 3x3 rows right, up, forward. focal: in picture widths. samples: paths per pixel.
    """
    height, width = out.shape[:2]
    for row in prange(height):
        state = np.zeros(1, np.uint64)
        for column in range(width):
            state[0] = np.uint64(row * width + column) * np.uint64(0x632BE59BD9B4E019)
            for _ in range(samples):
                u = (column + _random(state) - width / 2) / (focal * width)
                v = (height / 2 - row - _random(state)) / (focal * width)
                dx = view[2, 0] + u * view[0, 0] + v * view[1, 0]
                dy = view[2, 1] + u * view[0, 1] + v * view[1, 1]
                dz = view[2, 2] + u * view[0, 2] + v * view[1, 2]
                n = math.sqrt(dx * dx + dy * dy + dz * dz)
                r, g, b = _path(w, eye[0], eye[1], eye[2], dx / n, dy / n, dz / n, state)
                out[row, column, 0] += min(r, 12.0) / samples
                out[row, column, 1] += min(g, 12.0) / samples
                out[row, column, 2] += min(b, 12.0) / samples


@njit(cache=True)
def _path(w, ox, oy, oz, dx, dy, dz, state):
    """The light that comes back along one ray: (r, g, b)."""
    lr, lg, lb, tr, tg, tb = 0.0, 0.0, 0.0, 1.0, 1.0, 1.0
    for bounce in range(_BOUNCES):
        t, i, nu, nv, nw = _trace(w, ox, oy, oz, dx, dy, dz, 1e4)
        if i < 0:
            return lr + tr * w.sky[0], lg + tg * w.sky[1], lb + tb * w.sky[2]
        m = w.axes[i]
        nx, ny, nz = (
            m[0, 0] * nu + m[1, 0] * nv + m[2, 0] * nw,
            m[0, 1] * nu + m[1, 1] * nv + m[2, 1] * nw,
            m[0, 2] * nu + m[1, 2] * nv + m[2, 2] * nw,
        )
        n = math.sqrt(nx * nx + ny * ny + nz * nz)
        if nx * dx + ny * dy + nz * dz > 0:
            n = -n
        nx, ny, nz = nx / n, ny / n, nz / n
        ox, oy, oz = ox + t * dx, oy + t * dy, oz + t * dz
        px, py, pz = ox - w.centre[i, 0], oy - w.centre[i, 1], oz - w.centre[i, 2]
        cr, cg, cb = _colour(
            w,
            i,
            m[0, 0] * px + m[0, 1] * py + m[0, 2] * pz,
            m[1, 0] * px + m[1, 1] * py + m[1, 2] * pz,
            m[2, 0] * px + m[2, 1] * py + m[2, 2] * pz,
            nw > 0.5 and nz < 0,
        )
        if w.look[i, 3] > 0:
            if w.pattern[i, 0] == IMAGE:  # the outdoors: seen by the camera; its light comes through `lights`
                if bounce == 0:
                    return cr * w.look[i, 3], cg * w.look[i, 4], cb * w.look[i, 5]
                return lr, lg, lb
            facing = abs(nx * dx + ny * dy + nz * dz)  # a lampshade is brightest where it faces us
            f = 0.5 + 0.6 * facing if bounce == 0 else min(1.0, 0.8 / max(tr * w.look[i, 3], tg * w.look[i, 4], 1e-6))
            return lr + f * tr * w.look[i, 3], lg + f * tg * w.look[i, 4], lb + f * tb * w.look[i, 5]
        tr, tg, tb = tr * cr, tg * cg, tb * cb
        ox, oy, oz = ox + 1e-3 * nx, oy + 1e-3 * ny, oz + 1e-3 * nz
        every = len(w.lights) + 1
        first = 0 if bounce == 0 else min(int(_random(state) * every), every - 1)  # all lights at first, then one of them
        weight = 1 if bounce == 0 else every
        for k in range(first, every if bounce == 0 else first + 1):
            er, eg, eb = _direct(w, ox, oy, oz, nx, ny, nz, k, state)
            er, eg, eb = tr * er * weight, tg * eg * weight, tb * eb * weight
            if bounce > 0:  # a rare bright path would stay as a speck
                f = min(1.0, 0.8 / max(er, eg, eb, 1e-6))
                er, eg, eb = er * f, eg * f, eb * f
            lr, lg, lb = lr + er, lg + eg, lb + eb
        dx, dy, dz = _bounce(nx, ny, nz, state)
    return lr, lg, lb


@njit(cache=True)
def _bounce(nx, ny, nz, state):
    """A direction about a normal, with cosine density: the normal plus a point on the unit ball's surface."""
    z, angle = 2 * _random(state) - 1, 2 * math.pi * _random(state)
    s = math.sqrt(max(0.0, 1 - z * z))
    dx, dy, dz = nx + s * math.cos(angle), ny + s * math.sin(angle), nz + z * 0.9999
    n = math.sqrt(dx * dx + dy * dy + dz * dz) + 1e-9
    return dx / n, dy / n, dz / n


@njit(cache=True)
def _direct(w, ox, oy, oz, nx, ny, nz, k, state):
    """The light that a point gets straight from light `k` (after the rectangles: the w.bulb) and a white matt surface returns."""
    a, b = _random(state), _random(state)
    if k < len(w.lights):
        e = w.lights[k]
        qx, qy, qz = e[0] + a * e[3] + b * e[6], e[1] + a * e[4] + b * e[7], e[2] + a * e[5] + b * e[8]
        mx, my, mz = e[4] * e[8] - e[5] * e[7], e[5] * e[6] - e[3] * e[8], e[3] * e[7] - e[4] * e[6]
        area = math.sqrt(mx * mx + my * my + mz * mz)
        mx, my, mz = mx / area, my / area, mz / area
        r, g, bl = e[9], e[10], e[11]
    else:
        z, angle = 2 * a - 1, 2 * math.pi * b
        s = math.sqrt(1 - z * z)
        mx, my, mz = s * math.cos(angle), s * math.sin(angle), z
        qx, qy, qz = w.bulb[0] + w.bulb[3] * mx, w.bulb[1] + w.bulb[3] * my, w.bulb[2] + w.bulb[3] * mz
        area = 4 * math.pi * w.bulb[3] ** 2
        r, g, bl = w.bulb[4], w.bulb[5], w.bulb[6]
    dx, dy, dz = qx - ox, qy - oy, qz - oz
    d2 = dx * dx + dy * dy + dz * dz
    d = math.sqrt(d2)
    dx, dy, dz = dx / d, dy / d, dz / d
    here, there = nx * dx + ny * dy + nz * dz, -(mx * dx + my * dy + mz * dz)
    if here <= 0 or there <= 0:
        return 0.0, 0.0, 0.0
    _, blocked, _, _, _ = _trace(w, ox, oy, oz, dx, dy, dz, d - 1e-3)
    if blocked >= 0:
        return 0.0, 0.0, 0.0
    f = here * there * area / (max(d2, 0.02) * math.pi)
    return r * f, g * f, bl * f
