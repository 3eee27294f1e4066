"""The page for checking: on this machine alone, for whoever knows its address, and no client holds a frame up."""

from __future__ import annotations

import http.client
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from urllib.parse import urlsplit

import cv2
import numpy as np
import pytest
from fakes import ROOM, FakeCamera, FakeEffect, FakeModel, numbered, plain, wait_until

from vbg import choose
from vbg.errors import OutputError, UsageError
from vbg.frame import Canvas, Frame
from vbg.session import Session
from vbg.settings import Look, Setup
from vbg.sinks import Sink, mjpeg
from vbg.sinks.mjpeg import Mjpeg
from vbg.status import Phase

CANVAS = Canvas(64, 36, 30.0)


@pytest.fixture
def page() -> Iterator[Sink]:
    opened = Mjpeg().open(CANVAS)
    yield opened
    opened.close()


@pytest.fixture
def fed(page: Sink) -> Iterator[Sink]:
    """The page, sent numbered pictures until the end of the test."""
    over = threading.Event()

    def feed() -> None:
        index = 0
        while not over.wait(0.01):
            page.send(Frame(numbered(index % 25), index, index / 30))
            index += 1

    thread = threading.Thread(target=feed)
    thread.start()
    yield page
    over.set()
    thread.join()


def get(sink: Sink, what: str = "", token: str | None = None, host: str | None = None) -> http.client.HTTPResponse:
    """The answer, whose body is not read yet."""
    url = urlsplit(sink.info.target)
    connection = http.client.HTTPConnection("127.0.0.1", url.port or 0, timeout=20)
    own = url.path.strip("/") if token is None else token
    connection.putrequest("GET", f"/{own}/{what}", skip_host=True)
    connection.putheader("Host", url.netloc if host is None else host)
    connection.endheaders()
    return connection.getresponse()


