"""vbg on the session's D-Bus: for desktops, panels and whatever speaks that better than a socket.

The annotations are read by dbus-fast, so this module takes them as they are.
"""

import asyncio
import logging
import os
from pathlib import Path
from typing import Any

from dbus_fast import BusType, DBusError, NameFlag, PropertyAccess
from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusBool, DBusDouble, DBusStr, DBusUInt32
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property

from vbg.control import wire
from vbg.control.acts import act
from vbg.control.steering import Steering
from vbg.control.told import changing
from vbg.errors import VbgError

log = logging.getLogger(__name__)

NAME = "io.github.vbg.vbg"
PATH = "/io/github/vbg/vbg"
INTERFACE = f"{NAME}.Control1"
_REFUSED = f"{NAME}.Error.Refused"

_LOOK_S = 0.2  # between two looks at what has changed

_PROPERTIES = {
    "Phase": "phase",
    "Paused": "paused",
    "Background": "background",
    "Camera": "camera",
    "Rule": "rule",
    "Notice": "notice",
    "Fault": "fault",
    "Hint": "hint",
}
"""The properties, and what of the status they tell."""


class Control(ServiceInterface):
    """The methods are the requests of the control socket; what is refused is an error whose text says why and what helps."""

    def __init__(self, steering: Steering) -> None:
        super().__init__(INTERFACE)
        self._steering = steering
        self._last = self._now()

    def notice(self) -> None:
        """Signal what has changed since the last call."""
        now = self._now()
        changed = {name: value for name, value in now.items() if value != self._last[name]}
        self._last = now
        if changed:
            self.emit_properties_changed(changed)

    @dbus_method()
    def Pause(self) -> None:  # noqa: N802  # D-Bus writes its names so, here and below
        self._act("pause")

    @dbus_method()
    def Resume(self) -> None:  # noqa: N802
        self._act("resume")

    @dbus_method()
    def Toggle(self) -> None:  # noqa: N802
        self._act("toggle")

    @dbus_method()
    def Blur(self, strength: DBusDouble) -> None:  # noqa: N802
        """Below 0: as strongly as it was."""
        self._act("blur", **({} if strength < 0 else {"strength": strength}))

    @dbus_method()
    def SetBackground(self, name: DBusStr) -> None:  # noqa: N802
        self._act("background", name=name)

    @dbus_method()
    def Preset(self, name: DBusStr) -> None:  # noqa: N802
        self._act("preset", name=name)

    @dbus_method()
    def SetCamera(self, name: DBusStr) -> None:  # noqa: N802
        self._act("camera", name=name)

    @dbus_method()
    def Snapshot(self, file: DBusStr) -> None:  # noqa: N802
        self._act("snapshot", file=file)

    @dbus_property(access=PropertyAccess.READ)
    def Version(self) -> DBusUInt32:  # noqa: N802
        return wire.VERSION

    @dbus_property()
    def Paused(self) -> DBusBool:  # noqa: N802
        return bool(self._now()["Paused"])

    @Paused.setter  # type: ignore[no-redef]
    def Paused(self, paused: DBusBool) -> None:  # noqa: N802
        self._act("pause" if paused else "resume")

    @dbus_property()
    def Background(self) -> DBusStr:  # noqa: N802
        """A word that `SetBackground` takes."""
        return str(self._now()["Background"])

    @Background.setter  # type: ignore[no-redef]
    def Background(self, name: DBusStr) -> None:  # noqa: N802
        self._act("background", name=name)

    @dbus_property(access=PropertyAccess.READ)
    def Phase(self) -> DBusStr:  # noqa: N802
        return str(self._now()["Phase"])

    @dbus_property(access=PropertyAccess.READ)
    def Camera(self) -> DBusStr:  # noqa: N802
        return str(self._now()["Camera"])

    @dbus_property(access=PropertyAccess.READ)
    def Rule(self) -> DBusStr:  # noqa: N802
        return str(self._now()["Rule"])

    @dbus_property(access=PropertyAccess.READ)
    def Notice(self) -> DBusStr:  # noqa: N802
        return str(self._now()["Notice"])

    @dbus_property(access=PropertyAccess.READ)
    def Fault(self) -> DBusStr:  # noqa: N802
        return str(self._now()["Fault"])

    @dbus_property(access=PropertyAccess.READ)
    def Hint(self) -> DBusStr:  # noqa: N802
        return str(self._now()["Hint"])

    def _act(self, do: str, **values: Any) -> None:
        try:
            checked = wire.request(wire.asked(do, **values))  # the same limits as on the socket
            act(checked.do, checked.values, self._steering)
        except VbgError as e:
            raise DBusError(_REFUSED, " ".join(part for part in (f"{e}.", e.hint) if part)) from e
        except Exception as e:  # a bug here must not end what others use
            log.exception("a request failed")
            raise DBusError(_REFUSED, f"vbg failed at this: {e}") from e

    def _now(self) -> dict[str, Any]:
        told = changing(self._steering)
        told["background"] = _word(told["background"])
        return {name: told[key] for name, key in _PROPERTIES.items()}


async def connect() -> MessageBus | None:
    """This session's bus; None where there is none on this machine."""
    address = os.environ.get("DBUS_SESSION_BUS_ADDRESS", "")
    usual = Path(os.environ.get("XDG_RUNTIME_DIR", "/nonexistent")) / "bus"
    if address and not address.startswith("unix:"):
        log.info("the session's bus is not on this machine's own sockets, so vbg stays away from it")
        return None
    if not address and not usual.exists():
        return None
    try:
        return await MessageBus(bus_address=address or f"unix:path={usual}", bus_type=BusType.SESSION).connect()
    except Exception as e:  # whatever the library raises: vbg goes on without
        log.info("the session's bus cannot be reached: %s", e)
        return None


async def serve(steering: Steering, bus: MessageBus) -> None:
    """Until it is cancelled, or the bus ends. A second vbg waits for the name until the first one ends."""
    control = Control(steering)
    bus.export(PATH, control)
    await bus.request_name(NAME, NameFlag.NONE)
    while bus.connected:
        control.notice()
        await asyncio.sleep(_LOOK_S)


def _word(effect: dict[str, Any]) -> str:
    """A background in the word that chooses it."""
    return str(effect.get("file") or effect.get("rgb") or effect["kind"])
