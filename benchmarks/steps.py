"""The matte of clips of your own, with the steps added one by one: for any scorer that compares them with the truth.

    python -m benchmarks.steps OUT CLIP.mp4 ...

writes OUT/<number of the step>/<clip>.mkv, lossless gray, one frame per input frame.
"""

from __future__ import annotations

import sys
from pathlib import Path

from vbg.bench.steps import STEPS, Partly
from vbg.cameras.video_file import VideoFile
from vbg.gray import GrayVideo


def main(out: Path, clips: list[Path]) -> None:
    """Write them."""
    for number, step in enumerate(STEPS, 1):
        print(f"{number} {step.says}")
        folder = out / str(number)
        folder.mkdir(parents=True, exist_ok=True)
        for clip in clips:
            source, parts = VideoFile(str(clip)).open(), Partly(step)
            info = source.info
            with GrayVideo(folder / f"{clip.stem}.mkv", info.width, info.height, info.fps) as video:
                while (frame := source.read()) is not None:
                    video.write(parts.matte(frame)[1].alpha(frame.pixels), frame.captured_at)
            source.close()
            parts.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
