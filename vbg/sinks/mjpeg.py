"""A page in the browser that shows what others see: for checking, on this machine alone."""

from __future__ import annotations

import contextlib
import hmac
import secrets
import select
import socket
import socketserver
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import cv2

from vbg.errors import OutputError
from vbg.frame import Canvas, Frame
from vbg.sinks import Sink, SinkInfo
from vbg.spec import checked, knob

_ADDRESS = "127.0.0.1"  # never another one
_MOST_CLIENTS = 8
_PATIENCE_S = 5.0  # for a client that neither asks nor reads
_WAIT_S = 0.5  # the longest wait for a picture before looking whether all is over
_QUALITY = 85
_BOUNDARY = "picture"
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'",
    "Cross-Origin-Resource-Policy": "same-origin",  # no other page may show it
    "Referrer-Policy": "no-referrer",  # the address holds the token
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>vbg</title>
<style>html,body{margin:0;height:100%;background:#181512}img{width:100%;height:100%;object-fit:contain}</style>
<img src="stream" alt="What others see"></html>"""


@dataclass(frozen=True, slots=True)
class Mjpeg:
    """Served to whoever knows the address, which holds a secret that is new with every opening; `SinkInfo.target` tells it."""

    name: ClassVar[str] = "mjpeg"
    port: int = knob(0, "Port", help="of the page's address on this machine; 0 takes a free one", low=0, high=65535)

    def __post_init__(self) -> None:
        checked(self)

    def open(self, canvas: Canvas) -> Sink:
        try:
            return _Page(self.port)
        except OSError as e:
            raise OutputError(
                f"no page can be opened at port {self.port}: {e.strerror}", "Name another one: `mjpeg:8090`."
            ) from e


class _Newest:
    """The newest frame, and its JPEG, made once however many look. send() only lays the frame down."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._encoding = threading.Lock()
        self._frame: Frame | None = None
        self._count = 0
        self._made: tuple[int, bytes] = (0, b"")
        self.clients = 0

    def put(self, frame: Frame) -> None:
        with self._changed:
            if self.clients:
                self._frame = frame
                self._count += 1
                self._changed.notify_all()

    def come(self) -> None:
        with self._changed:
            self.clients += 1

    def go(self) -> None:
        with self._changed:
            self.clients -= 1
            if not self.clients:
                self._frame = None

    def jpeg(self, after: int) -> tuple[int, bytes]:
        """The newest picture's number and JPEG, once there is one newer than number `after`; (`after`, b"") where none came."""
        with self._changed:
            self._changed.wait_for(lambda: self._frame is not None and self._count > after, _WAIT_S)
            frame, count = self._frame, self._count
        if frame is None or count <= after:
            return after, b""
        with self._encoding:
            if self._made[0] < count:
                _, data = cv2.imencode(".jpg", frame.pixels, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
                self._made = (count, data.tobytes())
            return self._made


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int, newest: _Newest) -> None:
        self.newest, self.token, self.over = newest, secrets.token_urlsafe(24), threading.Event()
        self._places = threading.BoundedSemaphore(_MOST_CLIENTS)
        self._open: set[socket.socket] = set()
        super().__init__((_ADDRESS, port), _Handler)

    @property
    def hosts(self) -> set[str]:
        """What a browser that was sent here by nobody else says that it looks at: any other name is DNS rebinding."""
        return {f"{name}:{self.server_port}" for name in (_ADDRESS, "localhost")}

    def server_bind(self) -> None:
        socketserver.TCPServer.server_bind(self)  # HTTPServer's own asks a name server who we are
        self.server_name, self.server_port = _ADDRESS, self.server_address[1]

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        if not self._places.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        assert isinstance(request, socket.socket)
        threading.current_thread().name = "vbg-page-client"
        self._open.add(request)
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._open.discard(request)
            self._places.release()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client went away, or does not read: no news."""

    def end(self) -> None:
        """Stop listening and hang up on everybody."""
        self.over.set()
        self.shutdown()
        self.server_close()
        for one in list(self._open):
            with contextlib.suppress(OSError):  # it hung up first
                one.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = _PATIENCE_S
    server_version, sys_version = "vbg", ""

    def do_GET(self) -> None:  # http.server's name
        token, _, what = self.path.removeprefix("/").partition("/")
        known = hmac.compare_digest(token.encode(), self.server.token.encode())
        if self.headers.get("Host", "") not in self.server.hosts or not known:
            self.send_error(404)
        elif what == "":
            self._answer("text/html; charset=utf-8", _PAGE.encode())
        elif what in ("stream", "picture.jpg"):
            self.server.newest.come()
            try:
                (self._stream if what == "stream" else self._picture)()
            finally:
                self.server.newest.go()
        else:
            self.send_error(404)

    def _stream(self) -> None:
        self._begin(f"multipart/x-mixed-replace; boundary={_BOUNDARY}")
        number = 0
        while not self._over():
            number, jpeg = self.server.newest.jpeg(number)
            if jpeg:
                head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                self.wfile.write(head.encode() + jpeg + b"\r\n")

    def _picture(self) -> None:
        number, jpeg = 0, b""
        while not jpeg and not self._over():
            number, jpeg = self.server.newest.jpeg(number)
        self._answer("image/jpeg", jpeg)

    def _over(self) -> bool:
        """Whether the page is closed or the client has gone: who waits for pictures writes nothing that would tell."""
        if self.server.over.is_set():
            return True
        readable, _, _ = select.select([self.connection], [], [], 0)
        return bool(readable) and not self.connection.recv(1024)

    def _answer(self, kind: str, content: bytes) -> None:
        self._begin(kind, len(content))
        self.wfile.write(content)

    def _begin(self, kind: str, length: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        if length is not None:
            self.send_header("Content-Length", f"{length}")
        self.end_headers()

    def end_headers(self) -> None:
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """The address is a secret: it stands in no log."""


class _Page:
    def __init__(self, port: int) -> None:
        self._newest = _Newest()
        self._server = _Server(port, self._newest)
        url = f"http://{_ADDRESS}:{self._server.server_port}/{self._server.token}/"
        self._info = SinkInfo("page", url, "JPEG", live=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="vbg-page", daemon=True)
        self._thread.start()

    @property
    def info(self) -> SinkInfo:
        return self._info

    def send(self, frame: Frame) -> None:
        self._newest.put(frame)

    def watched(self) -> bool:
        return self._newest.clients > 0

    def close(self) -> None:
        self._server.end()
        self._thread.join(_PATIENCE_S)
