#!/bin/sh
# Sets vbg up in a virtual environment: packaging/setup.sh VENV
# Idempotent and quiet. Debian packages are installed where root or sudo allows; otherwise one line says what to install.
set -eu
venv=$1

find_python() {
    for name in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
}

# What OpenCV, Qt, mediapipe (for the benchmarks) and the virtual environment need from the system.
wanted() {
    echo libgl1 libegl1 libgles2 libglib2.0-0 libdbus-1-3 libfontconfig1 libgssapi-krb5-2 libxkbcommon-x11-0 libx11-xcb1 \
        libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-shm0 \
        libxcb-sync1 libxcb-xfixes0 libxcb-xkb1 fonts-dejavu-core
    "$python" -c 'import ensurepip' 2>/dev/null || echo python3-venv
}

python=$(find_python)
if [ -z "$python" ]; then
    echo "vbg needs Python 3.11, 3.12 or 3.13: sudo apt-get install python3 python3-venv" >&2
    exit 1
fi
# shellcheck disable=SC2046  # a list of words
sh "$(dirname "$0")/packages.sh" $(wanted)
if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    echo "Making $venv with $("$python" --version)"
    rm -rf "$venv"
    "$python" -m venv "$venv" || {
        echo "vbg: $python cannot make virtual environments: sudo apt-get install python3-venv" >&2
        exit 1
    }
fi
echo "Installing vbg and what it needs (a minute or two the first time)"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,gui]'
