"""Serves the benchmark's page to a local browser and passes orders to it: one at a time, each with an answer."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_TYPES = {".html": "text/html", ".mjs": "text/javascript", ".js": "text/javascript", ".wasm": "application/wasm"}
_PATIENCE_S = 60.0


class PageServer:
    """Listens on a free port of this machine only. `ask` blocks until the page has answered.

    files: what the page may read, by path; a folder serves what is inside. Raises TimeoutError where the page is silent.
    """

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = dict(files)
        self._orders: queue.Queue[bytes] = queue.Queue()
        self._answers: queue.Queue[bytes] = queue.Queue()
        self._frame = b""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="benchmark-page", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def ask(self, name: str, frame: bytes = b"", **details: object) -> bytes:
        """Send an order; `frame` is what the page gets when it reads `/frame`."""
        self._frame = frame
        self._orders.put(json.dumps({"name": name, **details}).encode())
        try:
            return self._answers.get(timeout=_PATIENCE_S)
        except queue.Empty:
            raise TimeoutError(f"the page did not answer to {name!r} within {_PATIENCE_S:g} s") from None

    def close(self) -> None:
        """Let the page go and stop listening."""
        self._orders.put(b'{"name": "stop"}')
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5.0)

    def _content(self, path: str) -> tuple[bytes, str] | None:
        """What GET gives: bytes and their type; None = there is no such thing."""
        if path == "/next":
            return self._orders.get(), "application/json"
        if path == "/frame":
            return self._frame, "application/octet-stream"
        for name, place in self._files.items():
            inside = place / path.removeprefix(name) if name.endswith("/") and path.startswith(name) else None
            file = place if path == name else inside
            if file is not None and file.is_file() and ".." not in path:
                return file.read_bytes(), _TYPES.get(file.suffix, "application/octet-stream")
        return None

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"  # keeps connections open: none is made within a measurement

            def do_GET(self) -> None:
                found = server._content(self.path)
                self._reply(404 if found is None else 200, *(found or (b"", "text/plain")))

            def do_POST(self) -> None:
                answer = self.rfile.read(int(self.headers["Content-Length"]))
                self._reply(200, b"", "text/plain")
                server._answers.put(answer)

            def _reply(self, status: int, body: bytes, kind: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                # isolated pages get clocks of 5 microseconds instead of 100
                self.send_header("Cross-Origin-Opener-Policy", "same-origin")
                self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *arguments: object) -> None:
                """Nothing: the page asks often."""

        return Handler
