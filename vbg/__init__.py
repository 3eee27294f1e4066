"""vbg: a virtual background for any webcam program."""

import os

# OpenCV reads this once, when it is loaded: a camera that gives nothing for so long is given up by its read (10 s otherwise),
# so that the grab thread can always be ended
os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "2")

__version__ = "0.1.0"
