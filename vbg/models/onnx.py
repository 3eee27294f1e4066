"""Models that the user brings: any ONNX file that finds people, also one that remembers earlier frames.

Made for models in the style of RVM (recurrent), MODNet, PP-HumanSeg and ISNet; of real ones, RVM was tried.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.errors import ModelError
from vbg.frame import Frame, Mask
from vbg.models import Segmenter, Tensor, library
from vbg.models.description import Description, read
from vbg.models.selfie import FullFrame
from vbg.spec import checked, knob

_SIZE = (512, 288)
"""Width and height of the input where neither the model nor its description says: multiples of 32, as most want."""


@dataclass(frozen=True, slots=True)
class Onnx:
    """A model file of the user's, run by onnxruntime."""

    name: ClassVar[str] = "onnx"
    file: str = knob("", "Model", help="the name it was added by (`vbg models add`), or the path of an .onnx file")
    threads: int = knob(2, "Threads", help="processor cores that the model may use", low=1, high=64)

    def __post_init__(self) -> None:
        checked(self)

    def open(self) -> Segmenter:
        engine = OnnxEngine(library.path_of(self.file), self.threads)
        return _Remembering(engine)


_GAP_S = 3.0
"""Frames further apart than this have nothing to do with each other. While the picture stands still, the pipeline does not ask
the model for two seconds; nothing has changed then."""


class _Remembering(FullFrame):
    """The whole frame, letterboxed; what the network remembers is forgotten after a gap."""

    def __init__(self, engine: OnnxEngine) -> None:
        super().__init__(engine, engine.shape[1], engine.shape[0])
        self._network = engine
        self._at = 0.0

    def mask(self, frame: Frame, room: Mask | None = None) -> Mask:
        if not 0 <= frame.captured_at - self._at <= _GAP_S:
            self._network.forget()
        self._at = frame.captured_at
        return super().mask(frame)

    def reset(self) -> None:
        self._network.forget()


class OnnxEngine:
    """One loaded file with its description. See `Engine`. Raises ModelError, also where the two do not fit together."""

    def __init__(self, path: Path, threads: int = 2) -> None:
        self._path = path
        self._session = _session(path, threads)
        self.runs = 0
        self._given = {one.name: one for one in self._session.get_inputs()}
        self.describe(_described(self._session, path))

    def describe(self, description: Description) -> None:
        """Feed and read the network as `description` says from now on. Raises ModelError where the two do not fit together."""
        self.description = description
        self.shape = description.height, description.width
        self._check_names()
        self._mean, self._std = (np.array(three, np.float32) for three in (description.mean, description.std))
        self._constants = {name: _constant(self._given[name], value) for name, value in description.constants.items()}
        self.forget()

    def forget(self) -> None:
        """Begin anew: all states are zero."""
        self._states = {name: _zeros(self._given[name]) for name in self.description.states}

    def run(self, picture: Tensor) -> Tensor:
        return self.finished(self.answer(picture))

    def answer(self, picture: Tensor) -> NDArray[Any]:
        """What the network itself says to `picture`; it remembers. Raises ModelError."""
        d = self.description
        self.runs += 1
        prepared = ((picture if d.order == "rgb" else picture[:, :, ::-1]) - self._mean) / self._std
        tensor = np.ascontiguousarray(prepared.transpose(2, 0, 1) if d.layout == "nchw" else prepared)[None]
        feeds = {d.input: tensor.astype(_kind(self._given[d.input]))} | self._constants | self._states
        try:
            answer, *states = self._session.run([d.output, *d.states.values()], feeds)
        except Exception as e:  # onnxruntime's errors share no other class
            raise ModelError(f"{self._path.name} failed: {e}", "Compare the description beside it with the model.") from e
        self._states = dict(zip(d.states, states, strict=True))
        return np.asarray(answer)

    def close(self) -> None:
        del self._session

    def finished(self, answer: NDArray[Any]) -> Tensor:
        """The output as (h, w) float32, 0..1. Raises ModelError where the description does not fit it."""
        d = self.description
        planes = answer.astype(np.float32)
        while planes.ndim > 3 and planes.shape[0] == 1:
            planes = planes[0]
        if planes.ndim == 2:
            planes = planes[None]
        elif planes.ndim == 3 and d.layout == "nhwc" and planes.shape[0] != 1:
            planes = planes.transpose(2, 0, 1)
        if planes.ndim != 3 or not -1 <= d.channel < len(planes):
            raise ModelError(f"{self._path.name}: the output {d.output} of shape {answer.shape} is no mask", _LOOK)
        if d.activation == "softmax":
            planes = np.exp(planes - planes.max(axis=0))
            planes /= planes.sum(axis=0)
        mask = planes[d.channel]
        if d.activation == "sigmoid":
            mask = 0.5 * (1 + np.tanh(0.5 * mask))
        if mask.shape != self.shape:
            mask = np.asarray(cv2.resize(mask, (d.width, d.height), interpolation=cv2.INTER_LINEAR), np.float32)
        finished: Tensor = np.clip(mask, 0, 1, dtype=np.float32)
        return finished

    def _check_names(self) -> None:
        """Every name in the description is one of the model's, and nothing that the model wants is missing."""
        d = self.description
        made = [one.name for one in self._session.get_outputs()]
        for name, known in (
            *((name, list(self._given)) for name in (d.input, *d.states, *d.constants)),
            *((name, made) for name in (d.output, *d.states.values())),
        ):
            if name not in known:
                raise ModelError(f"{self._path.name} has nothing called {name!r}; it has {', '.join(known)}", _LOOK)
        missing = sorted(set(self._given) - {d.input, *d.states, *d.constants})
        if missing:
            raise ModelError(f"{self._path.name} wants an input {missing[0]!r} that is not described", _LOOK)


