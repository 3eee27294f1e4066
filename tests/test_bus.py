"""vbg on D-Bus, and keys by the desktop's portal: on a bus of the test's own, with the usual tools as clients."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import wait_until
from steered import Desk, served

from vbg.control import bus
from vbg.effects.blur import Blur
from vbg.effects.colour import Colour
from vbg.status import Phase

pytestmark = pytest.mark.skipif(
    shutil.which("dbus-daemon") is None or shutil.which("dbus-send") is None, reason="the package dbus is not installed"
)


CONFIGURATION = """
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type><listen>unix:tmpdir=/tmp</listen>
  <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
"""
"""A session's bus that starts no service of this machine's own."""


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """A bus, which ends with the test."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    configuration = tmp_path / "bus.conf"
    configuration.write_text(CONFIGURATION)
    command = ["dbus-daemon", f"--config-file={configuration}", "--nofork", "--print-address"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
        assert daemon.stdout is not None
        found = daemon.stdout.readline().strip()
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", found)
        yield found
        daemon.terminate()


def sent(*words: str, to: str = bus.NAME) -> subprocess.CompletedProcess[str]:
    command = ["dbus-send", "--session", "--print-reply", f"--dest={to}", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def call(method: str, *values: str) -> str:
    """What a method of vbg's says; its error's text where it refuses."""
    done = sent(bus.PATH, f"{bus.INTERFACE}.{method}", *values)
    return done.stderr if done.returncode else done.stdout


def told(name: str) -> str:
    """A property."""
    got = sent(bus.PATH, "org.freedesktop.DBus.Properties.Get", f"string:{bus.INTERFACE}", f"string:{name}")
    return got.stdout.split("variant", 1)[-1].strip()


def there() -> bool:
    return (
        "boolean true" in sent("/", "org.freedesktop.DBus.NameHasOwner", f"string:{bus.NAME}", to="org.freedesktop.DBus").stdout
    )


@pytest.fixture
def desk(address: str) -> Iterator[Desk]:
    """Steered by way of the bus."""
    made = Desk()
    with served(made):
        wait_until(there, "vbg is on the bus", 30)
        yield made
    assert not there()


def test_the_methods_do_what_the_socket_s_do(desk: Desk, tmp_path: Path) -> None:
    assert "Error" not in call("Toggle")
    assert desk.setup.get().paused
    call("Resume")
    assert not desk.setup.get().paused
    call("Pause")
    assert desk.setup.get().paused
    call("SetBackground", "string:#00b140")
    assert desk.look.get().effect == Colour("#00b140")
    call("Blur", "double:0.25")
    call("Blur", "double:-1")
    assert desk.look.get().effect == Blur(0.25)
    call("SetCamera", "string:demo")
    assert desk.setup.get().camera.name == "demo"
    call("Preset", "string:hands")
    assert desk.look.get().style.certainty == 0.25
    call("Snapshot", f"string:{tmp_path / 'me.png'}")
    assert (tmp_path / "me.png").exists()


@pytest.mark.parametrize(
    ("method", "value", "says"),
    [
        ("SetBackground", "string:nix", "no background"),
        ("Blur", "double:7", "from 0 to 1"),
        ("Preset", "string:nix", "natural, hands, privacy"),
        ("Snapshot", "string:me.png", "no whole path"),
        ("SetBackground", "double:1", "Unexpected signature|signature"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(desk: Desk, method: str, value: str, says: str) -> None:
    before = desk.look.get()
    said = call(method, value)
    assert re.search(says, said), said
    assert desk.look.get() == before


def test_properties_are_read_written_and_listed(desk: Desk) -> None:
    assert told("Phase") == 'string "running"'
    assert told("Version") == "uint32 1"
    assert told("Background") == 'string "blur"'
    put = ["org.freedesktop.DBus.Properties.Set", f"string:{bus.INTERFACE}"]
    sent(bus.PATH, *put, "string:Paused", "variant:boolean:true")
    assert desk.setup.get().paused
    assert told("Paused") == "boolean true"
    sent(bus.PATH, *put, "string:Background", "variant:string:dusk")
    assert told("Background") == 'string "vbg:dusk"'
    assert "no background" in sent(bus.PATH, *put, "string:Background", "variant:string:nix").stderr
    assert sent(bus.PATH, *put, "string:Phase", "variant:string:nix").returncode
    listed = sent(bus.PATH, "org.freedesktop.DBus.Introspectable.Introspect").stdout
    for name in bus._PROPERTIES:
        assert listed.count(f'<property name="{name}"') == 1
    every = sent(bus.PATH, "org.freedesktop.DBus.Properties.GetAll", f"string:{bus.INTERFACE}").stdout
    assert all(f'"{name}"' in every for name in (*bus._PROPERTIES, "Version"))


@contextmanager
def monitored() -> Iterator[list[str]]:
    """The lines that dbus-monitor prints of the signals that vbg sends meanwhile."""
    command = ["dbus-monitor", "--session", f"type='signal',path='{bus.PATH}',member='PropertiesChanged'"]
    lines: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as monitor:
        assert monitor.stdout is not None
        monitor.stdout.readline()
        yield lines
        monitor.terminate()
        lines += monitor.stdout.read().splitlines()


def test_changes_are_signalled_whoever_made_them(desk: Desk) -> None:
    with monitored() as lines:
        desk.setup.update(lambda setup: replace(setup, paused=True))
        desk.status = replace(desk.status, phase=Phase.COVERED, fault="the camera is away")
        wait_until(lambda: told("Fault") == 'string "the camera is away"', "it is told")
        desk.look.update(lambda look: replace(look, effect=Colour("#00b140")))
        subprocess.run([sys.executable, "-c", "import time; time.sleep(1)"], check=True, timeout=60)
    text = "\n".join(lines)
    for name, value in (
        ("Paused", "boolean true"),
        ("Fault", "the camera is away"),
        ("Phase", "covered"),
        ("Background", "#00b140"),
    ):
        assert re.search(rf'string "{name}"\s+variant\s+.*{value}', text), text
    assert text.count('string "Paused"') == 1  # once a change


def test_the_next_vbg_takes_over_when_the_first_one_ends(address: str) -> None:
    first, second = Desk(), Desk()
    with served(second):
        with served(first):
            wait_until(there, "one is on the bus", 30)
            call("Pause")
        wait_until(there, "the other one is", 30)
        wait_until(lambda: first.setup.get().paused != second.setup.get().paused, "one of them was asked")
        call("Pause")
        assert second.setup.get().paused


def test_without_a_bus_or_with_one_elsewhere_nothing_is_said_and_all_else_works(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from vbg.control import place
    from vbg.control.client import Client

    for where in ("", "unix:path=/nonexistent", "tcp:host=127.0.0.1,port=1"):
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", where)
        desk = Desk()
        with served(desk):
            client = Client(place.find())
            client.ask("pause")
            client.close()
        assert desk.setup.get().paused
    assert not [one for one in caplog.records if one.levelname == "WARNING"]


# keys

PORTAL = textwrap.dedent(
    """
    # a desktop's portal, as far as keys go; what it was asked is printed, and "press NAME" on stdin presses a key
    import asyncio, sys
    from dbus_fast import Message, MessageType, Variant
    from dbus_fast.aio import MessageBus

    says_no = "no" in sys.argv

    async def main():
        bus = await MessageBus().connect()
        session = ""
        def signal(path, interface, member, signature, body):
            bus.send(Message(path=path, interface=interface, member=member, message_type=MessageType.SIGNAL,
                             signature=signature, body=body))
        def called(message):
            nonlocal session
            if message.member == "Close" and message.path == session:
                print("closed", flush=True)
                return Message.new_method_return(message)
            ours = message.interface == "org.freedesktop.portal.GlobalShortcuts"
            if message.message_type is not MessageType.METHOD_CALL or not ours:
                return None
            options = message.body[-1]
            sender = message.sender[1:].replace(".", "_")
            handle = f"/org/freedesktop/portal/desktop/request/{sender}/{options['handle_token'].value}"
            results = {}
            if message.member == "CreateSession":
                session = f"/org/freedesktop/portal/desktop/session/{sender}/{options['session_handle_token'].value}"
                results = {"session_handle": Variant("s", session)}
            else:
                assert message.body[0] == session and message.signature == "oa(sa{sv})sa{sv}"
                for name, told in message.body[1]:
                    print("asked", name, told["preferred_trigger"].value, flush=True)
                results = {"shortcuts": Variant("a(sa{sv})", [[name, {"trigger_description": Variant("s", "Ctrl+Alt+P")}]
                                                              for name, _ in message.body[1]])}
            refused = says_no and message.member == "BindShortcuts"
            asyncio.get_running_loop().call_later(0.05, signal, handle, "org.freedesktop.portal.Request", "Response", "ua{sv}",
                                                  [1 if refused else 0, results])
            return Message.new_method_return(message, "o", [handle])
        bus.add_message_handler(called)
        await bus.request_name("org.freedesktop.portal.Desktop")
        print("ready", flush=True)
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := (await reader.readline()).decode().split():
            where = "/org/freedesktop/portal/desktop/session/another" if line[0] == "elsewhere" else session
            signal("/org/freedesktop/portal/desktop", "org.freedesktop.portal.GlobalShortcuts", "Activated", "osta{sv}",
                   [where, line[1], 0, {}])

    asyncio.run(main())
    """
)


@contextmanager
def portal(*options: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", PORTAL, *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as made:
        assert made.stdout is not None
        assert made.stdout.readline() == "ready\n"
        yield made
        assert made.stdin is not None
        made.stdin.close()


def press(desktop: subprocess.Popen[str], line: str) -> None:
    assert desktop.stdin is not None
    desktop.stdin.write(f"{line}\n")
    desktop.stdin.flush()


def test_keys_are_asked_for_when_wanted_and_do_what_they_stand_for(desk: Desk) -> None:
    with portal() as desktop:
        desk.look.update(lambda look: replace(look, effect=Colour()))
        desk.setup.update(lambda setup: replace(setup, shortcuts=True))
        assert desktop.stdout is not None
        asked = {desktop.stdout.readline().strip(), desktop.stdout.readline().strip()}
        assert asked == {"asked toggle CTRL+ALT+p", "asked blur CTRL+ALT+b"}

        def blurred() -> bool:
            press(desktop, "press blur")  # the answer to what was asked may be on its way
            return isinstance(desk.look.get().effect, Blur)

        wait_until(blurred, "the room is blurred")
        press(desktop, "elsewhere toggle")  # another program's key
        press(desktop, "press unknown")
        press(desktop, "press toggle")
        wait_until(lambda: desk.setup.get().paused, "it is paused")
        press(desktop, "press toggle")
        wait_until(lambda: not desk.setup.get().paused, "it goes on")
        desk.setup.update(lambda setup: replace(setup, shortcuts=False))
        assert desktop.stdout.readline() == "closed\n"


@pytest.mark.parametrize("says_no", [True, False], ids=["the user says no", "there is no portal"])
def test_without_keys_the_user_is_told_what_to_bind(desk: Desk, says_no: bool, caplog: pytest.LogCaptureFixture) -> None:
    with portal("no") if says_no else monitored():
        desk.setup.update(lambda setup: replace(setup, shortcuts=True))
        wait_until(lambda: "bind `vbg ctl toggle`" in caplog.text, "the way without", 30)
    call("Pause")
    assert desk.setup.get().paused  # all else goes on
