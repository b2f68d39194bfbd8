# Finds the servers where `airtide dev` looks for them, in the same order (server/src/dev/find.rs).
# Expects $tools.

oldest_postgres=15.0
oldest_nats=2.9

# first_version TEXT: the first number in it, as major.minor.
first_version() {
    echo "$1" | sed -n 's/^[^0-9]*\([0-9][0-9]*\)\.\{0,1\}\([0-9]*\).*/\1.\2/p' | head -n 1 | sed 's/\.$/.0/'
}

# at_least VERSION OLDEST: both major.minor.
at_least() {
    [ -n "$1" ] || return 1
    [ "${1%%.*}" -gt "${2%%.*}" ] && return 0
    [ "${1%%.*}" -eq "${2%%.*}" ] && [ "${1#*.}" -ge "${2#*.}" ]
}

is_postgres_folder() {
    [ -x "$1/initdb" ] && [ -x "$1/postgres" ] || return 1
    at_least "$(first_version "$("$1/postgres" --version 2>/dev/null)")" $oldest_postgres
}

is_nats_server() {
    [ -x "$1" ] && at_least "$(first_version "$("$1" --version 2>/dev/null)")" $oldest_nats
}

# Debian keeps nats-server where an ordinary user's PATH does not look.
path_folders() { echo "$PATH:/usr/local/sbin:/usr/sbin" | tr ':' '\n'; }

has_postgres() {
    if [ -n "${PG_BIN:-}" ]; then is_postgres_folder "$PG_BIN"; return; fi
    is_postgres_folder "$tools/postgresql/bin" && return 0
    for folder in $(path_folders) /usr/lib/postgresql/*/bin /usr/pgsql-*/bin \
        /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin \
        /home/linuxbrew/.linuxbrew/opt/postgresql@*/bin; do
        is_postgres_folder "$folder" && return 0
    done
    return 1
}

has_nats() {
    if [ -n "${NATS_SERVER_BIN:-}" ]; then is_nats_server "$NATS_SERVER_BIN"; return; fi
    is_nats_server "$tools/nats-server" && return 0
    for folder in $(path_folders) /opt/homebrew/bin /usr/local/bin /home/linuxbrew/.linuxbrew/bin; do
        is_nats_server "$folder/nats-server" && return 0
    done
    return 1
}
