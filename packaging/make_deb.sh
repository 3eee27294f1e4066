#!/bin/sh
# Builds a Debian package around the one-folder app: packaging/make_deb.sh [FOLDER]
# FOLDER (dist) receives vbg_VERSION_ARCHITECTURE.deb; FOLDER/vbg is built first where it is missing. VBG_REVISION is the package's
# revision (1), VBG_MAINTAINER whom to write to, VBG_LEVEL how hard it is compressed
# (0-9: 6). Runs on Debian 12 or newer, needs `make setup` for man page and completions.
set -eu
checkout=$(cd "$(dirname "$0")/.." && pwd)
dist=$(mkdir -p "${1:-$checkout/dist}" && cd "${1:-$checkout/dist}" && pwd)
python=$checkout/.venv/bin/python
[ -x "$dist/vbg/vbg" ] || "$checkout/packaging/make_frozen.sh" "$dist"
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT INT TERM
root=$place/root
here=$checkout/packaging/debian
upstream=$("$python" -c 'import vbg; print(vbg.__version__)')
version=$upstream-${VBG_REVISION:-1}
maintainer=${VBG_MAINTAINER:-The vbg authors <authors@vbg.invalid>}
architecture=$(dpkg --print-architecture)
glibc=$(getconf GNU_LIBC_VERSION | cut -d' ' -f2)
umask 022

install -d "$root/DEBIAN" "$root/usr/bin" "$root/usr/lib" "$root/usr/share/lintian/overrides"
cp -r "$dist/vbg" "$root/usr/lib/vbg"
find "$root/usr/lib/vbg" -type f -exec chmod 644 {} +
chmod 755 "$root/usr/lib/vbg/vbg"
ln -s ../lib/vbg/vbg "$root/usr/bin/vbg"
PYTHONPATH=$checkout "$python" "$checkout/packaging/make_share.py" "$root/usr/share" >/dev/null
install -D -m 644 "$checkout/packaging/share/vbg.service" "$root/usr/lib/systemd/user/vbg.service"
install -D -m 644 "$here/modprobe.conf" "$root/usr/lib/modprobe.d/vbg.conf"
install -D -m 644 "$here/modules-load.conf" "$root/usr/lib/modules-load.d/vbg.conf"
install -D -m 644 "$here/copyright" "$root/usr/share/doc/vbg/copyright"
install -m 644 "$here/lintian-overrides" "$root/usr/share/lintian/overrides/vbg"
install -m 755 "$here/postinst" "$root/DEBIAN/postinst"
gzip -9n "$root/usr/share/man/man1/vbg.1"
printf 'vbg (%s) unstable; urgency=medium\n\n  * Version %s: see CHANGELOG.md in the source.\n\n -- %s  %s\n' \
    "$version" "$upstream" "$maintainer" "$(date -R -u ${SOURCE_DATE_EPOCH:+-d @$SOURCE_DATE_EPOCH})" |
    gzip -9n >"$root/usr/share/doc/vbg/changelog.Debian.gz"
# Libraries that PyInstaller leaves to the system, for they belong to its kernel and drivers; packaging/try_deb.sh looks for more.
cat >"$root/DEBIAN/control" <<CONTROL
Package: vbg
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $(du -sk "$root/usr" | cut -f1)
Depends: v4l2loopback-dkms, kmod, fontconfig-config, libc6 (>= $glibc), libdrm2, libegl1, libgl1, libwayland-client0, libwayland-cursor0, libwayland-egl1, libxcb1
Recommends: linux-headers-$architecture | linux-headers-generic
Suggests: obs-studio
Section: video
Priority: optional
Description: virtual background for any webcam program
 Takes your webcam, finds you in every picture, covers the room with a
 blur, a picture, a video or a colour, and feeds a virtual camera that
 Zoom, Teams, Meet, OBS and browsers can open. Everything happens on
 this machine.
 .
 The package brings its own Python and libraries, in /usr/lib/vbg. It
 has the virtual camera's driver loaded at every start, as meeting
 programs want it.
CONTROL
(cd "$root" && find usr -type f -exec md5sum {} + | LC_ALL=C sort -k2 >DEBIAN/md5sums)
dpkg-deb --root-owner-group -Zxz "-z${VBG_LEVEL:-6}" --threads-max="$(nproc)" --build "$root" "$dist" >/dev/null
deb=$dist/vbg_${version}_$architecture.deb
echo "$deb: $(du -h --apparent-size "$deb" | cut -f1)"