def pictures(stream: http.client.HTTPResponse) -> Iterator[np.ndarray]:
    """Those of a multipart stream, as a browser takes it apart."""
    while True:
        assert stream.readline() == b"--picture\r\n"
        length = 0
        while (line := stream.readline().strip()) != b"":
            name, _, value = line.partition(b": ")
            length = int(value) if name == b"Content-Length" else length
        picture = cv2.imdecode(np.frombuffer(stream.read(length), np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        yield picture
        assert stream.readline() == b"\r\n"


def test_a_browser_sees_the_page_and_the_pictures_move(fed: Sink) -> None:
    with closing(get(fed)) as answer:
        assert answer.status == 200
        assert 'src="stream"' in answer.read().decode()
    with closing(get(fed, "stream")) as stream:
        kind = stream.headers["Content-Type"]
        assert kind == "multipart/x-mixed-replace; boundary=picture"
        seen = pictures(stream)
        shades = {int(next(seen)[0, 0, 0]) for _ in range(10)}
        assert len(shades) > 3
        assert fed.watched()
    with closing(get(fed, "picture.jpg")) as answer:
        picture = cv2.imdecode(np.frombuffer(answer.read(), np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        assert picture.shape == (36, 64, 3)
    wait_until(lambda: not fed.watched(), "nobody looks any more")


def test_it_listens_on_this_machine_alone_and_nothing_may_frame_or_keep_it(fed: Sink) -> None:
    url = urlsplit(fed.info.target)
    assert url.hostname == "127.0.0.1"
    with open("/proc/net/tcp") as table:  # noqa: PTH123  # address:port of every socket, in hexadecimal
        listening = [
            line.split()[1] for line in table if line.split()[1].endswith(f":{url.port:04X}") and line.split()[3] == "0A"
        ]
    assert listening == [f"0100007F:{url.port:04X}"]
    with closing(get(fed)) as answer:
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_who_does_not_know_the_address_sees_nothing(fed: Sink) -> None:
    other = Mjpeg().open(CANVAS)
    stranger = urlsplit(other.info.target).path.strip("/")
    other.close()
    assert len(stranger) >= 32
    for token in ("", "x", stranger, urlsplit(fed.info.target).path.strip("/")[:-1], "%c3%a9", "../etc"):
        for what in ("", "stream", "picture.jpg"):
            with closing(get(fed, what, token)) as answer:
                assert answer.status == 404
                assert b"picture" not in answer.read()
    assert not fed.watched()


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "localhost.evil.example:{port}", "0.0.0.0:{port}", "127.0.0.1:1", ""]
)
def test_another_name_for_this_machine_is_refused(fed: Sink, host: str) -> None:
    port = urlsplit(fed.info.target).port
    with closing(get(fed, "stream", host=host.format(port=port))) as answer:
        assert answer.status == 404
    with closing(get(fed, "", host=f"localhost:{port}")) as answer:
        assert answer.status == 200


def test_a_client_that_does_not_read_holds_nothing_up_and_misses_pictures(page: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (720, 1280, 3), np.uint8)
    noise.flags.writeable = False
    monkeypatch.setattr(mjpeg._Handler, "timeout", 0.3)
    with ExitStack() as stack:
        stuck = get(page, "stream")
        stack.callback(stuck.close)
        wait_until(page.watched, "it looks")
        quick = get(page, "stream")
        stack.callback(quick.close)
        seen = pictures(quick)
        for index in range(40):
            page.send(Frame(noise, index, index / 30))
            time.sleep(0.005)
        assert next(seen).shape == (720, 1280, 3)
    wait_until(lambda: not page.watched(), "both are gone")


def test_too_many_clients_are_sent_away(fed: Sink) -> None:
    port = urlsplit(fed.info.target).port or 0
    with ExitStack() as stack:
        for _ in range(mjpeg._MOST_CLIENTS):
            stack.enter_context(socket.create_connection(("127.0.0.1", port)))
        with pytest.raises((http.client.HTTPException, OSError)):
            get(fed)
    wait_until(lambda: answers(fed), "there is room again")


def answers(sink: Sink) -> bool:
    try:
        with closing(get(sink)) as answer:
            return answer.status == 200
    except (http.client.HTTPException, OSError):
        return False


@pytest.mark.parametrize(
    "sent",
    [
        b"\xff" * 100_000,
        b"GET",
        b"GET /\xe9/stream HTTP/1.1\r\nHost: \xff\r\n\r\n",
        b"POST / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/9\r\n\r\n",
        b"\r\n" * 1000,
    ],
)
def test_garbage_ends_its_connection_only(fed: Sink, sent: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_connection(("127.0.0.1", urlsplit(fed.info.target).port or 0)) as client:
        client.sendall(sent)
        client.shutdown(socket.SHUT_WR)
        client.settimeout(20)
        try:
            while client.recv(65536):
                pass
        except ConnectionResetError:
            pass
    assert answers(fed)
    said = capfd.readouterr()
    assert said.err == ""  # neither the address nor a traceback


def test_closing_hangs_up_and_gives_the_port_back() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    page = choose.output(f"mjpeg:{port}").open(CANVAS)
    assert urlsplit(page.info.target).port == port
    with pytest.raises(OutputError, match=f"port {port}"):
        Mjpeg(port).open(CANVAS)
    page.send(Frame(plain(64, 36, ROOM), 0, 0.0))
    stream = get(page, "stream")
    page.close()
    assert stream.read() == b""  # what nobody looked at was not kept
    stream.close()
    again = Mjpeg(port).open(CANVAS)
    assert again.info.target != page.info.target  # the old address shows nothing
    again.close()
    with pytest.raises(UsageError, match="no port"):
        choose.output("mjpeg:high")


def test_the_camera_is_on_only_while_somebody_looks_and_what_is_seen_is_covered() -> None:
    camera = FakeCamera()
    session = Session(Setup(camera, FakeModel(), (Mjpeg(),)), Look(FakeEffect((250, 10, 10))))
    session.start()
    try:
        wait_until(lambda: session.status().phase is Phase.IDLE, "it waits", 60)
        wait_until(lambda: camera.control.open_now == 0, "the camera is off")
        url = session.status().outputs[0].target
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{32}/", url)
        connection = http.client.HTTPConnection("127.0.0.1", urlsplit(url).port or 0, timeout=20)
        connection.request("GET", urlsplit(url).path + "stream")
        with closing(connection.getresponse()) as stream:
            for picture in pictures(stream):
                assert not (np.abs(picture.astype(int) - ROOM).max(axis=2) < 60).any()
                if np.abs(picture.astype(int) - (250, 10, 10)).max() < 8:
                    break
        wait_until(lambda: session.status().phase is Phase.IDLE, "it waits again")
    finally:
        session.stop()
        session.wait(20)
