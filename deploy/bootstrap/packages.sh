# Installs a server (postgres | nats) with apt or brew. Expects $here, find.sh and say.

install_package() {
    if command -v brew >/dev/null 2>&1; then
        brew install "$(brew_name "$1")"
    elif command -v apt-get >/dev/null 2>&1; then
        install_with_apt "$1"
    else
        return 1
    fi
}

# package_command SERVER...: the one line that a person may run instead.
package_command() {
    names=""
    if command -v apt-get >/dev/null 2>&1; then
        for server in "$@"; do names="$names $(apt_name "$server")"; done
        [ "$(id -u)" -eq 0 ] && echo "apt-get install$names" || echo "sudo apt-get install$names"
    elif command -v brew >/dev/null 2>&1; then
        for server in "$@"; do names="$names $(brew_name "$server")"; done
        echo "brew install$names"
    else
        echo "your system's package manager ($*)"
    fi
}

brew_name() { [ "$1" = postgres ] && echo postgresql@17 || echo nats-server; }
apt_name() { [ "$1" = postgres ] && echo postgresql || echo nats-server; }

install_with_apt() {
    if [ "$(id -u)" -eq 0 ]; then
        "$here/apt.sh" "$1"
    elif ! command -v sudo >/dev/null 2>&1; then
        return 1
    elif [ -t 0 ] && [ -t 2 ]; then
        confirmed "install $(apt_name "$1") with sudo apt-get?" && sudo "$here/apt.sh" "$1"
    else
        # Nobody to ask: only where it needs no password.
        sudo -n true 2>/dev/null && sudo -n "$here/apt.sh" "$1"
    fi
}

confirmed() {
    printf 'bootstrap: %s [Y/n] ' "$1" >&2
    read -r answer || return 1
    case $answer in '' | y | Y | yes) return 0 ;; *) return 1 ;; esac
}
