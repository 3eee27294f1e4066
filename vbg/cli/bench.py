"""`vbg bench`: how fast and how good vbg is on this machine, for comparing and for bug reports."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    from vbg.cli.run import size

    parser = commands.add_parser("bench", help="measure speed and matte quality on this machine")
    add = parser.add_argument
    add("--size", type=size, default=(1280, 720), metavar="WxH", help="size of the picture in pixels (default: 1280x720)")
    add("--effect", default="blur", metavar="blur|#rrggbb|FILE", help="what covers the room (default: blur)")
    add("--input", default="demo", metavar="FILE", help="video or picture file to measure on (default: the demo clip)")
    add("--model", metavar="NAME", help="the model (default: the one that `vbg run` takes)")
    add("--seconds", type=float, default=5.0, metavar="N", help="seconds of picture to measure (default: 5)")
    add("--threads", type=int, default=1, metavar="N", help="threads that OpenCV may use (default: 1)")
    add("--mjpg", action="store_true", help="frames come as JPEG, as most webcams send them, and decoding counts too")
    add("--window", action="store_true", help="measure the window instead: its preview's cost, and how soon it shows")
    add("--steps", action="store_true", help="measure the steps of the matte one by one instead: what each is worth and costs")
    add("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(action=action)


def action(arguments: argparse.Namespace) -> int:
    """Do it; returns the exit code."""
    import cv2

    from vbg import choose
    from vbg.bench.measure import benchmark
    from vbg.errors import UsageError
    from vbg.settings import Look, Setup

    if not 0 < arguments.seconds <= 3600:
        raise UsageError("--seconds must be between 0 and 3600")
    if not 1 <= arguments.threads <= 256:
        raise UsageError("--threads must be between 1 and 256")
    cv2.setNumThreads(arguments.threads)
    width, height = arguments.size
    if arguments.window:
        from vbg.gui.bench import benchmark as window_benchmark

        window = window_benchmark(width, height)
        print(json.dumps(window) if arguments.json else window_table(window))
        return 0
    if arguments.steps:
        from vbg.bench.steps import table as steps

        rows = steps(lambda says: None if arguments.json else print(f"{says} …", file=sys.stderr))
        print(json.dumps(rows) if arguments.json else steps_table(rows))
        return 0
    setup = Setup(width=width, height=height)
    model = choose.model(arguments.model) if arguments.model else setup.model
    look = Look(choose.effect(arguments.effect, 0.5))
    figures = benchmark(choose.camera(arguments.input), model, look, width, height, arguments.seconds, arguments.mjpg)
    print(json.dumps(figures) if arguments.json else table(figures))
    return 0


def window_table(figures: dict[str, Any]) -> str:
    """The window's figures for people."""
    start = figures["start_s"]
    lines = [
        f"preview              {figures['preview_ms']:.2f} ms CPU per frame at {figures['preview_size']} ({figures['platform']})",
        f"first paint          {start['first_paint']:.2f} s after the start",
        f"first covered frame  {start['first_covered_picture']:.2f} s after the start",
        f"memory               {figures['rss_mb']:.0f} MB",
    ]
    return "\n".join(lines)


def steps_table(rows: list[dict[str, Any]]) -> str:
    """The steps for people."""
    names = ("iou", "boundary_f", "mse", "jitter", "lag", "cpu_ms")
    lines = [f"{'step':<40}{''.join(f'{name:>11}' for name in names)}"]
    lines += [f"{row['step']:<40}{''.join(f'{row[name]:>11.4g}' for name in names)}" for row in rows]
    return "\n".join([*lines, "mse, jitter: e-3; lag: frames; cpu_ms: of the matte alone, a 720p frame, one thread"])


def table(figures: dict[str, Any]) -> str:
    """The figures for people."""
    matte, machine = figures["matte"], figures["machine"]
    stages = figures["stages_ms"]
    lines = [
        f"{figures['size']}, {figures['frames']} frames, {figures['effect']}, on {machine['cores']} cores of {machine['cpu']}",
        "",
        "stage        p50 ms   p95 ms",
        *(f"{stage:<10} {spread['p50']:>8.2f} {spread['p95']:>8.2f}" for stage, spread in stages.items()),
        f"{'frame':<10} {figures['latency_ms']['p50']:>8.2f} {figures['latency_ms']['p95']:>8.2f}",
        "",
        f"CPU per frame        {figures['cpu_ms_per_frame']:.2f} ms, inference alone {figures['inference_cpu_ms']:.2f} ms",
        f"ratio                {figures['cpu_ratio']} moving, {figures['still_cpu_ratio']} still",
        f"at 30 fps            {figures['cpu_percent_at_30_fps']} % of one core; at most {figures['fps_saturated']} fps",
        f"blend, plain copy    {figures['blend_ms']:.2f} ms, {figures['copy_ms']:.2f} ms",
        f"memory               {figures['rss_mb']} MB",
        f"matte                IoU {matte['iou']}, boundary F {matte['boundary_f']}, MSE {matte['mse']}e-3,",
        f"                     jitter {matte['jitter']}e-3, lag {matte['lag']} frames",
    ]
    return "\n".join(lines)
