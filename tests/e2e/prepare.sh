#!/usr/bin/env bash
# Prepares what the end-to-end tests boot and prints the folder that holds it: `kernel` and `initramfs`.
#
# The guest's kernel, its headers and v4l2loopback's source come as Debian packages, are unpacked into a
# cache folder and built there; none of them is installed on this machine. Installed through apt-get, when
# root or passwordless sudo allows, are only the tools below. Done once; later calls take a fraction of a second.
#
# Exit status: 0 ready; 77 not possible on this machine, the last line on standard error says why; else a fault.
set -euo pipefail

tools=(qemu-system-x86 busybox-static cpio kmod xz-utils make libelf1 ffmpeg chromium)
drivers=(vivid v4l2loopback)                                              # what the tests load
root_needs=(virtio_pci virtio_rng 9pnet_virtio 9p overlay)                # what the init script loads
newer=(trixie)                                                            # releases of Debian with other v4l2loopbacks to try
patient=(-o DPkg::Lock::Timeout=120)                                      # another apt-get may be at work

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${VBG_E2E_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/vbg-e2e}
PATH=$PATH:/usr/sbin:/sbin

say() { echo "e2e: $*" >&2; }
cannot() { say "$*"; exit 77; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

update_lists_once() {
    [ -z "${lists_updated:-}" ] || return 0
    lists_updated=yes
    as_root apt-get update -qq "${patient[@]}" >&2
}

ensure_installed() {
    local missing=() name
    for name in "$@"; do installed "$name" || missing+=("$name"); done
    [ ${#missing[@]} -gt 0 ] || return 0
    as_root true 2>/dev/null || cannot "missing: run 'sudo apt-get install ${missing[*]}'"
    say "installing ${missing[*]}"
    update_lists_once || cannot "'apt-get update' failed; missing: ${missing[*]}"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        "${patient[@]}" "${missing[@]}" \
        >/dev/null || cannot "apt-get could not install ${missing[*]}"
}

# The packages that package $1 depends on, as far as their names match $2.
dependencies() {
    apt-cache depends "$1" 2>/dev/null | awk '$1 == "Depends:" {print $2}' | grep -E "$2" || true
}

# Lists and mirror can disagree (a security update came), so a failed download is tried again with fresh lists.
download() {
    apt-get download -qq -o APT::Sandbox::User=root "$@" 2>/dev/null && return 0
    update_lists_once && apt-get download -qq -o APT::Sandbox::User=root "$@"
}

# The v4l2loopback of other Debian releases, each built as FOLDER/v4l2loopback-VERSION.module; nothing where there is none.
# Their package lists stay in a folder of their own: this machine's apt never hears of those releases.
build_newer() { # FOLDER HEADERS
    local release apt=$PWD/apt source keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$1"
    printf "deb [signed-by=$keyring] http://deb.debian.org/debian %s main\n" "${newer[@]}" > "$apt/sources.list"
    local private=(-o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$apt/lists"
                   -o "Dir::Cache=$apt" -o APT::Sandbox::User=root)
    apt-get "${private[@]}" -qq update >&2 || return 0
    for release in "${newer[@]}"; do
        rm -rf "$apt/source" v4l2loopback-dkms_*.deb
        apt-get "${private[@]}" -qq download "v4l2loopback-dkms/$release" >/dev/null 2>&1 || continue
        dpkg -x v4l2loopback-dkms_*.deb "$apt/source"
        source=$(echo "$apt"/source/usr/src/v4l2loopback-*)
        make -s -C "$2" "M=$source" modules > make.log 2>&1 || { say "${source##*/} did not build"; continue; }
        cp "$source/v4l2loopback.ko" "$1/${source##*/}.module"
    done
    rm -rf "$apt" v4l2loopback-dkms_*.deb
}

build_guest() { # into the folder $1
    local kernel_package kernel_version headers name
    kernel_package=$(dependencies linux-image-amd64 '^linux-image-')
    if [ -z "$kernel_package" ]; then
        update_lists_once || true
        kernel_package=$(dependencies linux-image-amd64 '^linux-image-')
    fi
    [ -n "$kernel_package" ] || cannot "apt-get offers no linux-image-amd64 here"
    kernel_version=${kernel_package#linux-image-}
    headers=$(dependencies "linux-headers-$kernel_version" '^linux-(headers|kbuild)-')
    name=$(dependencies "linux-headers-$kernel_version" '^linux-compiler-' | grep -o 'gcc-[0-9]*' || true)
    ensure_installed "${name:-gcc}"   # the compiler that this kernel was built with

    say "building the guest: $kernel_version"
    cd "$1"
    # shellcheck disable=SC2086  # $headers is a list of words
    download "$kernel_package" "linux-headers-$kernel_version" $headers v4l2loopback-dkms \
        || cannot "the guest's Debian packages could not be downloaded"
    for name in *.deb; do dpkg -x "$name" unpacked; rm "$name"; done

    # The headers expect to live under /usr/src; here they live in the cache folder.
    sed -i "s,/usr/src/,$1/unpacked/usr/src/," "unpacked/usr/src/linux-headers-$kernel_version/Makefile"
    make -s -C "unpacked/usr/src/linux-headers-$kernel_version" M="$(echo "$1"/unpacked/usr/src/v4l2loopback-*)" \
        modules > make.log 2>&1 || { cat make.log >&2; say "v4l2loopback did not build"; exit 1; }
    mkdir -p "unpacked/lib/modules/$kernel_version/updates"
    cp unpacked/usr/src/v4l2loopback-*/v4l2loopback.ko "unpacked/lib/modules/$kernel_version/updates/"
    depmod -b unpacked "$kernel_version"

    # The initramfs: busybox, the init script, and those modules alone that are ever loaded.
    mkdir -p initramfs.d/{bin,proc,sys,dev,host,scratch,root}
    cp /bin/busybox initramfs.d/bin/
    install -m 755 "$here/init" initramfs.d/init
    for name in "${root_needs[@]}" "${drivers[@]}"; do
        modprobe -d "$1/unpacked" -S "$kernel_version" --show-depends "$name" | awk '$1 == "insmod" {print $2}'
    done | sort -u | while read -r name; do
        install -D "$name" "initramfs.d/${name#"$1/unpacked/"}"
    done
    cp "unpacked/lib/modules/$kernel_version"/modules.{builtin,builtin.modinfo,order} \
        "initramfs.d/lib/modules/$kernel_version/"
    depmod -b initramfs.d "$kernel_version"
    build_newer "initramfs.d/lib/modules/$kernel_version/newer" "unpacked/usr/src/linux-headers-$kernel_version"
    (cd initramfs.d && find . | cpio -o -H newc --quiet) > initramfs

    extract_kernel "unpacked/boot/vmlinuz-$kernel_version" kernel
    rm -rf unpacked initramfs.d make.log
}

# The uncompressed kernel starts directly; unpacking it inside an emulated machine would take seconds at every boot.
extract_kernel() {
    local offset
    offset=$(LC_ALL=C grep -abom1 -P '\xfd7zXZ\x00' "$1" | head -1 | cut -d: -f1)
    [ -n "$offset" ] || { say "$1 is not compressed by xz"; exit 1; }
    # xz complains of what follows the compressed kernel in the file; whether the kernel is whole, `file` below says.
    tail -c "+$((offset + 1))" "$1" | xz -dc --single-stream 2>/dev/null > "$2" || true
    [ "$(head -c 4 "$2" | tail -c 3)" = ELF ] || { say "$1 holds no ELF kernel"; exit 1; }
}

[ "$(uname -sm)" = "Linux x86_64" ] || cannot "the guest needs Linux on x86_64"
grep -qsx "ID=debian" /etc/os-release || cannot "the guest is made of Debian packages; this is not Debian"
case $cache in *[[:space:]]*) cannot "a kernel module cannot be built under a path with a blank: $cache";; esac

mkdir -p "$cache"
exec 9> "$cache/lock"
flock 9   # two runs at once: the second finds the work done
ensure_installed "${tools[@]}"
guest=$cache/guest-$(cat "$here/prepare.sh" "$here/init" | sha256sum | cut -c1-12)
if [ ! -d "$guest" ]; then
    rm -rf "$cache"/guest-* "$cache/building"
    mkdir "$cache/building"
    (build_guest "$(realpath "$cache/building")")
    mv "$cache/building" "$guest"
fi
echo "$guest"
