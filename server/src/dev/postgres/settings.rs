//! The configuration of the private cluster, written anew at every start so that it is always what this file says.

use std::fs;
use std::path::Path;

use super::super::error::{DevError, Doing};

/// The last line for a name wins, hence the caller's own come last.
const SETTINGS: &[(&str, &str)] = &[
    ("listen_addresses", "127.0.0.1"),
    // A socket's path may be too long for the operating system, and nobody needs one.
    ("unix_socket_directories", ""),
    ("fsync", "on"),
    ("full_page_writes", "on"),
    ("synchronous_commit", "on"),
    ("max_connections", "400"),
    ("shared_buffers", "256MB"),
    ("max_wal_size", "4GB"),
    ("jit", "off"),
    // The text of a failed statement may hold personal data; it must not reach a log file.
    ("log_min_error_statement", "panic"),
];

pub fn write(path: &Path, extra: &[(String, String)]) -> Result<(), DevError> {
    fs::write(path, render(extra)).doing(|| format!("write {}", path.display()))
}

fn render(extra: &[(String, String)]) -> String {
    let mut text = String::from("# Written by `airtide dev` at every start; changes made here are lost.\n");
    text.push_str("include 'data/postgresql.conf'\n");
    let own = SETTINGS.iter().map(|(name, value)| (*name, *value));
    for (name, value) in own.chain(extra.iter().map(|(name, value)| (name.as_str(), value.as_str()))) {
        text.push_str(&format!("{name} = '{}'\n", value.replace('\'', "''")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_of_the_caller_comes_after_ours() {
        let text = render(&[("shared_buffers".into(), "4GB".into())]);
        assert!(text.find("shared_buffers = '4GB'") > text.find("shared_buffers = '256MB'"));
    }
}
