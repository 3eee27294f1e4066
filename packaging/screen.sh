#!/bin/sh
# Runs a command on a screen: the one that there is, or one in memory (Xvfb), which ends with the command.
# packaging/screen.sh COMMAND...
set -eu
if [ -n "${DISPLAY:-}" ] || [ -n "${WAYLAND_DISPLAY:-}" ]; then exec "$@"; fi
if ! command -v Xvfb >/dev/null; then
    echo "vbg: there is no screen; install one in memory: sudo apt-get install xvfb" >&2
    exit 1
fi
number=$(mktemp)
Xvfb -displayfd 3 -screen 0 2560x1600x24 -noreset -nolisten tcp 3>"$number" 2>/dev/null &
server=$!
trap 'kill $server 2>/dev/null; rm -f "$number"' EXIT INT TERM
tries=0
while [ ! -s "$number" ] && [ $tries -lt 100 ]; do
    sleep 0.1
    tries=$((tries + 1))
done
DISPLAY=":$(cat "$number")" "$@"
