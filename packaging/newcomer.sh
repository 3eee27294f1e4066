#!/bin/sh
# What happens to a newcomer on a machine with nothing: packaging/newcomer.sh [-k FOLDER] [TRANSCRIPT.txt]
# A Debian 12 with what the README asks for (python3, make, git, sudo, a browser) is made in a folder. There a user who has nothing
# clones this checkout's commit and types the README's commands; then the guest of tests/e2e boots from that folder, and the user
# loads the driver, starts vbg on the demo and opens a page in Chromium with the camera "vbg". The page's picture goes beside the transcript
# (.jpg), and the end-to-end tests' judge looks at what the page saw. Root, 4 GB, the network of apt and pip; 4 minutes where nothing else runs.
# -k keeps the folder, and uses again what lies there; the transcript's times are then not a newcomer's.
set -eu
checkout=$(cd "$(dirname "$0")/.." && pwd)
KEEP=
while getopts k: option; do
    case $option in k) KEEP=$OPTARG ;; *) exit 2 ;; esac
done
shift $((OPTIND - 1))
transcript=${1:-$checkout/out/newcomer.txt}
mkdir -p "$(dirname "$transcript")"
sh "$checkout/packaging/packages.sh" debootstrap imagemagick
"$checkout/tests/e2e/prepare.sh" >/dev/null
. "$checkout/packaging/bare_debian.sh"
. "$checkout/packaging/typed.sh"
said=$place/said
seen=$place/seen
options="--camera demo --size 640x480 --fps 5 --background #00b140"
as_newcomer() { user bash -c "cd; [ ! -d vbg ] || cd vbg; $1"; }

step "a minimal Debian 12"
bare_debian
# kmod comes with the driver's package, whose place the guest's own driver takes.
add python3 make git ca-certificates sudo chromium kmod
inside id tester >/dev/null 2>&1 || tester sudo video
echo 'tester ALL=(ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/tester"
# pip's settings and certificates of this machine, where it has some.
for one in /etc/pip.conf /etc/ssl/certs/ca-certificates.crt; do [ ! -e $one ] || cp -L $one "$root$one"; done
rm -rf "$root/srv/vbg" "$root/home/tester/vbg" "$said" "$seen"
git clone -q --bare --no-local "$checkout" "$root/srv/vbg"
inside chown -R tester: /srv/vbg
mkdir "$seen"

step "from clone to the demo clip"
{
    echo "-- $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)"
    typed "git clone /srv/vbg"
    typed "make run"
    typed ".venv/bin/vbg doctor"
} | sed "s/$(uname -r)/…/" >"$transcript"
[ -s "$root/home/tester/vbg/out/demo.png" ] || { tail -40 "$said" >&2; exit 1; }

step "in the guest"
# What numba needs seconds for here it needs minutes for in the guest.
# shellcheck disable=SC2086  # a list of words
quietly user env NUMBA_CPU_NAME=nehalem NUMBA_CPU_FEATURES= sh -c 'cd ~/vbg && .venv/bin/vbg run "$@" --output null --seconds 1' sh $options
bare_unmount
# shellcheck disable=SC2086
"$checkout/tests/e2e/guest" -r "$root" -o "$seen" -t 2400 /home/tester/vbg/packaging/newcomer_guest.sh $options >"$place/log" 2>&1 ||
    { tail -40 "$place/log" >&2; exit 1; }
{ echo "-- in the guest, load $(cut -d' ' -f1 /proc/loadavg)"; cat "$seen/guest.txt"; } >>"$transcript"

step "the judge"
bare_debian
cp "$seen/frames.npy" "$root/tmp/frames.npy"
user sh -c 'cd ~/vbg && .venv/bin/python -m tests.e2e.page judge /tmp' | tee -a "$transcript"
convert "$seen/page.png" -quality 88 "${transcript%.*}.jpg"
step "done: $transcript, ${transcript%.*}.jpg"
