//! Every command of the page for operators works as it stands there.

use std::path::Path;
use std::process::Command;

use support::airtide::program;
use support::transfer::{Empty, Place, command_on};

use super::used_log;

const PAGE: &str = "../docs/operations/export-and-import.md";

/// Its commands, in order.
fn examples() -> Vec<String> {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE)).unwrap();
    let (mut examples, mut is_shell) = (Vec::new(), false);
    for line in page.lines().map(str::trim) {
        match line.strip_prefix("```") {
            Some(language) => is_shell = language == "sh",
            None if is_shell => examples.push(line.to_owned()),
            None => {}
        }
    }
    examples
}

/// What is exported belongs to one place, what follows `migrate up` to another, and a copy for reading to a third.
#[tokio::test]
async fn every_command_of_the_page_works() {
    let (log, _) = used_log().await;
    let (place, target, reading) = (Place::default(), Empty::new().await, Empty::new().await);
    let mut has_moved = false;
    let examples = examples();
    assert!(examples.len() >= 7, "the page has {} examples", examples.len());
    for example in examples {
        has_moved |= example.starts_with("airtide migrate up");
        let (url, keys) = match (example.contains(" export "), example.contains("--without-secrets")) {
            (true, _) => (&log.url, log.keys_dir()),
            (_, true) => (&reading.url, reading.keys.path()),
            _ => (&target.url, target.keys.path()),
        };
        assert!(has_moved || example.contains(" export "), "{example}");
        let mut shell = Command::new("sh");
        shell.args(["-euc", &example]).env("EXPORT", place.folder()).env("SECRETS", place.secrets_file());
        shell.env("PASSPHRASE", place.passphrase_file()).env("PATH", path());
        let like = command_on(url, keys, &[]);
        shell.envs(like.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let output = shell.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{example}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// With the program before everything else.
fn path() -> std::ffi::OsString {
    let folder = program().parent().unwrap().to_owned();
    let usual = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::iter::once(folder).chain(std::env::split_paths(&usual))).unwrap()
}
