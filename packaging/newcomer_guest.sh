#!/bin/sh
# The newcomer's way in the guest: packaging/newcomer_guest.sh OPTION... (of `vbg run`), as root there; run by newcomer.sh.
# Leaves in /out: guest.txt (the transcript), guest.said (unshortened), and what tests/e2e/page.py writes.
set -eu
cd /home/tester/vbg
. packaging/typed.sh
said=/out/guest.said
as_newcomer() {
    runuser -u tester -- env -u NUMBA_CACHE_DIR HOME=/home/tester XDG_RUNTIME_DIR=/run/user/tester bash -c "$@"
}
# The part of udev, which the guest has not: who may open what.
chmod 666 /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty /dev/ptmx
chmod 1777 /out /tmp /dev/shm
install -d -o tester -m 700 /run/user/tester
echo '127.0.0.1 localhost vbg-guest' >/etc/hosts

{
    typed ".venv/bin/vbg doctor"
    typed "sudo modprobe v4l2loopback exclusive_caps=1 card_label=vbg"
    chgrp video /dev/video*
    chmod 660 /dev/video*
    typed ".venv/bin/vbg doctor"

    echo "$ .venv/bin/vbg run $* &" | sed "s/#[0-9a-f]*/'&'/"
    echo
    as_newcomer 'echo $$ >/tmp/run.pid; exec .venv/bin/vbg run "$@"' bash "$@" >/out/run.said 2>&1 &
    typed ".venv/bin/python -m tests.e2e.page open /out"
    kill -TERM "$(cat /tmp/run.pid)"
    wait || true
    echo "$ kill %1"
} | tee /out/guest.txt
[ -e /out/page.png ] # otherwise what went wrong is in the transcript
