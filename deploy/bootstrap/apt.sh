#!/bin/sh
# apt.sh postgres|nats|faketime: installs a server's programs as root, without the cluster and the daemon that Debian's
# packages start by themselves, or what tests move a clock with. What it switches off for that it switches on again at the end.
set -eu

. "$(dirname "$0")/find.sh"

policy=/usr/sbin/policy-rc.d
no_cluster=/etc/postgresql-common/createcluster.d/airtide-bootstrap.conf
our_policy=
was_there=

# Package scripts ask this program before they start a daemon; 101 means no. One that is there already is not ours.
forbid_starts() {
    [ -e $policy ] && return
    our_policy=yes
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod 755 $policy
}

forbid_cluster() {
    mkdir -p "$(dirname $no_cluster)"
    echo 'create_main_cluster = false' >$no_cluster
}

undo() {
    [ -z "$our_policy" ] || rm -f $policy
    rm -f $no_cluster
    rmdir "$(dirname $no_cluster)" "$(dirname "$(dirname $no_cluster)")" 2>/dev/null || :
}

candidate() {
    apt-cache policy "$1" | sed -n 's/^ *Candidate: //p' | sed 's/^[0-9]*://'
}

install_programs() {
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$1" >&2
}

is_installed() { [ -n "$(dpkg-query -W -f '${Version}' "$1" 2>/dev/null)" ]; }

# The package enables its daemon for the next start of the machine, and a foreign policy may have let it start.
silence_daemon() {
    service "$1" stop >/dev/null 2>&1 || :
    deb-systemd-helper disable "$1.service" >/dev/null 2>&1 || :
}

trap undo EXIT
trap 'exit 1' INT TERM HUP
apt-get -o DPkg::Lock::Timeout=300 update -qq >&2 || :

case $1 in
postgres)
    at_least "$(first_version "$(candidate postgresql)")" $oldest_postgres || exit 1
    forbid_starts
    forbid_cluster
    install_programs postgresql
    ;;
nats)
    at_least "$(first_version "$(candidate nats-server)")" $oldest_nats || exit 1
    is_installed nats-server && was_there=yes
    forbid_starts
    install_programs nats-server
    [ -n "$was_there" ] || silence_daemon nats-server
    ;;
faketime)
    install_programs libfaketime
    ;;
esac
