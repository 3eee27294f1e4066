#!/bin/sh
# Builds the one-folder app with PyInstaller, in an environment of its own: packaging/make_frozen.sh [FOLDER]
# FOLDER/vbg (dist/vbg) runs without Python on machines like this one or newer. Needs Python with venv, and the network.
set -eu
checkout=$(cd "$(dirname "$0")/.." && pwd)
dist=$(mkdir -p "${1:-$checkout/dist}" && cd "${1:-$checkout/dist}" && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT INT TERM
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_QUIET=1 PIP_NO_WARN_SCRIPT_LOCATION=1

"${PYTHON:-python3}" -m venv "$place/builder"
"$place/builder/bin/python" -m pip install --constraint "$checkout/constraints.txt" "$checkout[gui]" pyinstaller
"$place/builder/bin/python" -m pip uninstall -y vbg # the checkout itself is frozen
rm -rf "$dist/vbg"
"$place/builder/bin/python" -m PyInstaller --noconfirm --log-level WARN --distpath "$dist" --workpath "$place/work" \
    "$checkout/packaging/frozen/vbg.spec" >"$place/log" 2>&1 || { cat "$place/log" >&2; exit 1; }
echo "$dist/vbg: $(du -sh "$dist/vbg" | cut -f1)"
