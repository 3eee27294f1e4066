#!/bin/sh
# Tries the Debian package where it is new: packaging/try_deb.sh [PACKAGE.deb] [SCREENSHOT.png]
# A Debian 12 with nothing but the minimum is made in a folder (debootstrap; root), with the kernel's headers, so that the driver is
# built there. The package is installed by apt, run as a user on the demo and as a window, upgraded, removed and purged, and what
# is then left is compared with what was there before. Some 5 to 10 minutes and 3 GB; the package (dist) is built first where it is missing.
set -eu
checkout=$(cd "$(dirname "$0")/.." && pwd)
given=${1:-$(ls "$checkout"/dist/vbg_*.deb 2>/dev/null | tail -1)}
picture=${2:-$checkout/out/deb.png}
[ -n "$given" ] || { "$checkout/packaging/make_deb.sh"; given=$(ls "$checkout"/dist/vbg_*.deb | tail -1); }
sh "$checkout/packaging/packages.sh" debootstrap xvfb imagemagick lintian appstream
mkdir -p "$(dirname "$picture")"
picture=$(cd "$(dirname "$picture")" && pwd)/$(basename "$picture")
. "$checkout/packaging/bare_debian.sh"
files() { (cd "$root" && find . -xdev \( -path ./var/lib/dpkg -o -path ./var/lib/apt -o -path ./var/cache -o -path ./var/log -o -path ./run -o -path ./tmp -o -path ./home \) -prune -o -print | sort); }

step "a minimal Debian 12"
bare_debian

step "what the package depends on"
# The kernel's headers, as every desktop with dkms has them; a window system's fonts; the rest is what apt finds to be needed.
add linux-headers-amd64 fonts-dejavu-core man-db bash-completion
depends=$(dpkg-deb -f "$given" Depends | sed 's/([^)]*)//g; s/,/ /g')
# shellcheck disable=SC2086  # a list of words
add $depends
tester
files >"$place/before"

step "install"
cp "$given" "$root/tmp/vbg.deb"
add /tmp/vbg.deb
inside dpkg -s vbg | grep -E '^(Status|Version|Installed-Size)'
step "the driver is built, and is loaded as meeting programs want it"
kernel=$(ls "$root/lib/modules" | head -1)
inside dkms status | grep "$kernel.*installed"
inside modprobe -c | grep -x 'options v4l2loopback exclusive_caps=1 card_label=vbg'
grep -x v4l2loopback "$root/usr/lib/modules-load.d/vbg.conf"
step "no library is missing"
missing=$(find "$root/usr/lib/vbg" -type f -name '*.so*' ! -name 'tbbpool*' -printf '/%P\n' | sed 's|^|/usr/lib/vbg|' |
    inside xargs -n 50 env LD_LIBRARY_PATH=/usr/lib/vbg/_internal ldd 2>/dev/null | grep 'not found' | sort -u || true)
[ -z "$missing" ] || { echo "$missing" >&2; exit 1; }
step "man page, desktop entry, metainfo"
inside man -w vbg
inside bash -c '. /usr/share/bash-completion/bash_completion; _completion_loader vbg; complete -p vbg'
appstreamcli validate --no-net "$root"/usr/share/metainfo/*.metainfo.xml

step "as a user"
cd "$place"
user vbg --version
user vbg doctor --json >doctor.json || [ $? = 1 ]
for code in $(grep -o '"code": "[a-z-]*"' doctor.json | cut -d'"' -f4); do
    case $code in
    driver-* | camera-*) echo "doctor: $code" ;; # of this machine: its kernel is not the folder's
    *) echo "doctor says of the app: $code" >&2; exit 1 ;;
    esac
done
for start in first second; do
    begun=$(date +%s.%N)
    user vbg run --camera demo --output null --seconds 1 --json >run.json
    spent=$(date +%s.%N | awk -v begun="$begun" '{printf "%.1f", $1 - begun}')
    frames=$(grep -o '"frames": [0-9]*' run.json | cut -d' ' -f2)
    [ "${frames:-0}" -gt 0 ] || { echo "no frame came out" >&2; exit 1; }
    echo "$start run of the demo for one second: $frames frames, $spent s from start to end"
done
user sh -c 'mkdir -p ~/.config/vbg; printf "version = 1\ncamera = {kind = \"demo\"}\n" >~/.config/vbg/settings.toml'
inside mkdir -p /tmp/.X11-unix
cat >window.sh <<'INNER'
mount --bind /tmp/.X11-unix "$1/tmp/.X11-unix"
chroot --userspec=tester:tester "$1" env -i PATH=/usr/bin:/bin HOME=/home/tester XDG_RUNTIME_DIR=/run/user/tester LANG=C.UTF-8 DISPLAY="$DISPLAY" vbg &
app=$!
sleep 15
import -window root -trim +repage "$2"
kill -TERM $app
wait $app || true
umount "$1/tmp/.X11-unix"
INNER
env -u DISPLAY -u WAYLAND_DISPLAY sh "$checkout/packaging/screen.sh" sh window.sh "$root" "$picture"
echo "the window's picture: $picture"
inside vbg run --camera demo --output null --seconds 1 --json >/dev/null # as root, who could write into the package's folder

step "upgrade"
dpkg-deb -R "$given" "$place/newer"
sed -i 's/^Version: .*/&+newer/' "$place/newer/DEBIAN/control"
dpkg-deb --root-owner-group -Znone --build "$place/newer" "$root/tmp/newer.deb" >/dev/null
rm -rf "$place/newer"
add /tmp/newer.deb
inside dpkg -s vbg | grep -E '^(Status|Version)'
user vbg --version

step "remove and purge"
inside apt-get remove -y -qq vbg >"$place/log" 2>&1
[ ! -e "$root/usr/bin/vbg" ]
inside dpkg --purge vbg >>"$place/log" 2>&1 # apt knows nothing any more of what left no configuration
rm -rf "$root/root/.cache" "$root/root/.config" # root's own, as a user
files >"$place/after"
diff "$place/before" "$place/after" || { echo "that is left, or lost" >&2; exit 1; }
echo "nothing is left"

step "lintian"
lintian --allow-root --fail-on error --tag-display-limit 3 "$given"
step "done"
