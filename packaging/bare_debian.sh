# shellcheck shell=sh
# A Debian 12 with nothing but the minimum, in a folder, for scripts that try things where they are new. To be sourced.
# Root alone can make one. `place` is the folder for everything, `root` in it the Debian's; both go at the end, but where KEEP
# names the folder: it then stays, and a Debian that lies there is used again.
[ "$(id -u)" = 0 ] || { echo "vbg: only root can make a Debian in a folder" >&2; exit 1; }
place=${KEEP:-$(mktemp -d)}
root=$place/root
mkdir -p "$root"

step() { echo "== $(date +%T) $*"; }
inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive LANG=C.UTF-8 "$@"; }
user() { inside runuser -u tester -- env HOME=/home/tester XDG_RUNTIME_DIR=/run/user/tester "$@"; }
quietly() { "$@" >"$place/log" 2>&1 || { tail -20 "$place/log" >&2; exit 1; }; }
add() { quietly inside apt-get install -y -qq --no-install-recommends "$@"; }
tester() { # GROUP...: the user that `user` is
    inside useradd -m -s /bin/bash tester
    for group in "$@"; do inside usermod -aG "$group" tester; done
    inside install -d -o tester -m 700 /run/user/tester
}

bare_unmount() {
    for one in proc sys dev/null dev/urandom dev/shm dev/pts tmp/.X11-unix; do umount -q "$root/$one" 2>/dev/null || true; done
}
bare_end() {
    bare_unmount
    if grep -q " $root/" /proc/mounts; then echo "vbg: still mounted below $root" >&2; elif [ -z "${KEEP:-}" ]; then rm -rf "$place"; fi
}
trap bare_end EXIT INT TERM

bare_debian() { # makes it, or uses the one that lies there
    [ -e "$root/etc/debian_version" ] || quietly debootstrap --variant=minbase bookworm "$root"
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    echo "127.0.0.1 localhost $(hostname)" >"$root/etc/hosts"
    mount -t proc proc "$root/proc"
    mount -t sysfs -o ro sysfs "$root/sys"
    for one in null urandom; do
        [ -e "$root/dev/$one" ] || : >"$root/dev/$one"
        mount --bind "/dev/$one" "$root/dev/$one"
    done
    [ -e "$root/dev/fd" ] || ln -s /proc/self/fd "$root/dev/fd"
    mkdir -p "$root/dev/shm" "$root/dev/pts"
    mount -t tmpfs tmpfs "$root/dev/shm"
    mount -t devpts devpts "$root/dev/pts"
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod +x "$root/usr/sbin/policy-rc.d"
    quietly inside apt-get update -qq
}
