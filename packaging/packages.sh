#!/bin/sh
# Installs those of the named Debian packages that are missing: packaging/packages.sh PACKAGE...
# Quiet where nothing is missing. Root or a sudo that asks for no password installs; otherwise one line says what to install.
set -eu
command -v dpkg-query >/dev/null || exit 0

missing() {
    for package in "$@"; do
        # newer releases renamed some packages for 64-bit time: libglib2.0-0 is libglib2.0-0t64 there
        dpkg-query -W -f='${db:Status-Abbrev}\n' "$package" "${package}t64" 2>/dev/null | grep -q '^ii' || echo "$package"
    done
}

packages=$(missing "$@" | tr '\n' ' ')
[ -n "$packages" ] || exit 0
if [ "$(id -u)" = 0 ]; then as_root=; elif sudo -n true 2>/dev/null; then as_root="sudo -n"; else
    echo "vbg: some system packages are missing; install them with: sudo apt-get install $packages" >&2
    exit 0
fi
echo "Installing system packages: $packages"
$as_root apt-get -o DPkg::Lock::Timeout=120 update -qq >/dev/null || true
# shellcheck disable=SC2086  # a list of words
$as_root env DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes apt-get -o DPkg::Lock::Timeout=120 install -y -qq --no-install-recommends $packages \
    >/dev/null || echo "vbg: could not install: $packages" >&2
