//! The ledger: a file of lines that are only ever added, each signed, and each naming the one before by its hash. Nothing
//! in it is personal: subjects are numbers that were drawn.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use domain::personal::SubjectId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::checkpoints::file::{folder_of, open};
use crate::checkpoints::{SigningKey, VerifyingKey};

pub const FILE_NAME: &str = "erasures.jsonl";
/// Nothing else that the key of checkpoints ever signs begins like this.
const PURPOSE: &[u8] = b"airtide erasure ledger, 1\n";
/// What each line begins with.
const BEGINNING: &[u8] = br#"{"subject":""#;

/// Whose key was destroyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    pub subject: SubjectId,
    pub erased_at: Timestamp,
    /// Where the log ended then.
    pub position: i64,
}

#[derive(Debug, thiserror::Error)]
pub enum LedgerFault {
    #[error("the ledger of erasures {path} cannot be read or written")]
    File { path: PathBuf, source: io::Error },
    #[error("line {line} of the ledger of erasures {path} is not the one that was written there")]
    Forged { path: PathBuf, line: usize },
    #[error("a line of the ledger of erasures cannot be written")]
    Json(#[from] serde_json::Error),
}

/// The line of the file. Kept for ever: fields may be added.
#[derive(Serialize, Deserialize)]
struct Line {
    subject: SubjectId,
    erased_at: Timestamp,
    position: i64,
    /// Hash of the line before; of nothing for the first.
    previous: String,
    signature: String,
}

impl Erasure {
    fn signed_bytes(&self, previous: &[u8]) -> Vec<u8> {
        [
            PURPOSE,
            previous,
            &self.position.to_be_bytes(),
            &self.erased_at.as_microsecond().to_be_bytes(),
            self.subject.as_str().as_bytes(),
        ]
        .concat()
    }

    fn line(&self, key: &SigningKey, previous: &[u8]) -> serde_json::Result<String> {
        serde_json::to_string(&Line {
            subject: self.subject.clone(),
            erased_at: self.erased_at,
            position: self.position,
            previous: BASE64.encode(previous),
            signature: BASE64.encode(key.sign_bytes(&self.signed_bytes(previous))),
        })
    }
}

/// What a whole file says, and the hash that its next line names.
struct Told {
    erasures: Vec<Erasure>,
    previous: Vec<u8>,
}

/// Adds those that the ledger does not name yet, and has them on disk.
pub(super) fn append(path: &Path, key: &SigningKey, erasures: &[Erasure]) -> Result<(), LedgerFault> {
    let fault = |source| LedgerFault::File { path: path.to_owned(), source };
    let mut file = open(path).map_err(fault)?;
    file.lock().map_err(fault)?;
    let text = read_whole(&mut file).map_err(fault)?;
    let Told { erasures: known, mut previous } = told(path, &text, &key.verifying())?;
    let mut lines = String::new();
    for erasure in erasures {
        if known.iter().any(|each| each.subject == erasure.subject) {
            continue;
        }
        let line = erasure.line(key, &previous)?;
        previous = hash(line.as_bytes());
        lines = lines + &line + "\n";
    }
    file.write_all(lines.as_bytes()).map_err(fault)?;
    file.sync_all().map_err(fault)?;
    File::open(folder_of(path)).and_then(|folder| folder.sync_all()).map_err(fault)
}

/// Everything that the ledger names, oldest first; nothing when there is no such file.
pub(super) fn read(path: &Path, key: &VerifyingKey) -> Result<Vec<Erasure>, LedgerFault> {
    let text = match std::fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(LedgerFault::File { path: path.to_owned(), source }),
    };
    Ok(told(path, &text[..whole(&text)], key)?.erasures)
}

/// The whole lines; cuts off what a process left that ended in the middle of one.
fn read_whole(file: &mut File) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    file.read_to_end(&mut text)?;
    let whole = whole(&text);
    let torn = &text[whole..];
    if !torn.is_empty() {
        let length = torn.len().min(BEGINNING.len());
        // Whoever names another file by mistake must not lose it.
        if torn[..length] != BEGINNING[..length] {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it holds something else than erasures"));
        }
        file.set_len(whole as u64)?;
        text.truncate(whole);
    }
    Ok(text)
}

