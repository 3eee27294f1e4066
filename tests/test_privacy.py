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

only_local_sockets()
"""
SIGSYS = -31
MAIN = "from vbg.cli import main; sys.exit(main(sys.argv[1:]))"

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64", reason="the filter is written for Linux on x86-64"
)


def run(home: Path, code: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """A process of its own, whose home, cache and temporary folders are below `home`, without network."""
    folders = {name: home / name.lower() for name in ("HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME")}
    for folder in (*folders.values(), home / "here"):
        folder.mkdir(exist_ok=True)
    environment = os.environ | {name: str(folder) for name, folder in folders.items()}
    command = [sys.executable, "-c", DENIED + code, *arguments]
    ended = subprocess.run(command, cwd=home / "here", env=environment, capture_output=True, timeout=120, check=False)
    if ended.returncode == 77:
        pytest.skip("this kernel takes no filter")
    return ended


def test_the_filter_kills_whoever_speaks_to_the_network(tmp_path: Path) -> None:
    local = "import socket; socket.socket(socket.AF_UNIX)"
    assert run(tmp_path, local).returncode == 0
    for family in ("AF_INET", "AF_INET6"):
        assert run(tmp_path, f"import socket; socket.socket(socket.{family})").returncode == SIGSYS


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "--camera", "demo", "--output", "null", "--seconds", "0.5", "--json"],
        ["run", "--camera", "test-card", "--background", "{files}/clip.mp4", "--output", "asked.mp4", "--seconds", "0.2"],
        ["run", "--camera", "{files}/clip.mp4", "--background", "{files}/picture.png", "--output", "null"],
        ["photo", "{files}/picture.png", "-o", ".", "--matte"],
        ["devices"],
    ],
    ids=["run", "video background", "picture background", "photo", "devices"],
)
def test_no_command_needs_the_network_or_writes_a_picture_unasked(tmp_path: Path, files: Path, arguments: list[str]) -> None:
    ended = run(tmp_path, MAIN, *(argument.format(files=files) for argument in arguments))
    assert ended.returncode == 0, ended.stderr.decode()
    asked = {"asked.mp4", "picture.png"}
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path.name not in asked]
    assert sum(path.stat().st_size for path in written) < 20_000, written
    assert {path.name for path in (tmp_path / "here").iterdir()} <= asked
    said = (ended.stdout + ended.stderr).decode()  # text, and little of it: no picture
    assert len(said) < 4000, said
