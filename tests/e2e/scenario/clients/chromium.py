"""A real Chromium, as in a meeting: a page opens the camera by its label and hands back what it sees."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import threading
from collections.abc import Callable, Generator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, TypeAlias
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray

# No sandbox: the guest's only user is root. The rest switches off what costs an emulated machine seconds.
_FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--no-zygote",
    "--no-first-run",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-component-update",
    "--disable-background-networking",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-features=Translate,OptimizationHints,MediaRouter,AudioServiceOutOfProcess",
    "--mute-audio",
    "--enable-logging=stderr",
]
# Allowed beforehand: labels are then visible without opening the machine's first camera, which is in use.
_PREFERENCES = {"profile": {"default_content_setting_values": {"media_stream_camera": 1}}}


Posts: TypeAlias = "queue.Queue[tuple[str, bytes]]"

_PAGE = Path(__file__).with_name("chromium.html")
_CAPTION_PX = 48  # below the video the page names the camera
_TIMEOUT_S = 240
_ASK_AGAIN_S = 20.0  # the page asks so often whether frames are wanted


class Browser:
    """An open browser, which takes long to start. Cameras are opened only while `frames` is in use."""

    def __init__(self, label: str, size: tuple[int, int], log: Path, picture: Path | None = None) -> None:
        """Starts it, without waiting for it: its page will look for the camera whose label contains `label`.
        picture: Chromium writes the page as a PNG there and ends, when `take_picture` is called."""
        self._size = size
        self._posts: Posts = queue.Queue()
        self._wanted = threading.Event()
        self._loaded = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self._pass_on, self._loaded))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self._profile = TemporaryDirectory(ignore_cleanup_errors=True)
        preferences = Path(self._profile.name, "Default", "Preferences")
        preferences.parent.mkdir()
        preferences.write_text(json.dumps(_PREFERENCES))
        query = urlencode({"label": label, "width": size[0], "height": size[1]})
        address = f"http://localhost:{self._server.server_port}/?{query}"
        if picture is None:
            self._loaded.set()
            flags = _FLAGS
        else:  # it takes the picture of a page that has loaded whole, and a part of this one comes when we like
            flags = [*_FLAGS, f"--screenshot={picture}", f"--window-size={size[0]},{size[1] + _CAPTION_PX}", "--hide-scrollbars"]
        command = ["chromium", *flags, f"--user-data-dir={self._profile.name}", address]
        with log.open("wb") as output:
            self._process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)

    def frames(self) -> Generator[NDArray[np.uint8], None, None]:
        """Frames as they come. The page closes the camera when the iterator is closed."""
        self._posts = queue.Queue()
        self._wanted.set()
        try:
            while True:
                yield self._frame()
        finally:
            self._wanted.clear()

    def take_picture(self) -> None:
        """Lets Chromium write the page's picture, while the camera is open, and waits until it has."""
        self._loaded.set()
        self._process.wait(_TIMEOUT_S)

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._loaded.set()  # no thread of the server waits any more
        with suppress(ProcessLookupError):  # it has ended
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._server.shutdown()
        self._server.server_close()
        self._profile.cleanup()

    def _frame(self) -> NDArray[np.uint8]:
        try:
            path, body = self._posts.get(timeout=_TIMEOUT_S)
        except queue.Empty:
            raise AssertionError(f"Chromium sent nothing for {_TIMEOUT_S} s") from None
        assert path == "/frame", f"the page reports: {body.decode(errors='replace')}"
        rgba = np.frombuffer(body, np.uint8).reshape(self._size[1], self._size[0], 4)
        return rgba[:, :, 2::-1]

    def _pass_on(self, path: str, body: bytes) -> bool:
        """Called by the server's threads with what the page posts; whether frames are wanted."""
        if path == "/begin":
            return self._wanted.wait(_ASK_AGAIN_S)
        wanted = self._wanted.is_set()
        if wanted:
            self._posts.put((path, body))
        return wanted


def _handler(pass_on: Callable[[str, bytes], bool], loaded: threading.Event) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Serves the page and passes on what the page posts."""

        def do_GET(self) -> None:
            if self.path == "/last":
                loaded.wait()
            page = _PAGE.read_bytes() if self.path.startswith("/?") else b""
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def do_POST(self) -> None:
            wanted = pass_on(self.path, self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200 if wanted else 204)
            if wanted:
                self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Handler