fn whole(text: &[u8]) -> usize {
    text.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1)
}

fn told(path: &Path, text: &[u8], key: &VerifyingKey) -> Result<Told, LedgerFault> {
    let mut told = Told { erasures: Vec::new(), previous: hash(b"") };
    for (number, line) in text.trim_ascii_end().split(|byte| *byte == b'\n').enumerate() {
        if text.is_empty() {
            break;
        }
        let forged = || LedgerFault::Forged { path: path.to_owned(), line: number + 1 };
        let erasure = verified(line, &told.previous, key).ok_or_else(forged)?;
        told.erasures.push(erasure);
        told.previous = hash(line);
    }
    Ok(told)
}

fn verified(line: &[u8], previous: &[u8], key: &VerifyingKey) -> Option<Erasure> {
    let Line { subject, erased_at, position, previous: named, signature } =
        serde_json::from_slice(line).ok()?;
    let erasure = Erasure { subject, erased_at, position };
    let is_next = BASE64.decode(named).ok()? == previous;
    let is_signed = key.is_signed(&erasure.signed_bytes(previous), &BASE64.decode(signature).ok()?);
    (is_next && is_signed).then_some(erasure)
}

fn hash(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn key() -> SigningKey {
        SigningKey::new(&[7; 32]).unwrap()
    }

    fn of(subject: &str) -> Erasure {
        let erased_at = "2026-05-03T12:00:00Z".parse().unwrap();
        Erasure { subject: SubjectId::new(subject).unwrap(), erased_at, position: 41 }
    }

    fn subjects(path: &Path) -> Vec<String> {
        let read = read(path, &key().verifying()).unwrap();
        read.into_iter().map(|erasure| erasure.subject.as_str().to_owned()).collect()
    }

    #[test]
    fn what_is_kept_is_for_ever() {
        let line = of("usr_ana").line(&key(), &hash(b"")).unwrap();
        assert_eq!(
            line,
            concat!(
                r#"{"subject":"usr_ana","erased_at":"2026-05-03T12:00:00Z","position":41,"#,
                r#""previous":"47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU","#,
                r#""signature":"I_DKAd0hqBZyvtKvoH8Ss_-LXJfXLT2h_4qWfhfcEE6zn5U7vRkBZ_AGBaE7xK8edW3aEpeMmbzrDoUPXGFEBQ"}"#,
            )
        );
    }

    #[test]
    fn somebody_is_named_once_and_those_before_stay() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("below").join(FILE_NAME);
        assert_eq!(read(&path, &key().verifying()).unwrap(), []);
        append(&path, &key(), &[of("ana"), of("bob")]).unwrap();
        append(&path, &key(), &[of("ana"), of("cyd")]).unwrap();
        assert_eq!(subjects(&path), ["ana", "bob", "cyd"]);
    }

    #[test]
    fn a_torn_line_counts_for_nothing_and_is_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        append(&path, &key(), &[of("ana")]).unwrap();
        let torn = fs::read_to_string(&path).unwrap() + r#"{"subject":"bo"#;
        fs::write(&path, torn).unwrap();
        assert_eq!(subjects(&path), ["ana"]);
        append(&path, &key(), &[of("bob")]).unwrap();
        assert_eq!(subjects(&path), ["ana", "bob"]);
    }

    #[test]
    fn a_line_that_was_changed_taken_out_or_added_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        append(&path, &key(), &[of("ana"), of("bob"), of("cyd")]).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let added = of("dan").line(&SigningKey::new(&[8; 32]).unwrap(), &hash(lines[2].as_bytes())).unwrap();
        for (forged, named) in [
            (text.replace("bob", "bo2"), 2),
            ([lines[0], lines[2]].join("\n") + "\n", 2),
            (text.clone() + &added + "\n", 4),
        ] {
            fs::write(&path, forged).unwrap();
            let fault = read(&path, &key().verifying()).unwrap_err();
            assert!(matches!(fault, LedgerFault::Forged { line, .. } if line == named), "{fault}");
            assert!(append(&path, &key(), &[of("eve")]).is_err());
        }
    }

    #[test]
    fn a_file_of_something_else_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        fs::write(&path, "a secret without an end of line").unwrap();
        assert!(append(&path, &key(), &[of("ana")]).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "a secret without an end of line");
    }
}
