"""Frames of a camera that may fail: it is reopened with back-off until it is back."""

from __future__ import annotations

import time
from collections.abc import Callable

from vbg.cameras import Camera, CameraInfo, Source
from vbg.cameras.latest import Latest
from vbg.errors import CameraError, CameraLostError, VbgError
from vbg.frame import Frame
from vbg.sight import Sight

_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.25, 4.0
_LET_GO_S = 0.05  # between two looks at whether a camera that was given up is closed at last


class Feed:
    """One camera at a time, opened at once. One thread owns it.

    A live camera is opened and read on a thread of its own, anything else here, in order. When it fails, or shows nothing,
    `error` holds why and `take` returns None until it is back; it is opened again by its identity. A camera whose driver
    hangs is let go without waiting, and not opened a second time before it is closed.
    """

    def __init__(self, camera: Camera, width: int, height: int, fps: float) -> None:
        self.error: VbgError | None = None
        self.info: CameraInfo | None = None
        self._dropped = 0
        self._wait_s = _FIRST_WAIT_S
        self._retry_at = 0.0
        self._ended = False
        self._sight = Sight()
        self._latest: Latest | None = None
        self._source: Source | None = None
        self._retired: list[tuple[Camera, Latest]] = []
        self._take_over(camera, width, height, fps)
        self._begin()

    @property
    def ended(self) -> bool:
        """Whether the source is at its end: no frame will come any more."""
        return self._ended or (self._latest is not None and self._latest.ended)

    @property
    def dropped(self) -> int:
        """Frames that a live camera gave and nobody took."""
        return self._dropped + (self._latest.dropped if self._latest else 0)

    def wait_open(self) -> CameraInfo:
        """Wait until the camera is open; raises what its `open` raised."""
        if self._latest is not None:
            self.info = self._latest.wait_open()
        if self.error is not None:
            raise self.error
        assert self.info is not None
        return self.info

    def take(self, timeout_s: float) -> Frame | None:
        """The next frame (live: the newest); None where none came in time, at the end, and while the camera is away."""
        if self._latest is None and self._source is None:
            time.sleep(max(0.0, min(timeout_s, self._retry_at - time.monotonic())))
            if time.monotonic() >= self._retry_at:
                self._begin()
            return None
        try:
            frame = self._read(timeout_s)
            if frame is not None and self.live:
                self._sight.look(frame)
        except CameraLostError as e:
            self._lose(e)
            return None
        except VbgError as e:
            if self._latest is None or self._latest.failed:
                self._lose(e)
            self.error = e
            return None
        except Exception as e:  # a driver's own error: the camera is lost all the same
            self._lose(CameraError(f"the camera failed: {e}"))
            return None
        if frame is not None:
            self.error, self._wait_s = None, _FIRST_WAIT_S
        return frame

    def switch(self, camera: Camera, width: int, height: int, fps: float) -> None:
        """Another camera, or the same one at another size, in place of this one."""
        self.choose(camera, width, height, fps)
        self._begin()

    def choose(self, camera: Camera, width: int, height: int, fps: float) -> None:
        """As `switch`, but it is only opened by `resume`."""
        self._retire()
        self._take_over(camera, width, height, fps)

    def pause(self) -> None:
        """Close the camera, so that its light goes out; `resume` opens the same one again."""
        self._retire()

    def resume(self) -> None:
        """Open it again, at once."""
        self._retire()
        self.error, self._ended, self._wait_s = None, False, _FIRST_WAIT_S
        self._begin()

    def close(self) -> None:
        """Close it for good, and wait for it, but not for ever."""
        self._retire()
        for _, latest in self._retired:
            latest.close()
        self._retired.clear()

    def _take_over(self, camera: Camera, width: int, height: int, fps: float) -> None:
        self.error = self.info = None
        self.live = camera.live
        self._camera = camera
        self._open: Callable[[str], Source] = lambda identity: camera.open(width, height, fps, identity)
        self._ended = False
        self._wait_s = _FIRST_WAIT_S
        self._retry_at = 0.0

    def _begin(self) -> None:
        identity = self.info.identity if self.info else ""
        if self.live:
            self._retired = [(camera, latest) for camera, latest in self._retired if latest.alive]
            if any(camera == self._camera for camera, _ in self._retired):
                self._retry_at = time.monotonic() + _LET_GO_S
                return
            self._sight = Sight()
            self._latest = Latest(lambda: self._open(identity))
            return
        try:
            self._source = self._open(identity)
            self.info = self._source.info
        except VbgError as e:
            self._lose(e)

    def _read(self, timeout_s: float) -> Frame | None:
        if self._source is not None:
            frame = self._source.read()
            self._ended = frame is None
            return frame
        assert self._latest is not None
        frame = self._latest.take(timeout_s)
        self.info = self._latest.info or self.info
        return frame

    def _retire(self) -> None:
        """Let go of the camera without waiting: its driver may be stuck, and the outputs need their card meanwhile."""
        if self._latest is not None:
            self._dropped = self.dropped
            self._latest.stop()
            self._retired.append((self._camera, self._latest))
            self._latest = None
        if self._source is not None:
            source, self._source = self._source, None
            source.close()

    def _lose(self, reason: VbgError) -> None:
        self._retire()
        self.error = reason
        self._retry_at = time.monotonic() + self._wait_s
        self._wait_s = min(2 * self._wait_s, _LONGEST_WAIT_S)
