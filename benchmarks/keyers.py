"""Keyers side by side, on persons with exact alpha before made screens: python -m benchmarks.keyers [FOLDER] [--sheet SHEET.png]

FOLDER holds NAME.mp4 and NAME.alpha.mkv, persons with their alpha (the demo clip's person always takes part). They are set before
the screens of `benchmarks.screens`. Prints a table for docs/chroma.md.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.contenders import keys
from benchmarks.screens import STUDIOS, Alone, Studio, coded, plate, shot
from vbg.bench import score
from vbg.footage import Footage
from vbg.frame import Frame, Pixels, read_only
from vbg.matting.foreground import foreground
from vbg.models.chroma import Chroma
from vbg.models.follow import Follow
from vbg.pipeline import Pipeline
from vbg.sheet import sheet, write_png

F32 = NDArray[np.float32]
Person = tuple[Pixels, F32]

_SKIP = 40

FRAMES, EVERY = 12, 4
"""Frames of each clip, and every how manieth is scored."""

_GRAY = np.float32(128)
"""The new background, on which colours are compared."""


@dataclass(frozen=True, slots=True)
class Clip:
    """frames: what the camera gave. truth: (colours, alpha) of each. key: the screen's usual colour, BGR."""

    name: str
    frames: list[Pixels]
    truth: list[Person]
    key: F32


def demo() -> Iterator[Person]:
    """The demo clip's person, from where she leans and turns."""
    source = Alone(1280, 720)
    for index in range(60, 60 + 2 * FRAMES, 2):
        pixels, alpha = source.frame(index).pixels, source.truth(index)
        yield np.clip(pixels / np.maximum(alpha, 1 / 255)[:, :, None], 0, 255).astype(np.uint8), alpha


def filmed(path: Path) -> Iterator[Person]:
    """A part of a clip with its alpha, from frame _SKIP on; the edge's own colours are estimated from both."""
    shown, alphas = Footage(path), Footage(path.with_suffix(".alpha.mkv"))
    for index in range(_SKIP + FRAMES):
        frame, alpha = shown.read(), alphas.read()
        if frame is None or alpha is None:
            break
        if index >= _SKIP:
            exact = np.asarray(alpha.pixels[:, :, 0] / np.float32(255), np.float32)
            yield foreground(frame.pixels, exact), exact
    shown.close()
    alphas.close()


def clip(name: str, studio: Studio, people: Iterator[Person]) -> Clip:
    """These people in this studio."""
    noise = np.random.default_rng(5)
    truth = list(people)
    height, width = truth[0][1].shape
    behind, there = plate(studio, width, height)
    frames = [shot(studio, behind, person, alpha, noise) for person, alpha in truth]
    return Clip(name, list(coded(frames, studio.crf)), truth, np.median(behind[there], axis=0).astype(np.float32))


Keyer = Callable[[Frame], tuple[F32, Pixels]]


def plain(recipe: Callable[[Pixels, F32], tuple[F32, Pixels]], key: F32) -> Keyer:
    """A recipe that knows the screen's usual colour."""
    return lambda frame: recipe(frame.pixels, key)


class Ours:
    """The pipeline up to the person's colours."""

    def __init__(self, model: Chroma | Follow) -> None:
        self._pipeline = Pipeline(model.open())

    def __call__(self, frame: Frame) -> tuple[F32, Pixels]:
        matte = self._pipeline.matte(frame)[1]
        shown = self._pipeline.cleaned(frame)
        full = matte.offset if matte.offset.shape == frame.pixels.shape[:2] else matte.alpha(frame.pixels)
        return full, shown.pixels


def keyers(key: F32) -> dict[str, Keyer]:
    """All of them, by what they are called."""
    return {
        "distance in RGB": plain(keys.distance, key),
        "colour difference": plain(keys.difference, key),
        "CbCr distance (OBS's constants)": plain(keys.chroma_distance, key),
        "vbg, network alone": Ours(Follow()),
        "vbg, plain chroma key": Ours(Chroma(hybrid=False)),
        "vbg, hybrid": Ours(Chroma()),
    }


