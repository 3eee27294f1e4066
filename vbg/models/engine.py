"""Runs a TensorFlow Lite segmentation model: through LiteRT, or through MediaPipe Tasks where that is all there is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from vbg.errors import ModelError
from vbg.models import Engine, Tensor

ENGINES = ("auto", "litert", "tasks")


def open_engine(name: str, content: bytes) -> Engine:
    """The engine called `name` (one of ENGINES) with the model file's `content` loaded, on one thread.

    `auto` is LiteRT: 2.1 ms against 3.3 ms through Tasks for the landscape model, with masks equal to 1e-5. Every platform
    that mediapipe supports has it, except old macOS releases. Raises ModelError.
    """
    if name == "tasks":
        return _Tasks(content)
    try:
        return _LiteRT(content)
    except ImportError as e:
        if name == "litert":
            raise ModelError(f"LiteRT is not installed: {e}", "`pip install ai-edge-litert`, or take the engine `tasks`.") from e
        return _Tasks(content)


class _LiteRT:
    def __init__(self, content: bytes) -> None:
        from ai_edge_litert.interpreter import Interpreter

        try:
            with _quiet():
                self._interpreter = Interpreter(model_content=content, num_threads=1)
                self._interpreter.allocate_tensors()
        except (RuntimeError, ValueError) as e:
            raise ModelError(f"LiteRT cannot load the model: {e}") from e
        given = self._interpreter.get_input_details()[0]
        self.shape = int(given["shape"][1]), int(given["shape"][2])
        self.runs = 0
        self._input = given["index"]
        self._output = self._interpreter.get_output_details()[0]["index"]

    def run(self, picture: Tensor) -> Tensor:
        self.runs += 1
        try:
            self._interpreter.set_tensor(self._input, picture[None])
            self._interpreter.invoke()
        except (RuntimeError, ValueError) as e:
            raise ModelError(f"the model failed: {e}") from e
        answer: Tensor = self._interpreter.get_tensor(self._output)[0, :, :, 0]
        return answer

    def close(self) -> None:
        del self._interpreter


_NOWHERE = "http://127.0.0.1:9"  # the discard port: nobody listens


def _mute() -> None:
    """Keep mediapipe from reporting to its maker: since 0.10.35 every task posts that it was used, and there is no switch for it
    (google-ai-edge/mediapipe issue 6291). Its HTTP client asks these variables for the way out; vbg itself needs none."""
    for name in ("https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy", "ALL_PROXY"):
        os.environ[name] = _NOWHERE
    for name in ("no_proxy", "NO_PROXY"):
        os.environ.pop(name, None)


class _Tasks:
    def __init__(self, content: bytes) -> None:
        _mute()
        try:
            import mediapipe
            from mediapipe.tasks.python import BaseOptions, vision
        except ImportError as e:
            raise ModelError(f"neither LiteRT nor mediapipe can be imported: {e}") from e
        options = vision.ImageSegmenterOptions(
            base_options=BaseOptions(model_asset_buffer=content),
            output_confidence_masks=True,  # the category mask would throw the soft edge away
            output_category_mask=False,
        )
        self.shape = 0, 0  # Tasks does not tell: known from the first picture on
        self.runs = 0
        self._mediapipe = mediapipe
        try:
            with _quiet():
                self._segmenter = vision.ImageSegmenter.create_from_options(options)
        except OSError as e:  # its library wants one of the system's that is not there
            raise ModelError(
                f"mediapipe cannot be loaded: {e}", "`sudo apt install libgles2 libegl1` on Debian and Ubuntu."
            ) from e
        except (RuntimeError, ValueError) as e:
            raise ModelError(f"mediapipe cannot load the model: {e}") from e

    def run(self, picture: Tensor) -> Tensor:
        self.runs += 1
        self.shape = picture.shape[0], picture.shape[1]
        pixels = np.rint(picture * 255).astype(np.uint8)
        image = self._mediapipe.Image(self._mediapipe.ImageFormat.SRGB, pixels)
        try:
            masks = self._segmenter.segment(image).confidence_masks
        except (RuntimeError, ValueError) as e:
            raise ModelError(f"the model failed: {e}") from e
        answer: Tensor = masks[0].numpy_view()
        return answer.reshape(answer.shape[:2])

    def close(self) -> None:
        self._segmenter.close()


@contextmanager
def _quiet() -> Iterator[None]:
    """Drop what the native libraries print to stderr while they load; they offer no switch for it. Errors come as exceptions."""
    try:
        kept = os.dup(2)
    except OSError:  # there is no stderr
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
