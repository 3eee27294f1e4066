"""Nothing leaves the machine and no picture is written unasked: the whole app, where a socket means death."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

DENIED = """
import ctypes, struct, sys

load, equal, end = 0x20, 0x15, 0x06  # classic BPF: load a word of struct seccomp_data, compare, return

def install(program):
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in program))
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(program), ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.byref(header), 0, 0):
        sys.exit(77)

def only_local_sockets():
    # from here on the kernel kills this process when it makes any socket but a local one (AF_UNIX)
    program = [(load, 0, 0, 4), (equal, 0, 5, 0xC000003E),  # x86-64's system calls
               (load, 0, 0, 0), (equal, 0, 3, 41),  # socket
               (load, 0, 0, 16), (equal, 1, 0, 1),  # its family: AF_UNIX
               (end, 0, 0, 0x80000000), (end, 0, 0, 0x7FFF0000)]  # kill the process, allow
    install(program)

def no_sending():
    # the same for whoever sends something through a socket of any kind: a name to look up, to begin with
    program = [(load, 0, 0, 4), (equal, 0, 5, 0xC000003E), (load, 0, 0, 0),
               (equal, 2, 0, 44), (equal, 1, 0, 46), (equal, 0, 1, 307),  # sendto, sendmsg, sendmmsg
               (end, 0, 0, 0x80000000), (end, 0, 0, 0x7FFF0000)]
    install(program)

globals()[sys.argv.pop(1)]()
"""
SIGSYS = -31
MAIN = "from vbg.cli import main; sys.exit(main(sys.argv[1:]))"
TASKS = 'version = 1\n[model]\nkind = "square"\nengine = "tasks"\n'  # MediaPipe's own runtime

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64", reason="the filter is written for Linux on x86-64"
)


def run(home: Path, filter_: str, code: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """A process of its own, whose home, cache and temporary folders are below `home`, without network."""
    folders = {name: home / name.lower() for name in ("HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME")}
    for folder in (*folders.values(), home / "here"):
        folder.mkdir(exist_ok=True)
    environment = os.environ | {name: str(folder) for name, folder in folders.items()}
    command = [sys.executable, "-c", DENIED + code, filter_, *arguments]
    ended = subprocess.run(command, cwd=home / "here", env=environment, capture_output=True, timeout=120, check=False)
    if ended.returncode == 77:
        pytest.skip("this kernel takes no filter")
    return ended


def test_the_filter_kills_whoever_speaks_to_the_network(tmp_path: Path) -> None:
    local = "import socket; socket.socket(socket.AF_UNIX)"
    assert run(tmp_path, "only_local_sockets", local).returncode == 0
    for family in ("AF_INET", "AF_INET6"):
        assert run(tmp_path, "only_local_sockets", f"import socket; socket.socket(socket.{family})").returncode == SIGSYS
    assert run(tmp_path, "no_sending", local).returncode == 0
    name = "import socket\ntry: socket.getaddrinfo('example.invalid', 80)\nexcept OSError: pass"
    for sending in (name, "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('127.0.0.1', 9))"):
        assert run(tmp_path, "no_sending", sending).returncode == SIGSYS


@pytest.mark.parametrize(
    ("settings", "arguments"),
    [
        ("", ["run", "--camera", "demo", "--output", "null", "--seconds", "0.5", "--json"]),
        (TASKS, ["run", "--camera", "demo", "--output", "null", "--seconds", "3"]),
        ("", ["run", "--camera", "test-card", "--background", "{files}/clip.mp4", "--output", "asked.mp4", "--seconds", "0.2"]),
        ("", ["run", "--camera", "{files}/clip.mp4", "--background", "{files}/picture.png", "--output", "null"]),
        ("", ["photo", "{files}/picture.png", "-o", ".", "--matte"]),
        ("", ["devices"]),
    ],
    ids=["run", "run with MediaPipe Tasks", "video background", "picture background", "photo", "devices"],
)
def test_no_command_needs_the_network_or_writes_a_picture_unasked(
    tmp_path: Path, files: Path, settings: str, arguments: list[str]
) -> None:
    if settings:
        (tmp_path / "xdg_config_home" / "vbg").mkdir(parents=True)
        (tmp_path / "xdg_config_home" / "vbg" / "settings.toml").write_text(settings)
    filter_ = "no_sending" if settings else "only_local_sockets"  # mediapipe looks what kinds of sockets there are
    ended = run(tmp_path, filter_, MAIN, *(argument.format(files=files) for argument in arguments))
    assert ended.returncode == 0, ended.stderr.decode()
    asked = {"asked.mp4", "picture.png"}
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path.name not in asked | {"settings.toml"}]
    assert sum(path.stat().st_size for path in written if "matplotlib" not in str(path)) < 20_000, written  # mediapipe's fonts
    assert {path.name for path in (tmp_path / "here").iterdir()} <= asked
    said = (ended.stdout + ended.stderr).decode()  # text, and little of it: no picture
    assert len(said) < 4000, said
