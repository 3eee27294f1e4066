"""Every English sentence that the window can hear from below, read from the code: "{1}", "{2}" … stand for what varies."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import vbg
from vbg import errors
from vbg.audience import CANNOT_TELL
from vbg.loop import _AWAY
from vbg.matting import capture, hints, plausible
from vbg.models import chroma
from vbg.thrift import LADDER

ROOT = Path(vbg.__path__[0])

# what only the command line reaches: writing files, adding models, parsing words
_ELSEWHERE = {
    "cli", "bench", "gui", "__main__.py", "choose.py", "gray.py", "photo_out.py", "offline.py", "sheet.py", "roomy.py",
    "stages.py", "studio.py", "crew.py", "filming.py", "work.py", "reel.py", "captions.py", "cuts.py", "joining.py",
    "metadata.py", "ahead.py", "still.py", "control", "film.py", "footage.py", "sound.py", "models/library.py",
    "sinks/video_file.py", "models/trial.py", "arrivals.py", "api.py", "photos.py",
}  # fmt: skip

_ERRORS = {name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, errors.VbgError)}
_TELLERS = {"covering.py": -1, "store.py": -1, "gui/engine.py": 0}
_TOLD = {"notice", "_notice", "note"}


def all_sentences() -> set[str]:
    found = {
        CANNOT_TELL,
        chroma.NO_SCREEN,
        chroma.NO_SCREEN_HYBRID,
        plausible.SAYS_WHOLE,
        capture.STEP_OUT,
        capture.DONE,
        capture.FAILED,
        *hints.SENTENCES.values(),
    }
    found |= {capture.STAY.replace("{left_s}", "{1}"), *_AWAY.values(), *(rung.says for rung in LADDER[1:])}
    for path in sorted(ROOT.rglob("*.py")):
        where = path.relative_to(ROOT).as_posix()
        if where == "gui/engine.py" or (where not in _ELSEWHERE and where.split("/")[0] not in _ELSEWHERE):
            found |= set(_of(ast.parse(path.read_text(encoding="utf-8")), where))
    return found


def _of(tree: ast.Module, where: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in _ERRORS and node.args:
            yield from _texts(node.args[0], tree)
        elif isinstance(node, ast.Call) and _name(node.func) in ("RuntimeError",) and where == "sinks/virtual.py":
            yield from ("{1}: " + text.replace("{1}", "{2}") for text in _texts(node.args[0], tree))
        elif isinstance(node, ast.Call) and _name(node.func) in ("_replace", "_skip", "_fail", "append") and where in _TELLERS:
            yield from _texts(node.args[_TELLERS[where]], tree)
        elif isinstance(node, ast.Call) and _name(node.func) == "Finding":
            yield from _texts(node.args[1], tree)
        elif (isinstance(node, ast.keyword) and node.arg == "problems") or (
            isinstance(node, ast.Assign) and _name(node.targets[0]) in _TOLD
        ):
            yield from _texts(node.value, tree)
        elif isinstance(node, ast.FunctionDef) and node.name in _TOLD:
            for part in ast.walk(node):
                if isinstance(part, ast.Return) and part.value is not None:
                    yield from _texts(part.value, tree)


def _texts(node: ast.expr, tree: ast.Module) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        count, text = 0, ""
        for part in node.values:
            if isinstance(part, ast.Constant):
                text += str(part.value)
            else:
                count += 1
                text += f"{{{count}}}"
                words = [one.value for one in ast.walk(part) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
                yield from (word for word in words if word[:1].isalpha() and " " in word)
        if any(letter.isalpha() for letter in text):
            yield text
    elif isinstance(node, ast.Tuple):
        for one in node.elts:
            yield from _texts(one, tree)
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body, tree)
        yield from _texts(node.orelse, tree)
    elif isinstance(node, ast.Name):  # what was put together a line before
        for other in ast.walk(tree):
            if isinstance(other, ast.Assign) and _name(other.targets[0]) == node.id and not isinstance(other.value, ast.Name):
                yield from _texts(other.value, tree)
    elif isinstance(node, ast.Starred) and isinstance(node.value, ast.Call):  # a function that returns the message and its hint
        for other in ast.walk(tree):
            if isinstance(other, ast.FunctionDef) and other.name == _name(node.value.func):
                for end in ast.walk(other):
                    if isinstance(end, ast.Return) and isinstance(end.value, ast.Tuple):
                        yield from _texts(end.value.elts[0], tree)


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
