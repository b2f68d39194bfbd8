#!/bin/sh
# Runs every test; the last lines name each suite that was skipped for want of a tool.
set -u

cd "$(dirname "$0")/.."
AIRTIDE_SKIPPED_SUITES=$(mktemp)
export AIRTIDE_SKIPPED_SUITES
trap 'rm -f "$AIRTIDE_SKIPPED_SUITES"' EXIT

# The black-box tests start the program itself, which `cargo test` alone does not build.
cargo build --workspace --locked || exit
cargo test --workspace --locked --no-fail-fast
status=$?

echo
if [ -s "$AIRTIDE_SKIPPED_SUITES" ]; then
    sort -u "$AIRTIDE_SKIPPED_SUITES" | sed 's/^/skipped: /'
else
    echo 'No suite was skipped.'
fi
exit $status
