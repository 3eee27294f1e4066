#!/bin/sh
# Builds the sdist and, from it, the wheel; installs the wheel into an empty environment and tries what was installed there.
# packaging/try_wheel.sh [FOLDER]: where both files are put (dist). Needs Python with venv, and the network: 2-3 minutes.
set -eu
checkout=$(cd "$(dirname "$0")/.." && pwd)
dist=$(mkdir -p "${1:-$checkout/dist}" && cd "${1:-$checkout/dist}" && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT INT TERM
python=${PYTHON:-python3}
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_QUIET=1

"$python" -m venv "$place/builder"
"$place/builder/bin/python" -m pip install build
rm -f "$dist"/vbg-*.whl "$dist"/vbg-*.tar.gz
"$place/builder/bin/python" -m build --outdir "$dist" "$checkout" >"$place/log" 2>&1 || { cat "$place/log" >&2; exit 1; }
wheel=$(ls "$dist"/vbg-*.whl)
du -h --apparent-size "$wheel" "$dist"/vbg-*.tar.gz

"$python" -m venv "$place/empty"
"$place/empty/bin/python" -m pip install --constraint "$checkout/constraints.txt" "$wheel"
echo "installed: $(du -sh "$place/empty" | cut -f1)"

cd "$place" # so that nothing of the checkout can be found
export HOME="$place/home" XDG_CONFIG_HOME="$place/home/.config" XDG_CACHE_HOME="$place/home/.cache" PYTHONPATH=
mkdir -p "$HOME"
vbg=$place/empty/bin/vbg
"$vbg" --version
"$vbg" doctor --json >doctor.json || [ $? = 1 ] # a machine without a webcam is no fault of the wheel
"$place/empty/bin/python" - <<'END'
import json

found = {one["code"] for one in json.load(open("doctor.json"))["findings"]}
wrong = {code for code in found if not code.startswith(("driver-", "camera-"))}
assert not wrong, f"the doctor says of the new installation: {wrong}"
print("doctor: nothing but", ", ".join(sorted(found)) or "health")
END
for start in first second; do # the first compiles the kernels
    begun=$(date +%s.%N)
    "$vbg" run --camera demo --output null --seconds 1 --json >run.json
    ended=$(date +%s.%N)
    "$place/empty/bin/python" - "$start" "$begun" "$ended" <<'END'
import json
import sys

start, begun, ended = sys.argv[1], float(sys.argv[2]), float(sys.argv[3])
frames = json.load(open("run.json"))["frames"]
assert frames > 0, "no frame came out"
print(f"{start} run of the demo for one second: {frames} frames, {ended - begun:.1f} s from start to end")
END
done
