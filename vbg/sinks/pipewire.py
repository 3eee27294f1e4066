"""A PipeWire camera: no kernel module and no root, for programs that take their cameras from PipeWire.

GStreamer's pipewiresink does it, fed through a pipe. Its process ends whenever the program that looked goes away, and is
started again. PipeWire 0.3 (Debian 12, Ubuntu 22.04 and 24.04 have it) crashes it as soon as a program looks: refused.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import shutil
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from vbg.errors import OutputError
from vbg.frame import Canvas, Frame, Pixels
from vbg.sinks import Sink, SinkInfo
from vbg.slot import Slot

NODE = "vbg"
"""What the camera is called."""

_PACKAGES = "sudo apt install pipewire wireplumber gstreamer1.0-tools gstreamer1.0-plugins-bad gstreamer1.0-pipewire"
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.25, 4.0
_WELL_S = 5.0  # a process that lived so long was well
_GIVE_UP = 5  # processes in a row that ended before anybody looked
_START_S = 0.3  # so long it is watched at the start: what cannot work ends at once
_POLL_S = 0.1
_WAITING = 1  # pictures that GStreamer takes though nobody looks
_LOOKED_S = 1.5  # nobody takes pictures for so long: nobody looks
_PIPE = 1 << 20  # bytes between the processes at most, and always less than a picture: what waits there nobody has looked at
_F_SETPIPE_SZ = 1031


@dataclass(frozen=True, slots=True)
class PipeWireCamera:
    """Needs Linux, PipeWire 1.0 or newer running, and GStreamer."""

    name: ClassVar[str] = "pipewire"

    def open(self, canvas: Canvas) -> Sink:
        _check()
        return _Fed(canvas)


def _check() -> None:
    """Raises OutputError where it cannot work here."""
    for tool in ("gst-launch-1.0", "gst-inspect-1.0"):
        if shutil.which(tool) is None:
            raise OutputError(f"the PipeWire camera needs {tool}", f"`{_PACKAGES}`")
    told = subprocess.run(
        ["gst-inspect-1.0", "pipewiresink"], capture_output=True, text=True, errors="replace", env=_environment(), check=False
    )
    version = re.search(r"^\s*Version\s+(\d+)\.(\S+)", told.stdout, re.MULTILINE)
    if told.returncode or version is None:
        raise OutputError("the PipeWire camera needs GStreamer's pipewiresink", f"`{_PACKAGES}`")
    if int(version[1]) < 1:
        found = f"{version[1]}.{version[2]}"
        raise OutputError(
            f"PipeWire {found} crashes as soon as a program opens the camera",
            "1.0 or newer is needed (Debian 13, Fedora 40, or Debian 12's backports). `--output virtual` works with any.",
        )
    place = os.environ.get("PIPEWIRE_RUNTIME_DIR") or os.environ.get("XDG_RUNTIME_DIR", "")
    if not (Path(place) / os.environ.get("PIPEWIRE_REMOTE", "pipewire-0")).exists():
        raise OutputError("PipeWire does not run", "`systemctl --user start pipewire wireplumber`")


class _Producer:
    """One run of GStreamer. Its camera is there as long as it lives."""

    def __init__(self, canvas: Canvas) -> None:
        size = f"width={canvas.width},height={canvas.height},framerate={round(1000 * canvas.fps)}/1000"
        properties = f"stream-properties=p,media.class=Video/Source,media.role=Camera,node.name={NODE},node.description={NODE}"
        pipeline = ["fdsrc", "fd=0", "do-timestamp=true", "!", "rawvideoparse", "format=bgr", *size.split(","), "!"]
        pipeline += ["videoconvert", "!", f"video/x-raw,format=YUY2,{size}", "!"]
        pipeline += ["pipewiresink", "mode=provide", "sync=false", properties]
        self._process = subprocess.Popen(
            ["gst-launch-1.0", "-q", *pipeline],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=_environment(),
            start_new_session=True,  # Ctrl-C is for vbg to hear
        )
        assert self._process.stdin is not None
        assert self._process.stderr is not None
        self._in, self._err = self._process.stdin, self._process.stderr
        for one in (self._in, self._err):
            os.set_blocking(one.fileno(), False)
        _fit(self._in.fileno(), canvas)
        self._said = b""
        self.began = time.monotonic()
        self.frames = 0  # that it took

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    @property
    def said(self) -> str:
        """What it complained about, once it is closed."""
        errors = [line for line in self._said.decode(errors="replace").splitlines() if line.strip()]
        return next((line for line in errors if "ERROR" in line), errors[-1] if errors else "it gave no reason")

    def offer(self, rest: memoryview) -> memoryview:
        """Hand over as much as it takes within a moment; what is left. It must be offered next."""
        _, ready, _ = select.select([], [self._in], [], _POLL_S)
        self._listen()
        if not ready:
            return rest
        try:
            return rest[os.write(self._in.fileno(), rest[:_PIPE]) :]
        except BlockingIOError:
            return rest
        except OSError:  # it has ended
            time.sleep(_POLL_S)
            return rest

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._listen()
        self._in.close()
        self._err.close()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):  # nothing new
            while got := os.read(self._err.fileno(), 4096):
                self._said = (self._said + got)[-4096:]


class _Fed:
    """The process is owned by a thread of its own: it blocks while nobody looks, and the frames must not."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._slot: Slot[Frame] = Slot()
        self._card: Pixels = np.full((canvas.height, canvas.width, 3), 24, np.uint8)  # dark, until there is one
        self._error: OutputError | None = None
        self._looked_at = float("-inf")
        self._stop = threading.Event()
        producer = _Producer(canvas)
        self._stop.wait(_START_S)
        if not producer.alive:
            producer.close()
            raise OutputError(f"the PipeWire camera cannot be made: {producer.said}", "`vbg doctor` may know more.")
        self._thread = threading.Thread(target=self._feed, args=(producer,), name="vbg-pipewire", daemon=True)
        self._thread.start()

    @property
    def info(self) -> SinkInfo:
        return SinkInfo("PipeWire camera", NODE, "YUY2", live=True)

    def send(self, frame: Frame) -> None:
        if self._error is not None:
            raise self._error
        if frame.card:
            self._card = frame.pixels
        self._slot.put(frame)

    def watched(self) -> bool:
        return time.monotonic() - self._looked_at < _LOOKED_S

    def close(self) -> None:
        self._stop.set()
        self._thread.join(_WELL_S)

    def _feed(self, producer: _Producer) -> None:
        wait_s, failures = _FIRST_WAIT_S, 0
        while True:
            self._run(producer)
            producer.close()
            if self._stop.is_set():
                return
            well = producer.frames > _WAITING or time.monotonic() - producer.began > _WELL_S
            failures = 0 if well else failures + 1
            if failures == _GIVE_UP:
                self._error = OutputError(f"the PipeWire camera ended: {producer.said}", "`systemctl --user restart pipewire`")
                return
            wait_s = _FIRST_WAIT_S if well else min(2 * wait_s, _LONGEST_WAIT_S)
            if self._stop.wait(wait_s):
                return
            producer = _Producer(self._canvas)

    def _run(self, producer: _Producer) -> None:
        """Feed it until it ends, or is stopped. What waits in it for somebody to look is the card: the picture of an hour ago is
        nobody's business."""
        while producer.alive and not self._stop.is_set():
            if producer.frames <= _WAITING:
                pixels = self._card
            else:
                frame = self._slot.take(_POLL_S)
                if frame is None:
                    continue
                pixels = frame.pixels
            rest = pixels.data.cast("B")
            while rest and producer.alive and not self._stop.is_set():
                rest = producer.offer(rest)
            if rest:
                return
            producer.frames += 1
            if producer.frames > _WAITING:
                self._looked_at = time.monotonic()


def _fit(pipe: int, canvas: Canvas) -> None:
    """A large pipe saves switches between the processes, but a whole picture must not fit."""
    import fcntl

    with contextlib.suppress(OSError):
        fcntl.fcntl(pipe, _F_SETPIPE_SZ, min(_PIPE, 1 << (canvas.width * canvas.height * 3 - 1).bit_length() - 1))


def _environment() -> dict[str, str]:
    """Ours, without the libraries that OpenCV brings along: another program must find the system's."""
    found = dict(os.environ)
    paths = [one for one in found.get("LD_LIBRARY_PATH", "").split(":") if one and "cv2" not in one]
    found.pop("LD_LIBRARY_PATH", None)
    return found | ({"LD_LIBRARY_PATH": ":".join(paths)} if paths else {})
