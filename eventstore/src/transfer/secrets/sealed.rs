//! A file that opens with one key only: a line that says what it is, then sealed parts. Each part is bound to that line, to
//! its place, and to whether it is the last; so none can be changed, moved, left out or cut off unseen.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use aws_lc_rs::aead::RandomizedNonceKey;
use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::SecretsFault;
use crate::seal::{cipher, open, seal};
use crate::transfer::bytes::Bytes;

pub const FORMAT: &str = "airtide secrets, 1";
const PART_BYTES: usize = 64 * 1024;
/// A line may be longer than a part, but none of ours is by much.
const PART_BYTES_MAX: u32 = 1024 * 1024;
const HEAD_BYTES_MAX: u64 = 4_096;
const MORE: u8 = 0;
const LAST: u8 = 1;

#[derive(Serialize, Deserialize)]
pub struct Head {
    pub format: String,
    /// The export that it belongs to.
    pub export: Uuid,
    pub salt: Bytes,
}

fn place(head: &[u8], part: u64, ends: u8) -> String {
    let head = Bytes::from(digest(&SHA256, head).as_ref());
    format!("secrets of an export:{head}:{part}:{ends}")
}

pub struct SealedWriter {
    path: PathBuf,
    file: BufWriter<File>,
    head: Vec<u8>,
    key: RandomizedNonceKey,
    plain: Vec<u8>,
    part: u64,
}

impl SealedWriter {
    /// A new file, for its owner only.
    pub fn create(path: &Path, head: &Head, key: &[u8]) -> Result<Self, SecretsFault> {
        let fault = |source| SecretsFault::File { file: path.to_owned(), source };
        let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(fault)?;
        let mut line = serde_json::to_vec(head)?;
        line.push(b'\n');
        let mut file = BufWriter::new(opened);
        file.write_all(&line).map_err(fault)?;
        let key = cipher(key).ok_or(SecretsFault::NoCipher)?;
        Ok(Self { path: path.to_owned(), file, head: line, key, plain: Vec::new(), part: 0 })
    }

    pub fn write_line(&mut self, line: &impl Serialize) -> Result<(), SecretsFault> {
        serde_json::to_writer(&mut self.plain, line)?;
        self.plain.push(b'\n');
        if self.plain.len() >= PART_BYTES { self.end_part(MORE) } else { Ok(()) }
    }

    fn end_part(&mut self, ends: u8) -> Result<(), SecretsFault> {
        let place = place(&self.head, self.part, ends);
        let sealed = seal(&self.key, &place, &self.plain).ok_or(SecretsFault::NoCipher)?;
        self.plain.clear();
        self.part += 1;
        let length = (sealed.len() as u32).to_be_bytes();
        let written =
            [[ends].as_slice(), &length, &sealed].iter().try_for_each(|part| self.file.write_all(part));
        written.map_err(|source| SecretsFault::File { file: self.path.clone(), source })
    }

    /// On disk when this returns.
    pub fn finish(mut self) -> Result<(), SecretsFault> {
        self.end_part(LAST)?;
        let synced =
            self.file.into_inner().map_err(io::IntoInnerError::into_error).and_then(|file| file.sync_all());
        synced.map_err(|source| SecretsFault::File { file: self.path, source })
    }
}

pub struct SealedReader {
    path: PathBuf,
    file: BufReader<File>,
    head: Vec<u8>,
    key: RandomizedNonceKey,
    part: u64,
    is_ended: bool,
}

/// A file whose key is not made yet: what it says of itself.
pub struct Closed {
    path: PathBuf,
    file: BufReader<File>,
    line: Vec<u8>,
    pub head: Head,
}

impl Closed {
    pub fn open(path: &Path) -> Result<Self, SecretsFault> {
        let fault = |source| SecretsFault::File { file: path.to_owned(), source };
        let mut file = BufReader::new(File::open(path).map_err(fault)?);
        let mut line = Vec::new();
        (&mut file).take(HEAD_BYTES_MAX).read_until(b'\n', &mut line).map_err(fault)?;
        let head: Option<Head> = serde_json::from_slice(&line).ok();
        match head.filter(|head| head.format == FORMAT) {
            Some(head) => Ok(Self { path: path.to_owned(), file, line, head }),
            None => Err(SecretsFault::Foreign(path.to_owned())),
        }
    }

    pub fn with(self, key: &[u8]) -> Result<SealedReader, SecretsFault> {
        let Self { path, file, line, .. } = self;
        let key = cipher(key).ok_or(SecretsFault::NoCipher)?;
        Ok(SealedReader { path, file, head: line, key, part: 0, is_ended: false })
    }
}

impl SealedReader {
    /// The lines of the next part; nothing behind the last.
    pub fn next_part(&mut self) -> Result<Option<Vec<u8>>, SecretsFault> {
        if self.is_ended {
            return Ok(None);
        }
        let mut begin = [0; 5];
        self.read(&mut begin)?;
        let [ends, length @ ..] = begin;
        let length = u32::from_be_bytes(length);
        if length > PART_BYTES_MAX {
            return Err(self.unopened());
        }
        let mut sealed = vec![0; length as usize];
        self.read(&mut sealed)?;
        let place = place(&self.head, self.part, ends);
        let plain = open(&self.key, &place, &sealed).ok_or_else(|| self.unopened())?;
        self.part += 1;
        self.is_ended = ends == LAST;
        Ok(Some(plain))
    }

    fn read(&mut self, bytes: &mut [u8]) -> Result<(), SecretsFault> {
        self.file.read_exact(bytes).map_err(|source| match source.kind() {
            io::ErrorKind::UnexpectedEof => SecretsFault::CutOff(self.path.clone()),
            _ => SecretsFault::File { file: self.path.clone(), source },
        })
    }

    /// A wrong passphrase opens no part; one that opened the first is right.
    fn unopened(&self) -> SecretsFault {
        match self.part {
            0 => SecretsFault::Closed(self.path.clone()),
            part => SecretsFault::Altered { file: self.path.clone(), part: part + 1 },
        }
    }
}
