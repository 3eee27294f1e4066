"""A real Chromium, as in a meeting: a page opens the camera by its label and hands back what it sees."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
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
_TIMEOUT_S = 240


def frames(label: str, size: tuple[int, int], log: Path, count: int = 300) -> Iterator[NDArray[np.uint8]]:
    """At most `count` frames, as they come, of the camera whose label contains `label`."""
    posts: Posts = queue.Queue()
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(posts)) as server, TemporaryDirectory() as profile:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        preferences = Path(profile, "Default", "Preferences")
        preferences.parent.mkdir()
        preferences.write_text(json.dumps(_PREFERENCES))
        query = urlencode({"label": label, "count": count, "width": size[0], "height": size[1]})
        address = f"http://localhost:{server.server_port}/?{query}"
        command = ["chromium", *_FLAGS, f"--user-data-dir={profile}", address]
        with log.open("wb") as output:
            browser = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
        try:
            for _ in range(count):
                yield _frame(posts, size)
        finally:
            os.killpg(browser.pid, signal.SIGKILL)
            browser.wait()
            server.shutdown()


def _frame(posts: Posts, size: tuple[int, int]) -> NDArray[np.uint8]:
    try:
        path, body = posts.get(timeout=_TIMEOUT_S)
    except queue.Empty:
        raise AssertionError(f"Chromium sent nothing for {_TIMEOUT_S} s") from None
    assert path == "/frame", f"the page reports: {body.decode(errors='replace')}"
    rgba = np.frombuffer(body, np.uint8).reshape(size[1], size[0], 4)
    return rgba[:, :, 2::-1]


def _handler(posts: Posts) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Serves the page and passes on what the page posts."""

        def do_GET(self) -> None:
            page = _PAGE.read_bytes() if self.path.startswith("/?") else b""
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def do_POST(self) -> None:
            posts.put((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Handler
