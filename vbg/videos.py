"""Opens video files and turns decoded pictures into pixels, with the right colours."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vbg.errors import UsageError
from vbg.frame import Pixels

if TYPE_CHECKING:
    import av

MOST_PIXELS = 7680 * 4320
"""Of one frame: FFmpeg would take memory for whatever a broken or evil header claims, once for each of its threads."""

_HINT = "Play it with another program to see whether it is whole."
_BT709, _BT601, _BT2020 = 1, 5, 9  # swscale's numbers (SWS_CS_*)
_MATRICES = {1: _BT709, 5: _BT601, 6: _BT601, 9: _BT2020, 10: _BT2020}  # from FFmpeg's AVColorSpace, what a file may name
_HD_ROWS = 720  # from here on, a file that does not name its colour matrix means BT.709, below BT.601 (as players take it)


def opened(path: Path) -> av.container.InputContainer:
    """The file at `path`, opened for decoding its first video stream. Raises UsageError where it is missing or holds none."""
    import av

    if not path.is_file():
        raise UsageError(f"there is no file {path}", "Check the path; put it in quotes if it holds spaces.")
    try:
        # a playlist may name anything: nothing but files of this machine is opened for it
        container = av.open(f"file:{path}", options={"protocol_whitelist": "file"}, metadata_errors="replace")
    except (av.FFmpegError, OSError, ValueError) as e:
        why = getattr(e, "strerror", None) or e  # without the number and the path once more
        raise UsageError(f"{path} is not a video that can be read: {why}", _HINT) from e
    if not container.streams.video:
        container.close()
        raise UsageError(f"{path} holds no video", _HINT)
    stream = container.streams.video[0]
    if stream.codec_context is None:
        container.close()
        raise UsageError(f"{path} is a video of a kind that nobody here can decode", _HINT)
    if stream.width * stream.height > MOST_PIXELS:
        container.close()
        raise UsageError(f"{path} is too large a video: {stream.width}x{stream.height}", "Make it smaller: 3840x2160 is plenty.")
    stream.thread_type = "AUTO"
    stream.codec_context.options = {"max_pixels": str(MOST_PIXELS)}  # where a frame tells another size than the header
    return container


def pixels(picture: av.VideoFrame) -> Pixels:
    """The decoded picture, upright, as (height, width, 3) uint8 BGR."""
    matrix = _MATRICES.get(int(picture.colorspace)) or (_BT709 if picture.height >= _HD_ROWS else _BT601)
    # with several threads, swscale writes over the beginnings of lines where the width is no multiple of 16
    as_stored = np.asarray(picture.to_ndarray(format="bgr24", src_colorspace=matrix, threads=1), np.uint8)
    return np.ascontiguousarray(np.rot90(as_stored, picture.rotation // 90))
