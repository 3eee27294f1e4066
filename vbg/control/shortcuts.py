"""Keys that work whatever program is in front, by the desktop's portal (org.freedesktop.portal.GlobalShortcuts).

The desktop asks the user which keys they shall be and remembers it. Where there is no such portal, keys are bound to `vbg ctl`.
Protocol: https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.GlobalShortcuts.html
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from typing import Any

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from vbg.control.acts import act
from vbg.control.bus import NAME
from vbg.control.steering import Steering
from vbg.errors import VbgError

log = logging.getLogger(__name__)

KEYS = {
    "toggle": ("Pause vbg, or go on", "CTRL+ALT+p"),
    "blur": ("Blur the room", "CTRL+ALT+b"),
}
"""What is asked for: the request, what the desktop shows the user, and the keys that are proposed."""

_PORTAL = "org.freedesktop.portal.Desktop"
_OBJECT = "/org/freedesktop/portal/desktop"
_SHORTCUTS = "org.freedesktop.portal.GlobalShortcuts"
_REQUEST = "org.freedesktop.portal.Request"
_PATIENCE_S = 300.0  # the user may be reading a dialogue


class RefusedError(Exception):
    """There is no portal, or the user said no."""


class Shortcuts:
    """Binds the keys, and does what they stand for while `bus` is open."""

    Refused = RefusedError

    def __init__(self, steering: Steering, bus: MessageBus) -> None:
        self._steering, self._bus = steering, bus
        self._session = ""
        self._answers: dict[str, asyncio.Future[tuple[int, dict[str, Any]]]] = {}
        bus.add_message_handler(self._heard)

    async def bind(self) -> list[str]:
        """Ask for the keys; returns what the desktop calls them, where it tells. Raises RefusedError."""
        with contextlib.suppress(RefusedError):  # newer portals ask who is there; others do not know the question
            await self._call("org.freedesktop.host.portal.Registry", "Register", "sa{sv}", [NAME, {}])
        token = {"session_handle_token": Variant("s", f"vbg_{secrets.token_hex(8)}")}
        made = await self._asked("CreateSession", "a{sv}", [], token)
        self._session = str(made["session_handle"].value)
        wanted = [
            [name, {"description": Variant("s", about), "preferred_trigger": Variant("s", keys)}]
            for name, (about, keys) in KEYS.items()
        ]
        bound = await self._asked("BindShortcuts", "oa(sa{sv})sa{sv}", [self._session, wanted, ""], {})
        found = bound["shortcuts"].value if "shortcuts" in bound else []
        return [str(told["trigger_description"].value) for _, told in found if "trigger_description" in told]

    async def release(self) -> None:
        """Give the keys back. Raises RefusedError."""
        session, self._session = self._session, ""
        if session:
            await self._send(Message(_PORTAL, session, "org.freedesktop.portal.Session", "Close"))

    def _heard(self, message: Message) -> bool:
        if message.message_type is not MessageType.SIGNAL or not message.path:
            return False
        if message.interface == _REQUEST and message.member == "Response" and message.path in self._answers:
            answer = self._answers.pop(message.path)
            if not answer.done():
                answer.set_result((message.body[0], message.body[1]))
            return True
        if message.interface == _SHORTCUTS and message.member == "Activated" and message.body[0] == self._session:
            self._do(str(message.body[1]))
            return True
        return False

    def _do(self, name: str) -> None:
        if name not in KEYS:
            return
        try:
            act(name, {}, self._steering)
        except VbgError as e:
            log.warning("%s", e)

    async def _asked(self, member: str, signature: str, body: list[Any], options: dict[str, Variant]) -> dict[str, Any]:
        """Call a method that answers by a signal of its own; what that says."""
        token = f"vbg_{secrets.token_hex(8)}"
        sender = (self._bus.unique_name or "").removeprefix(":").replace(".", "_")
        path = f"{_OBJECT}/request/{sender}/{token}"
        answer: asyncio.Future[tuple[int, dict[str, Any]]] = asyncio.get_running_loop().create_future()
        self._answers[path] = answer
        try:
            await self._listen(f"type='signal',interface='{_REQUEST}',member='Response',path='{path}'")
            await self._listen(f"type='signal',interface='{_SHORTCUTS}',member='Activated'")
            await self._call(_SHORTCUTS, member, signature, [*body, {"handle_token": Variant("s", token), **options}])
            code, results = await asyncio.wait_for(answer, _PATIENCE_S)
        except TimeoutError:
            raise RefusedError(f"{member}: the desktop did not answer") from None
        finally:
            self._answers.pop(path, None)
        if code != 0:
            raise RefusedError(f"{member}: the desktop, or the user, said no")
        return results

    async def _listen(self, rule: str) -> None:
        await self._send(
            Message(
                "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "AddMatch", signature="s", body=[rule]
            )
        )

    async def _call(self, interface: str, member: str, signature: str, body: list[Any]) -> None:
        await self._send(Message(_PORTAL, _OBJECT, interface, member, signature=signature, body=body))

    async def _send(self, message: Message) -> None:
        reply = await self._bus.call(message)
        if reply is not None and reply.message_type is MessageType.ERROR:
            raise RefusedError(f"{message.member}: {reply.body[0] if reply.body else reply.error_name}")
