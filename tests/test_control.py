"""Steering from outside: what `docs/control.md` promises, on a real socket, and that no client can do harm."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import steered
from fakes import ROOM, FakeCamera, FakeModel, FakeOutput, wait_until
from hypothesis import given
from hypothesis import strategies as st
from steered import Desk

from vbg import store
from vbg.cameras.demo import Demo
from vbg.cli import main
from vbg.control import acts, place, server, wire
from vbg.control.client import Client
from vbg.control.service import Service
from vbg.control.steering import Steering
from vbg.effects.blur import Blur
from vbg.effects.colour import Colour
from vbg.effects.hills import Hills
from vbg.effects.none import NoEffect
from vbg.errors import OutputError, UsageError, VbgError
from vbg.frame import Frame
from vbg.matting.style import PRESETS, Style
from vbg.session import Session
from vbg.settings import Look, Setup
from vbg.status import Phase

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Python has no Unix sockets on Windows")

DOC = Path(__file__).parent.parent / "docs" / "control.md"


@pytest.fixture(autouse=True)
def runtime(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A folder for sockets; pytest's own has too long a name for one."""
    folder = Path(tempfile.mkdtemp(prefix="vbg-t-"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def served(desk: Desk) -> Iterator[Path]:
    """The path of a socket that steers `desk`."""
    with steered.served(desk):
        yield place.find()


def lines(path: Path, sent: bytes) -> list[dict[str, Any]]:
    """What comes back for these bytes until the server hangs up, or has answered and is told that no more comes."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(20)
        client.connect(str(path))
        with contextlib.suppress(OSError):  # it may have hung up in the middle of them
            client.sendall(sent)
            client.shutdown(socket.SHUT_WR)
        came = b""
        with contextlib.suppress(ConnectionResetError):
            while got := client.recv(65536):
                came += got
    return [json.loads(line) for line in came.splitlines()]


def ask(path: Path, do: str, **values: Any) -> dict[str, Any]:
    client = Client(path)
    try:
        answer: dict[str, Any] = client.ask(do, **values)["status"]
        return answer
    finally:
        client.close()


# the protocol


def examples() -> list[tuple[str, list[str]]]:
    """Every request of the document, with what comes back."""
    found: list[tuple[str, list[str]]] = []
    for line in DOC.read_text(encoding="utf-8").splitlines():
        if line.startswith("    > "):
            found.append((line[6:], []))
        elif line.startswith("    < "):
            found[-1][1].append(line[6:])
    return found


def shape(value: Any) -> Any:
    """Names and types, without values; what covers the room has settings of its own."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items() if name != "background"}
    return [shape(one) for one in value[:1]] if isinstance(value, list) else type(value)


def test_the_document_shows_every_message_and_each_is_answered_as_it_says(served: Path, desk: Desk, tmp_path: Path) -> None:
    asked = {json.loads(sent).get("do") for sent, _ in examples() if sent.startswith("{")}
    assert set(wire.ASKED) <= asked
    whole = shape(json.loads(examples()[0][1][0])["status"])
    for sent, wanted in examples():
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(20)
            client.connect(str(served))
            client.sendall(sent.replace("/tmp/me.png", str(tmp_path / "me.png")).encode() + b"\n")
            with client.makefile("rb") as answers:
                for want in wanted:
                    came = json.loads(answers.readline())
                    status = came.pop("status", None)
                    if "{…}" in want or "frames" in want:
                        expected = json.loads(re.sub(r"\"status\": {.*}}", '"status": 0}', want))
                        expected.pop("status")
                        figures = {} if "event" in came else {"figures": whole["figures"]}
                        assert status is not None
                        status["size"], status["outputs"] = status["size"] or [1], [{"name": "", "target": ""}]
                        assert shape(status) == {name: one for name, one in whole.items() if name != "figures"} | figures
                    else:
                        assert status is None
                        expected = json.loads(want)
                    assert came == expected
    assert (tmp_path / "me.png").exists()


def test_each_message_does_what_it_says(served: Path, desk: Desk, tmp_path: Path) -> None:
    ask(served, "background", name="hills")
    assert isinstance(desk.look.get().effect, Hills)
    ask(served, "blur")
    assert desk.look.get().effect == Blur(0.5)
    assert ask(served, "blur", strength=1)["background"] == {"kind": "blur", "strength": 1.0}
    ask(served, "blur")
    assert desk.look.get().effect == Blur(1.0)
    ask(served, "background", name="#00b140")
    assert desk.look.get().effect == Colour("#00b140")
    assert ask(served, "pause")["paused"]
    assert desk.setup.get().paused
    assert not ask(served, "toggle")["paused"]
    assert ask(served, "toggle")["paused"]
    assert not ask(served, "resume")["paused"]
    ask(served, "camera", name="demo")
    assert isinstance(desk.setup.get().camera, Demo)
    ask(served, "preset", name="privacy")
    assert desk.look.get() == Look(Colour("#00b140"), replace(Style(), **PRESETS["privacy"]))
    mine = Look(Blur(0.1), Style(largest=True))
    store.save_presets(store.presets_path(), {"Mine": mine})
    desk.look.update(lambda look: replace(look, captures=3))
    ask(served, "preset", name="Mine")
    assert desk.look.get() == replace(mine, captures=3)  # the room is not captured once more
    ask(served, "background", name="none")  # as the user chose
    assert desk.look.get().effect == NoEffect()


def test_a_background_of_the_user_s_own_is_found_by_its_title(served: Path, desk: Desk, files: Path) -> None:
    from vbg import backgrounds

    library = backgrounds.Library(backgrounds.folder())
    own = library.add(files / "picture.png")
    ask(served, "background", name=own.title)
    assert desk.look.get().effect == own.effect


@pytest.mark.parametrize(
    ("do", "values", "says"),
    [
        ("blur", {"strength": 1.1}, "from 0 to 1"),
        ("blur", {"strength": True}, "from 0 to 1"),
        ("blur", {"strength": "much"}, "from 0 to 1"),
        ("blur", {"depth": 1}, "takes no 'depth'"),
        ("background", {}, "needs 'name'"),
        ("background", {"name": "no such thing"}, "no background"),
        ("background", {"name": "a\x00b"}, "control characters"),
        ("background", {"name": "\ud800"}, "control characters"),
        ("background", {"name": "long" * 1500}, "control characters"),
        ("background", {"name": ["blur"]}, "control characters"),
        ("preset", {"name": "no such thing"}, "natural, hands, privacy"),
        ("camera", {"name": "missing.mp4"}, "there is no file"),
        ("snapshot", {"file": "me.png"}, "no whole path"),
        ("snapshot", {"file": "/tmp/me.gif"}, "cannot write"),
        ("snapshot", {"file": "/no/such/folder/me.png"}, "cannot write"),
        ("dance", {}, "not a known word"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_and_changes_nothing(
    served: Path, desk: Desk, do: str, values: dict[str, Any], says: str
) -> None:
    before = desk.look.get(), desk.setup.get()
    (answer,) = lines(served, json.dumps({"id": "x", "do": do, **values}).encode() + b"\n")
    assert (answer["ok"], answer["id"]) == (False, "x")
    assert says in answer["error"] + answer["hint"]
    assert (desk.look.get(), desk.setup.get()) == before
    assert ask(served, "status")["phase"] == "running"


def test_a_snapshot_is_the_covered_picture_and_nothing_is_written_where_none_goes_out(
    served: Path, desk: Desk, tmp_path: Path
) -> None:
    from vbg import pictures

    for name in ("a.png", "a.jpg", "a.webp"):
        ask(served, "snapshot", file=str(tmp_path / name))
        assert desk.shown is not None
        assert np.abs(pictures.read(tmp_path / name).astype(int) - desk.shown.pixels)[:, 4:28].max() < 6
    desk.shown = None
    with pytest.raises(VbgError, match="no covered picture"):
        ask(served, "snapshot", file=str(tmp_path / "b.png"))
    assert not (tmp_path / "b.png").exists()


# a running session


@contextlib.contextmanager
def session_of(effect: Any, camera: FakeCamera, output: FakeOutput) -> Iterator[tuple[Session, Path]]:
    session = Session(Setup(camera, FakeModel(), (output,)), Look(effect))
    service = Service(Steering.of(session))
    session.start()
    try:
        wait_until(lambda: session.status().phase is Phase.RUNNING, "it runs", 60)
        service.wait()
        yield session, place.find()
    finally:
        service.close()
        session.stop()
        session.wait(20)


def room_was_shown(frames: list[Frame]) -> bool:
    return any(bool((np.abs(one.pixels.astype(int) - ROOM).max(axis=2) < 60).any()) for one in frames)


def test_pause_and_snapshot_and_watch_of_a_session_never_show_the_room(tmp_path: Path) -> None:
    camera, output = FakeCamera(), FakeOutput()
    with session_of(Colour("#0a0afa"), camera, output) as (session, path), ExitStack() as stack:
        client = Client(path)
        stack.callback(client.close)
        client.ask("watch")
        events = client.events()
        assert next(events)["status"]["phase"] == "running"
        ask(path, "snapshot", file=str(tmp_path / "me.png"))
        ask(path, "pause")
        while next(events)["status"]["phase"] != "idle":
            pass
        wait_until(lambda: camera.control.open_now == 0, "its light goes out")
        assert len(np.unique(output.control.sent[-1].pixels.reshape(-1, 3), axis=0)) > 3  # a card: it has letters
        with pytest.raises(VbgError, match="no covered picture"):
            ask(path, "snapshot", file=str(tmp_path / "card.png"))
        ask(path, "resume")
        while next(events)["status"]["phase"] != "running":
            pass
        assert not room_was_shown(output.control.sent)
        ask(path, "background", name="none")
        wait_until(lambda: room_was_shown(output.control.sent), "the room, as the user chose")
        wait_until(lambda: session.shown() is None, "and no snapshot of it")
        with pytest.raises(VbgError, match="no covered picture"):
            ask(path, "snapshot", file=str(tmp_path / "raw.png"))
    from vbg import pictures

    assert pictures.read(tmp_path / "me.png")[0, 0].tolist() == [250, 10, 10]
    assert sorted(one.name for one in tmp_path.glob("*.png")) == ["me.png"]


def test_a_request_that_hangs_stops_no_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    hangs, go_on = threading.Event(), threading.Event()

    def hang(steering: Steering) -> None:
        hangs.set()
        go_on.wait(20)

    monkeypatch.setitem(acts._ACTS, "pause", hang)
    output = FakeOutput()
    with session_of(Colour(), FakeCamera(), output) as (_, path), socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))
        client.sendall(wire.asked("pause"))
        assert hangs.wait(20)
        output.control.wait_for(len(output.control.sent) + 50)
        go_on.set()


# who may come in


def test_the_socket_is_the_user_s_own_and_goes_with_its_server(served: Path, runtime: Path) -> None:
    assert stat.S_IMODE(served.stat().st_mode) == 0o600
    second = Service(Desk().steering)
    assert second.wait() == ""
    assert place.running() == [1, 2]
    assert place.find(2).name == "vbg-2.sock"
    assert ask(place.find(2), "pause")["paused"]
    assert not ask(served, "status")["paused"]
    second.close()
    assert place.running() == [1]
    assert sorted(one.name for one in runtime.iterdir() if one.suffix == ".sock") == ["vbg.sock"]
    with pytest.raises(UsageError, match="number 2"):
        place.find(2)


def test_what_a_killed_vbg_left_behind_is_taken_over(runtime: Path, desk: Desk) -> None:
    code = (
        "import os, socket\nfrom vbg.control import place\nc = place.claim()\nsocket.socket(socket.AF_UNIX).bind(str(c.path))\n"
    )
    subprocess.run([sys.executable, "-c", code + "os.kill(os.getpid(), 9)"], check=False, timeout=60)
    assert (runtime / "vbg.sock").exists()
    assert place.running() == []
    service = Service(desk.steering)
    assert service.wait() == ""
    assert ask(runtime / "vbg.sock", "status")
    service.close()
    assert not (runtime / "vbg.sock").exists()


def test_more_than_eight_are_told_that_they_are_too_many(runtime: Path) -> None:
    claims = [place.claim() for _ in range(place.MOST)]
    service = Service(Desk().steering)
    assert "8 other vbgs" in service.wait()
    service.close()
    for claim in claims:
        claim.release()


def test_without_a_folder_of_the_user_s_own_there_is_one_or_a_refusal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    own = tmp_path / f"vbg-{os.getuid()}"
    assert place.folder() == own
    assert stat.S_IMODE(own.stat().st_mode) == 0o700
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    tmp_path.chmod(0o755)  # others may look in: not taken
    assert place.folder() == own
    own.chmod(0o770)
    with pytest.raises(OutputError, match="yours alone"):
        place.folder()
    own.rmdir()
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    own.symlink_to(tmp_path / "elsewhere")  # laid there by somebody
    with pytest.raises(OutputError, match="yours alone"):
        place.folder()


def test_another_user_is_sent_away(served: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(server, "_user_of", lambda _: os.getuid() + 1)
        assert lines(served, wire.asked("pause")) == []
    assert not ask(served, "status")["paused"]


@pytest.mark.skipif(sys.platform == "win32" or os.getuid() != 0, reason="only root can be another user")
def test_another_user_is_known_by_the_kernel(served: Path, runtime: Path) -> None:
    runtime.chmod(0o711)
    served.chmod(0o666)  # even where the file lets them in
    code = "import os, socket, sys\nos.setuid(65534)\ns = socket.socket(socket.AF_UNIX)\ns.connect(sys.argv[1])\n"
    code += 's.sendall(b\'{"do": "pause"}\\n\')\nprint(s.recv(100))'
    done = subprocess.run([sys.executable, "-c", code, str(served)], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.strip() in ("b''", ""), done
    assert "PermissionError" not in done.stderr
    runtime.chmod(0o700)
    assert not ask(place.find(), "status")["paused"]


# garbage


GARBAGE: dict[str, bytes] = {
    "a line without end": b"x" * 10_000_000,
    "a message without end": b'{"do": "background", "name": "' + b"x" * 1_000_000 + b'"}\n',
    "bytes that are no text": bytes(range(256)).replace(b"\n", b"") * 20 + b"\n",
    "too deep": b"[" * 5000 + b"]" * 5000 + b"\n",
    "too large a number": b'{"do": "blur", "strength": ' + b"9" * 9999 + b"}\n",
    "no number": b'{"do": "blur", "strength": NaN}\n',
    "a list": b"[1, 2]\n",
    "half a message": b'{"do": "sta',
    "a text of half a letter": b'{"do": "background", "name": "\\ud83d"}\n',
    "a version that is a list": b'{"vbg": [1], "do": "status"}\n',
    "an id that cannot be sent back": b'{"id": {"a": 1}, "do": "dance"}\n',
    "another protocol": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
}


@pytest.mark.parametrize("sent", GARBAGE.values(), ids=GARBAGE.keys())
def test_garbage_is_answered_and_nobody_else_notices(served: Path, sent: bytes) -> None:
    for answer in lines(served, sent):
        assert answer["ok"] is False
        assert answer["error"]
        assert len(json.dumps(answer)) < 1000
    assert ask(served, "status")["phase"] == "running"


def test_a_last_line_without_its_end_and_empty_lines_will_do(served: Path) -> None:
    assert [one["ok"] for one in lines(served, b'\n \n{"do": "status"}\n{"do": "pause"}')] == [True, True]


def test_too_many_clients_are_sent_away_and_there_is_room_again_when_others_go(served: Path) -> None:
    with ExitStack() as stack:
        for _ in range(server._MOST_CLIENTS):
            client = stack.enter_context(socket.socket(socket.AF_UNIX))
            client.connect(str(served))
        wait_until(lambda: lines(served, b'{"do": "status"}\n')[0]["ok"] is False, "no room")
    wait_until(lambda: lines(served, b'{"do": "status"}\n')[0]["ok"], "room again")


def test_a_client_that_reads_nothing_costs_little_and_is_let_go(
    served: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "_PATIENCE_S", 0.3)
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(served))
        client.settimeout(0.5)
        sent = 0
        with pytest.raises(OSError):
            while sent < 50_000_000:
                sent += client.send(wire.asked("status") * 100)
        assert sent < 2_000_000
        wait_until(lambda: lines(served, b'{"do": "status"}\n')[0]["ok"], "others are served")


def test_a_watcher_that_reads_slowly_gets_the_newest_state(served: Path, desk: Desk) -> None:
    client = Client(served)
    client._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    client.ask("watch")
    for count in range(300):
        desk.status = replace(desk.status, fault=f"{count}:" + 3000 * "x")
        if count % 100 == 0:
            threading.Event().wait(0.25)
    for event in client.events():
        if event["status"]["fault"].startswith("299:"):
            break
    client.close()


WORDS = st.sampled_from([*wire.ASKED, "vbg", "do", "id", "name", "file", "strength", "1", "hills", "/tmp/x.png", "#00b140"])
VALUES = st.recursive(
    WORDS | st.text(max_size=20) | st.integers() | st.floats() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)


@given(
    st.dictionaries(WORDS | st.text(max_size=5), VALUES, max_size=5) | st.binary(max_size=80), st.sampled_from(list(wire.ASKED))
)
def test_whatever_is_sent_is_answered_by_one_short_line(junk: dict[str, Any] | bytes, do: str) -> None:
    served = server.Server(Desk(shown=None).steering)  # nothing is shown, so nothing is written
    line = junk if isinstance(junk, bytes) else json.dumps({**junk, "do": junk.get("do", do)}).encode()
    for sent in (line, line[: len(line) // 2]):
        answer, _ = served._answered(sent)
        assert answer.count(b"\n") == 1
        assert len(answer) < 8000
        told = json.loads(answer)
        assert told["vbg"] == wire.VERSION
        assert told["ok"] or told["error"]
        assert "vbg failed" not in told.get("error", "")


# the command


def test_ctl_says_that_vbg_does_not_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ctl", "pause"]) == 2
    assert "vbg does not run" in capsys.readouterr().err


def test_ctl_steers_prints_and_refuses(
    served: Path, desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    steps: list[tuple[list[str], Callable[[], bool]]] = [
        (["blur", "0.25"], lambda: desk.look.get().effect == Blur(0.25)),
        (["pause"], lambda: desk.setup.get().paused),
        (["snapshot", "here.png"], lambda: (tmp_path / "here.png").exists()),
    ]
    for arguments, holds in steps:
        assert main(["ctl", *arguments]) == 0
        assert holds()
        assert capsys.readouterr().out == ""
    assert main(["ctl", "--json", "background", "here.png"]) == 0
    assert json.loads(capsys.readouterr().out)["background"]["file"] == str(tmp_path / "here.png")
    assert main(["ctl", "status"]) == 0
    said = capsys.readouterr().out
    assert "paused" in said
    assert "here.png" in said
    assert main(["ctl", "preset", "no such thing"]) == 1
    error = capsys.readouterr().err.splitlines()
    assert "no such thing" in error[0]
    assert len(error) == 2


def test_ctl_loads_next_to_nothing_and_watches_a_run_until_it_ends() -> None:
    command = [sys.executable, "-m", "vbg"]
    run = subprocess.Popen(
        [*command, "run", "--camera", "test-card", "--size", "64x36", "--model", "constant", "--output", "null"],
        stderr=subprocess.PIPE,
    )
    wait_until(lambda: bool(place.running()), "it can be steered", 60)
    watch = subprocess.Popen([*command, "ctl", "--json", "watch"], stdout=subprocess.PIPE, text=True)
    assert watch.stdout is not None
    assert json.loads(watch.stdout.readline())["camera"]
    code = "import sys; from vbg.cli import main; code = main(['ctl', 'pause']); print(sorted(sys.modules)); sys.exit(code)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert not [heavy for heavy in ("numpy", "cv2", "numba", "asyncio", "vbg.session") if f"'{heavy}'" in done.stdout]
    while not json.loads(watch.stdout.readline())["paused"]:
        pass
    run.terminate()
    _, said = run.communicate(timeout=60)
    assert (run.returncode, said) == (0, b"")
    watch.communicate(timeout=60)
    assert watch.returncode == 0
    assert place.running() == []
