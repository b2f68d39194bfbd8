#!/bin/sh
# Deletes the data of `airtide dev` in this project, unless an instance is using it.
set -eu

cd "$(dirname "$0")/../.."
[ -e .airtide ] || exit 0
holder=$(sed -n 's/^process //p' .airtide/lock 2>/dev/null || :)
if [ -n "$holder" ] && ps -p "$holder" -o args= 2>/dev/null | grep -q 'airtide.* dev'; then
    echo "clean-dev: airtide dev (process $holder) is running on .airtide; stop it first" >&2
    exit 1
fi
# The data may lie elsewhere, with a link to it here.
rm -rf "$(cd .airtide && pwd -P)" .airtide
