"""`python -m benchmarks.photos`: CPU seconds and memory of a photograph, stage by stage, as a table. Two minutes, 3 GB of memory.

The pictures are enlarged frames of the demo clip with noise, so that coding them is as hard as coding a photograph.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np

from vbg.cameras.demo import Demo

_PICTURES = {
    "1 megapixel JPEG": (1280, 720, ".jpg", 8),
    "12 megapixels JPEG": (4608, 2592, ".jpg", 8),
    "12 megapixels PNG, 16 bits": (4608, 2592, ".png", 16),
    "50 megapixels JPEG": (9440, 5310, ".jpg", 8),
    "50 megapixels PNG, 16 bits": (9440, 5310, ".png", 16),
}

_ONE = """
import json, re, sys, time
from pathlib import Path
time.perf_counter = time.process_time  # the machine may be busy with other things
from vbg.matting.keep import Region
from vbg.matting.style import Style
from vbg.photos import Options, convert
source, target = map(Path, sys.argv[1:3])
marked = Style(keep=(Region(.3, .3, .4, .4),) if sys.argv[3:] else ())
seconds = convert(source, target, Options(style=marked))
status = Path("/proc/self/status").read_text()  # getrusage would count the parent's, too
peak_kb = re.search("VmHWM:[^0-9]*([0-9]+)", status)
print(json.dumps([seconds, int(peak_kb[1]) / 1024]))
"""


def main() -> int:
    """Print it."""
    print("| | s | read | mask | matte | colours | write | MB | MB, regions marked |\n|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        source = Demo().open(1280, 720)
        frame = source.read()
        source.close()
        assert frame is not None
        small = Path(folder) / "small.png"
        cv2.imwrite(str(small), frame.pixels)
        _measured(small)  # compiles
        for name, (width, height, suffix, bits) in _PICTURES.items():
            path = Path(folder) / f"in{suffix}"
            large = cv2.resize(frame.pixels, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.float32)
            large += np.random.default_rng(1).normal(0, 2, (height, width, 1)).astype(np.float32)
            np.clip(large, 0, 255, out=large)
            cv2.imwrite(str(path), (large * 257).astype(np.uint16) if bits == 16 else large.astype(np.uint8))
            del large
            seconds, peak_mb = _measured(path)
            _, marked_mb = _measured(path, "marked")
            total = sum(seconds.values())
            shares = " | ".join(f"{100 * took / total:.0f} %" for took in seconds.values())
            print(f"| {name} | {total:.1f} | {shares} | {peak_mb:.0f} | {marked_mb:.0f} |", flush=True)
    return 0


def _measured(path: Path, *more: str) -> tuple[dict[str, float], float]:
    """CPU seconds of each stage, and the peak of memory in MB, of a process of its own."""
    command = [sys.executable, "-c", _ONE, str(path), str(path.with_name("out.png")), *more]
    seconds, peak_mb = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return seconds, peak_mb


if __name__ == "__main__":
    sys.exit(main())
