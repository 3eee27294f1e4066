"""Writes the smallest of ONNX files, byte by byte (protobuf), so that tests need neither the onnx package nor a model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

Shape = Sequence[int | str]


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def _number(tag: int, value: int) -> bytes:
    return _varint(tag << 3) + _varint(value)


def _bytes(tag: int, value: bytes | str) -> bytes:
    content = value.encode() if isinstance(value, str) else value
    return _varint(tag << 3 | 2) + _varint(len(content)) + content


def _value(name: str, shape: Shape) -> bytes:
    sides = b"".join(_bytes(1, _number(1, side) if isinstance(side, int) else _bytes(2, side)) for side in shape)
    return _bytes(1, name) + _bytes(2, _bytes(1, _number(1, 1) + _bytes(2, sides)))


def _node(kind: str, inputs: Sequence[str], output: str, attributes: bytes = b"") -> bytes:
    return b"".join(_bytes(1, name) for name in inputs) + _bytes(2, output) + _bytes(4, kind) + attributes


def write(
    path: Path, width: int | str = 64, height: int | str = 32, *, recurrent: bool = False, ratio: bool = False, nhwc: bool = False
) -> Path:
    """A model that finds brightness: `pha` is the mean of the three channels of `src`.

    recurrent: it is the mean of that of this frame and that of the frame before (`r1i` -> `r1o`). ratio: times an input of
    that name. nhwc: channels last.
    """
    picture: Shape = (1, height, width, 3) if nhwc else (1, 3, height, width)
    plane: Shape = (1, height, width, 1) if nhwc else (1, 1, height, width)
    axes = _bytes(5, _bytes(1, "axes") + _number(8, 3 if nhwc else 1) + _number(20, 7))
    inputs, outputs = [("src", picture)], [("pha", plane)]
    nodes = [_node("ReduceMean", ["src"], "mean", axes)]
    last = "mean"
    if recurrent:
        inputs.append(("r1i", plane))
        outputs.append(("r1o", plane))
        nodes += [_node("Mean", ["mean", "r1i"], "both"), _node("Identity", ["mean"], "r1o")]
        last = "both"
    if ratio:
        inputs.append(("ratio", (1,)))
        nodes.append(_node("Mul", [last, "ratio"], "scaled"))
        last = "scaled"
    nodes.append(_node("Identity", [last], "pha"))
    graph = b"".join(_bytes(1, node) for node in nodes) + _bytes(2, "tiny")
    graph += b"".join(_bytes(11, _value(*one)) for one in inputs) + b"".join(_bytes(12, _value(*one)) for one in outputs)
    path.write_bytes(_number(1, 8) + _bytes(7, graph) + _bytes(8, _number(2, 13)))
    return path
