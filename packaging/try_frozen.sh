#!/bin/sh
# Tries the one-folder app, as a user without Python would: packaging/try_frozen.sh [FOLDER] [SCREENSHOT.png]
# FOLDER (dist/vbg) is built first where it is missing. A copy runs in a place of its own, read-only, with an empty home: the
# command line, the demo twice (the first run compiles on all cores), the window on a screen in memory. A minute.
set -eu
checkout=$(cd "$(dirname "$0")/.." && pwd)
app=${1:-$checkout/dist/vbg}
picture=${2:-$checkout/out/frozen.png}
[ -x "$app/vbg" ] || "$checkout/packaging/make_frozen.sh" "$(dirname "$app")"
sh "$checkout/packaging/packages.sh" xvfb imagemagick
place=$(mktemp -d)
trap 'chmod -R u+w "$place"; rm -rf "$place"' EXIT INT TERM
mkdir -p "$place/home" "$place/run" "$(dirname "$picture")"
picture=$(cd "$(dirname "$picture")" && pwd)/$(basename "$picture")
cp -r "$app" "$place/app"
chmod -R a-w "$place/app"
echo "size: $(du -sh "$place/app" | cut -f1)"
cd "$place"
chmod 700 run
clean() { env -i PATH=/usr/bin:/bin HOME="$place/home" XDG_RUNTIME_DIR="$place/run" LANG=C.UTF-8 "$@"; }
seconds() { # SECONDS-FILE COMMAND...: how long the command takes
    begun=$(date +%s.%N)
    "$@"
    date +%s.%N | awk -v begun="$begun" '{printf "%.2f", $1 - begun}'
}
vbg=$place/app/vbg

clean "$vbg" --version
echo "vbg --version: $(seconds clean "$vbg" --version | tail -c 4) s"
clean "$vbg" doctor --json >doctor.json || [ $? = 1 ]
for code in $(grep -o '"code": "[a-z-]*"' doctor.json | cut -d'"' -f4); do
    case $code in
    driver-* | camera-*) echo "doctor: $code" ;; # of this machine
    *) echo "doctor says of the app: $code" >&2; exit 1 ;;
    esac
done
for start in first second; do
    spent=$(seconds clean "$vbg" run --camera demo --output null --seconds 1 --json | tee run.json | tail -1 | sed 's/.*}//')
    frames=$(grep -o '"frames": [0-9]*' run.json | cut -d' ' -f2)
    [ "${frames:-0}" -gt 0 ] || { echo "no frame came out" >&2; exit 1; }
    echo "$start run of the demo for one second: $frames frames, $spent s from start to end"
done
kept=$(find "$place/home/.cache/vbg/kernels" -name '*.nbi' | wc -l)
[ "$kept" -gt 20 ] || { echo "only $kept kernels are in the user's cache" >&2; exit 1; }
echo "kernels kept in the user's folder: $kept"
clean "$vbg" photo "$checkout/assets/demo/person.png" -o cut.png >/dev/null
clean "$vbg" run --camera demo --output clip.mp4 --seconds 1 >/dev/null
clean "$vbg" video clip.mp4 -o clip.webm --workers 2 >/dev/null 2>video.log
[ ! -s video.log ] || ! grep -i 'error\|warning' video.log
ls -s cut.png clip.mp4 clip.webm | awk '{print "made: " $2}'

mkdir -p home/.config/vbg
echo 'version = 1
camera = {kind = "demo"}' >home/.config/vbg/settings.toml
cat >window.sh <<'INNER'
"$1" &
app=$!
trap 'kill $app 2>/dev/null' EXIT
sleep 6
import -window root -trim +repage "$2"
kill -TERM $app && wait $app
INNER
clean sh "$checkout/packaging/screen.sh" sh window.sh "$vbg" "$place/window.png"
clean QT_QPA_PLATFORM=offscreen "$vbg" bench --window --json >window.json 2>/dev/null && echo "window: $(cat window.json | tr -d '\n' | cut -c1-400)"
mv window.png "$picture"
echo "the window's picture: $picture"
