//! What secrets look like, wherever they lie: in the repository, or in what a process says.

use std::path::Path;

use crate::api::PASSWORD;

/// What secrets look like that this program and others hand out, with how many letters of them make one.
const SECRETS: &[(&str, usize)] = &[
    ("-----BEGIN PRIVATE KEY", 0),
    ("-----BEGIN RSA PRIVATE", 0),
    ("-----BEGIN EC PRIVATE", 0),
    ("-----BEGIN OPENSSH PRIVATE", 0),
    ("whsec_", 32),
    ("atk_live_", 40),
    ("art.ses_", 40),
    ("alk.usr_", 60),
    ("AKIA", 16),
    ("ghp_", 36),
    ("sk-ant-", 40),
    ("eyJhbGciOi", 100),
];

/// Secrets that stand where they do on purpose: examples of a standard, with its name.
const PUBLIC: &[&str] = &["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"];

/// Any token, whatever its head begins with.
const TOKEN: (&str, usize) = ("eyJ", 100);

/// The beginning of the first thing that looks like one.
pub fn secret_in(text: &str) -> Option<&'static str> {
    SECRETS.iter().find(|secret| is_in(text, secret)).map(|(beginning, _)| *beginning)
}

fn is_in(text: &str, (beginning, letters): &(&str, usize)) -> bool {
    let is_secret = |at: usize| {
        let rest = text[at + beginning.len()..].chars();
        let long =
            rest.take_while(|letter| letter.is_ascii_alphanumeric() || "_-.+/=".contains(*letter)).count();
        long >= *letters && !PUBLIC.iter().any(|public| text[at..].starts_with(public))
    };
    text.match_indices(beginning).any(|(at, _)| is_secret(at))
}

/// What a process must not say: what looks like a secret, the password of every test person, and the keys of its folder.
#[derive(Default)]
pub struct Unsayable {
    keys: Vec<String>,
}

impl Unsayable {
    /// With the keys that are in the folder by now.
    pub fn of(folder: &Path) -> Self {
        let files =
            std::fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
        let keys = files.filter(|path| path.extension().is_some_and(|extension| extension == "key"));
        let keys = keys.filter_map(|path| std::fs::read_to_string(path).ok());
        Self { keys: keys.map(|key| key.trim().to_owned()).filter(|key| !key.is_empty()).collect() }
    }

    pub fn is_in(&self, line: &str) -> bool {
        secret_in(line).is_some()
            || is_in(line, &TOKEN)
            || line.contains(PASSWORD)
            || self.keys.iter().any(|key| line.contains(key))
    }
}