_LOOK = "Describe the model in a .toml of the same name beside it: see `vbg models --help`."


def _session(path: Path, threads: int) -> Any:
    try:
        import onnxruntime
    except ImportError as e:
        raise ModelError(f"{path.name} needs onnxruntime: {e}", "`pip install 'vbg[onnx]'` installs it.") from e
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 4  # what is wrong comes as an exception
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # idle threads shall not burn the processor
    try:
        return onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    except OSError as e:
        raise ModelError(f"cannot read {path}: {e.strerror}", "`vbg models list` shows the models that were added.") from e
    except Exception as e:  # onnxruntime's errors share no other class
        raise ModelError(f"{path.name} is not a model that onnxruntime can run: {e}", "Export it as one ONNX file.") from e


def _described(session: Any, path: Path) -> Description:
    """The description beside the file; what it does not say is taken from the model itself."""
    given, made, table = session.get_inputs(), session.get_outputs(), read(path)
    names = {one.name for one in made}
    # RVM's way: state r1i comes back as r1o
    states = {one.name: f"{one.name[:-1]}o" for one in given if one.name.endswith("i") and f"{one.name[:-1]}o" in names}
    inputs = [one for one in given if one.name == table.get("input")] or [one for one in given if one.name not in states]
    outputs = [one.name for one in made if one.name not in states.values()]
    if not inputs or not outputs:
        raise ModelError(f"{path.name} has no picture to take or no mask to give", _LOOK)
    # RVM gives the finished foreground before the matte: "pha" is its name for the latter
    output = "pha" if "pha" in outputs else outputs[0]
    shape = [side if isinstance(side, int) else 0 for side in inputs[0].shape]
    layout = "nhwc" if len(shape) == 4 and shape[3] == 3 else "nchw"
    height, width = (shape[2:4] if layout == "nchw" else shape[1:3]) if len(shape) == 4 else (0, 0)
    found = Description(inputs[0].name, output, width or _SIZE[0], height or _SIZE[1], layout, states=states)
    return found.changed(table, f"{path.stem}.toml")


def _kind(given: Any) -> Any:
    """The numpy type of an input."""
    kinds = {"tensor(float)": np.float32, "tensor(float16)": np.float16, "tensor(double)": np.float64}
    if given.type not in kinds:
        raise ModelError(f"the input {given.name} is a {given.type}; vbg can give floating-point numbers", _LOOK)
    return kinds[given.type]


def _zeros(given: Any) -> NDArray[Any]:
    """A state at the start; sides that the model leaves open are 1: RVM widens them itself."""
    return np.zeros([side if isinstance(side, int) else 1 for side in given.shape], _kind(given))


def _constant(given: Any, value: float) -> NDArray[Any]:
    return np.full([side if isinstance(side, int) else 1 for side in given.shape], value, _kind(given))