def scored(alpha: F32, colours: Pixels, person: Pixels, truth: F32) -> dict[str, float]:
    """MSE x 1000; boundary F; leak: % of what is farther from the person than 0.6 % of the width and shows (alpha above 0.1);
    cut: % of the person, as far inside, below 0.9; edge: mean error of the finished picture's levels before gray, within 3 % of
    the height of the outline."""
    reach = 0.00625 * truth.shape[1]
    outside = cv2.distanceTransform((truth < 0.02).astype(np.uint8), cv2.DIST_L2, 5) > reach
    inside = cv2.distanceTransform((truth > 0.98).astype(np.uint8), cv2.DIST_L2, 5) > reach
    side = 2 * round(0.03 * truth.shape[0]) + 1
    square = np.ones((side, side), np.uint8)
    band = (cv2.dilate(truth, square) > 0.02) & (cv2.erode(truth, square) < 0.98)
    made, wanted = (c * a[:, :, None] + _GRAY * (1 - a[:, :, None]) for c, a in ((colours, alpha), (person, truth)))
    return {
        "mse": score.mse(alpha, truth),
        "bf": score.boundary_f(alpha, truth),
        "leak": 100 * float((alpha[outside] > 0.1).mean()),
        "cut": 100 * float((alpha[inside] < 0.9).mean()) if inside.any() else 0.0,
        "edge": float(np.abs(made - wanted)[band].mean()),
    }


def measured(one: Clip) -> tuple[dict[str, dict[str, float]], dict[str, Pixels]]:
    """Scores and CPU (ms, median) of every keyer, in turn on every frame; and what each makes of the last one, before pink."""
    opened = keyers(one.key)
    found: dict[str, list[dict[str, float]]] = {name: [] for name in opened}
    times: dict[str, list[float]] = {name: [] for name in opened}
    pictures: dict[str, Pixels] = {"camera": one.frames[-1]}
    for index, (pixels, (person, truth)) in enumerate(zip(one.frames, one.truth, strict=True)):
        for name, keyer in opened.items():
            frame = Frame(read_only(pixels), index, index / 30)
            begun = time.thread_time()
            alpha, colours = keyer(frame)
            times[name].append(1e3 * (time.thread_time() - begun))
            if index % EVERY == EVERY - 1:
                found[name].append(scored(alpha, colours, person, truth))
            if index == len(one.frames) - 1:
                a = alpha[:, :, None]
                pictures[name] = np.rint(colours * a + np.array([200, 120, 220]) * (1 - a)).astype(np.uint8)
    means = {
        name: {metric: float(np.mean([row[metric] for row in rows])) for metric in rows[0]}
        | {"ms": float(np.median(times[name][FRAMES // 4 :]))}
        for name, rows in found.items()
    }
    return means, pictures


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.keyers", description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=Path, nargs="?", help="of NAME.mp4 with NAME.alpha.mkv")
    parser.add_argument("--sheet", type=Path, help="PNG of what every keyer makes of each clip's last frame in the last studio")
    parser.add_argument("--studio", choices=[one.name for one in STUDIOS], help="only this one (default: all)")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    files = sorted(arguments.folder.glob("*.alpha.mkv")) if arguments.folder else []
    sources: dict[str, Callable[[], Iterator[Person]]] = {"demo": demo}
    for file in files:
        path = file.with_name(file.name.removesuffix(".alpha.mkv") + ".mp4")
        sources[path.stem] = partial(filmed, path)
    rows: list[tuple[str, list[Pixels]]] = []
    for studio in [one for one in STUDIOS if arguments.studio in (None, one.name)]:
        all_scores: dict[str, list[dict[str, float]]] = {}
        for name, people in sources.items():
            result, pictures = measured(clip(name, studio, islice(people(), FRAMES)))
            for keyer, scores in result.items():
                all_scores.setdefault(keyer, []).append(scores)
            print(f"{studio.name} {name}: " + ", ".join(f"{k} {s['mse']:.2f}" for k, s in result.items()), flush=True)
            if studio is STUDIOS[-1]:
                small = [cv2.resize(one, (320, 180), interpolation=cv2.INTER_AREA) for one in pictures.values()]
                rows.append((f"{name}: {', '.join(pictures)}", [np.asarray(one, np.uint8) for one in small]))
        print(f"\n| {studio.name} studio, {len(sources)} clips | MSE | bF | leak % | cut % | edge | CPU ms, 720p |")
        print("|---|---|---|---|---|---|---|")
        for keyer, many in all_scores.items():
            mean = {metric: float(np.mean([one[metric] for one in many])) for metric in many[0]}
            print(
                f"| {keyer} | {mean['mse']:.2f} | {mean['bf']:.3f} | {mean['leak']:.2f} | {mean['cut']:.2f} | "
                f"{mean['edge']:.1f} | {many[0]['ms']:.1f} |"  # of the demo clip, which is 720p
            )
        print(flush=True)
    if arguments.sheet:
        write_png(arguments.sheet, sheet(rows))


if __name__ == "__main__":
    main()
