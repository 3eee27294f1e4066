"""Messages on the control socket: one JSON object a line, checked here. Knows nothing of the rest of vbg."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from vbg.errors import UsageError, VbgError

VERSION = 1
"""Rises when a message changes its meaning; keys and messages may be added within one."""

LONGEST_LINE = 16 * 1024
"""Bytes of one message."""

_LONGEST_TEXT = 4096
_LONGEST_ID = 64

ASKED: dict[str, tuple[tuple[str, type, bool], ...]] = {
    "status": (),
    "blur": (("strength", float, False),),
    "background": (("name", str, True),),
    "pause": (),
    "resume": (),
    "toggle": (),
    "preset": (("name", str, True),),
    "camera": (("name", str, True),),
    "snapshot": (("file", str, True),),
    "watch": (),
}
"""What can be asked: the names of its values, their types, and whether they must be given."""


@dataclass(frozen=True, slots=True)
class Request:
    """One thing that is asked. id: comes back in the answer; a text or a whole number, None where none was given."""

    do: str
    values: dict[str, Any] = field(default_factory=dict)
    id: str | int | None = None


def request(line: bytes) -> Request:
    """The request in `line`. Raises UsageError with a sentence for whoever wrote it."""
    message = decoded(line)
    version = message.get("vbg", VERSION)
    if isinstance(version, bool) or version != VERSION:
        raise UsageError(f"this vbg speaks version {VERSION} of the protocol", f'Write "vbg": {VERSION}, or leave it out.')
    do = message.get("do")
    if not isinstance(do, str) or do not in ASKED:
        raise UsageError('"do" is not a known word', f"It can be {', '.join(ASKED)}.")
    unknown = set(message) - {"vbg", "id", "do"} - {name for name, _, _ in ASKED[do]}
    if unknown:
        raise UsageError(f"{do!r} takes no {_short(min(unknown))}", _takes(do))
    values = {name: _value(message[name], kind, name) for name, kind, _ in ASKED[do] if name in message}
    for name, _, needed in ASKED[do]:
        if needed and name not in values:
            raise UsageError(f"{do!r} needs {name!r}", _takes(do))
    return Request(do, values, id_of(message))


def id_of(message: dict[str, Any]) -> str | int | None:
    """The id that the answer carries; None where there is none that can be sent back."""
    given = message.get("id")
    if isinstance(given, bool):
        return None
    fits = (isinstance(given, str) and len(given) <= _LONGEST_ID) or (isinstance(given, int) and abs(given) < 2**53)
    return given if fits else None


def decoded(line: bytes) -> dict[str, Any]:
    """The JSON object in `line`. Raises UsageError."""
    try:
        message = json.loads(line, parse_constant=_no_constant)
    except (ValueError, RecursionError):  # not JSON, not UTF-8, too deep, a number of 5,000 digits
        raise UsageError("this is no message", "A message is one JSON object on one line.") from None
    if not isinstance(message, dict):
        raise UsageError("this is no message", "A message is one JSON object on one line.")
    return message


def encoded(message: dict[str, Any]) -> bytes:
    """One line."""
    return json.dumps({"vbg": VERSION, **message}, allow_nan=False).encode() + b"\n"


def asked(do: str, **values: Any) -> bytes:
    """A request as a line, for clients."""
    return encoded({"do": do, **values})


def answer(of: str | int | None, **values: Any) -> bytes:
    """All went well."""
    return encoded({"id": of, "ok": True, **values})


def refusal(of: str | int | None, why: VbgError) -> bytes:
    """It did not."""
    return encoded({"id": of, "ok": False, "error": f"{why}", "hint": why.hint})


def event(status: dict[str, Any]) -> bytes:
    """Something changed."""
    return encoded({"event": "status", "status": status})


def _value(value: Any, kind: type, name: str) -> Any:
    if kind is float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise UsageError(f"{name!r} must be a number from 0 to 1")
        return float(value)
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_TEXT or not all(map(_writable, value)):
        raise UsageError(f"{name!r} must be a text of 1 to {_LONGEST_TEXT} letters, without control characters")
    return value


def _writable(letter: str) -> bool:
    """Whether a file's name may hold it: no control character, no half of a pair."""
    return ord(letter) >= 32 and letter != "\x7f" and not "\ud800" <= letter <= "\udfff"


def _takes(do: str) -> str:
    parts = [name if needed else f"{name} (or nothing)" for name, _, needed in ASKED[do]]
    return f"{do!r} takes {', '.join(parts) or 'nothing'}."


def _short(text: str) -> str:
    return repr(text[:40])


def _no_constant(name: str) -> Any:
    raise ValueError(name)  # NaN and Infinity are no JSON
