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

# What OpenCV, mediapipe, Qt and the virtual environment need from the system; `missing` prints those that are not there.
wanted() {
    echo libgl1 libegl1 libgles2 libglib2.0-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-image0 libxcb-render-util0 \
        libxkbcommon-x11-0 libdbus-1-3
    "$python" -c 'import ensurepip' 2>/dev/null || echo python3-venv
}

missing() {
    for package in $(wanted); do
        # newer releases renamed some packages for 64-bit time: libglib2.0-0 is libglib2.0-0t64 there
        dpkg-query -W -f='${db:Status-Abbrev}\n' "$package" "${package}t64" 2>/dev/null | grep -q '^ii' || echo "$package"
    done
}

install_system_packages() {
    packages=$(missing | tr '\n' ' ')
    [ -n "$packages" ] || return 0
    if [ "$(id -u)" = 0 ]; then as_root=; elif sudo -n true 2>/dev/null; then as_root="sudo -n"; else
        echo "vbg: some system packages are missing; install them with: sudo apt-get install $packages" >&2
        return 0
    fi
    echo "Installing system packages: $packages"
    $as_root apt-get update -qq >/dev/null || true
    # shellcheck disable=SC2086  # a list of words
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null ||
        echo "vbg: could not install: $packages" >&2
}

python=$(find_python)
if [ -z "$python" ]; then
    echo "vbg needs Python 3.11, 3.12 or 3.13: sudo apt-get install python3 python3-venv" >&2
    exit 1
fi
if command -v dpkg-query >/dev/null; then install_system_packages; fi
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
