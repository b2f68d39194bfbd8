//! The file of checkpoints: lines that are only ever added, by one process at a time, each on disk before the next.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Take, Write};
use std::path::Path;

use super::line::{Checkpoint, SigningKey};

/// The name of the file in the folder of keys, where no other is given.
pub const FILE_NAME: &str = "checkpoints.jsonl";
/// No line is longer; a longer one is none of ours.
const LINE_BYTES_MAX: u64 = 4_096;

/// What each line begins with.
const BEGINNING: &[u8] = br#"{"incarnation":""#;

/// What became of a checkpoint that was to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    Appended,
    /// The file has one as new, or another process is writing one at this moment.
    NotNeeded,
}

/// Signs a checkpoint and appends it, whole or not at all as far as a reader is concerned, and has it on disk.
pub fn append(path: &Path, key: &SigningKey, checkpoint: &Checkpoint) -> io::Result<Kept> {
    let mut file = open(path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(Kept::NotNeeded),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    let is_new = file.metadata()?.len() == 0;
    let last = repair(&mut file)?.and_then(|line| key.verifying().verify(&line).ok());
    if last.is_some_and(|last| is_as_new(&last, checkpoint)) {
        return Ok(Kept::NotNeeded);
    }
    file.write_all(key.sign(checkpoint)?.as_bytes())?;
    file.sync_all()?;
    if is_new {
        File::open(folder_of(path))?.sync_all()?;
    }
    Ok(Kept::Appended)
}

fn is_as_new(last: &Checkpoint, checkpoint: &Checkpoint) -> bool {
    last.incarnation == checkpoint.incarnation && last.position >= checkpoint.position
}

pub(crate) fn open(path: &Path) -> io::Result<File> {
    fs::create_dir_all(folder_of(path))?;
    OpenOptions::new().read(true).append(true).create(true).open(path)
}

pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Cuts off what a process left that ended in the middle of a line, and reads the last whole line.
fn repair(file: &mut File) -> io::Result<Option<Vec<u8>>> {
    let begin = file.metadata()?.len().saturating_sub(2 * LINE_BYTES_MAX);
    file.seek(SeekFrom::Start(begin))?;
    let mut end = Vec::new();
    file.read_to_end(&mut end)?;
    let whole = end.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    if whole < end.len() {
        // Whoever names another file by mistake must not lose it.
        if !begins_like_ours(&end[whole..]) || (whole == 0 && begin > 0) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "it holds something else than checkpoints",
            ));
        }
        tracing::warn!("the last line of the checkpoints is torn, and is cut off");
        file.set_len(begin + whole as u64)?;
    }
    Ok(end[..whole].trim_ascii_end().rsplit(|byte| *byte == b'\n').next().map(<[u8]>::to_vec))
}

fn begins_like_ours(torn: &[u8]) -> bool {
    let length = torn.len().min(BEGINNING.len());
    torn[..length] == BEGINNING[..length]
}

/// A file as it was when it was opened.
pub struct Reading {
    lines: BufReader<Take<File>>,
    line_number: u64,
    is_torn: bool,
}

impl Reading {
    /// Nothing when there is no such file.
    pub fn open(path: &Path) -> io::Result<Option<Self>> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        // No line is half written while nobody else has the lock.
        file.lock_shared()?;
        let length = file.metadata()?.len();
        file.unlock()?;
        Ok(Some(Self { lines: BufReader::new(file.take(length)), line_number: 0, is_torn: false }))
    }

    /// The next line without its end. A torn one at the end of the file is none.
    pub fn next_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        (&mut self.lines).take(LINE_BYTES_MAX).read_until(b'\n', &mut line)?;
        let is_whole = line.pop_if(|byte| *byte == b'\n').is_some() || line.len() as u64 == LINE_BYTES_MAX;
        self.is_torn |= !is_whole && !line.is_empty();
        self.line_number += 1;
        Ok(is_whole.then_some(line))
    }

    /// Of the line that was read last, the first being 1.
    pub fn line_number(&self) -> u64 {
        self.line_number
    }

    pub fn is_torn(&self) -> bool {
        self.is_torn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkpoint(position: i64) -> Checkpoint {
        Checkpoint {
            incarnation: uuid::Uuid::from_u128(1),
            position,
            event_id: uuid::Uuid::from_u128(2),
            chain_hash: vec![3; 32],
            signed_at: jiff::Timestamp::UNIX_EPOCH,
        }
    }

    fn kept_in(path: &Path, position: i64) -> io::Result<Kept> {
        append(path, &SigningKey::new(&[7; 32]).unwrap(), &checkpoint(position))
    }

    #[test]
    fn an_end_is_kept_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("below").join(FILE_NAME);
        for (position, kept) in
            [(1, Kept::Appended), (1, Kept::NotNeeded), (2, Kept::Appended), (1, Kept::NotNeeded)]
        {
            assert_eq!(kept_in(&path, position).unwrap(), kept, "{position}");
        }
        assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 2);
    }

    #[test]
    fn while_one_process_writes_others_leave_it_to_that() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        kept_in(&path, 1).unwrap();
        let other = File::open(&path).unwrap();
        other.lock().unwrap();
        assert_eq!(kept_in(&path, 2).unwrap(), Kept::NotNeeded);
        other.unlock().unwrap();
        assert_eq!(kept_in(&path, 2).unwrap(), Kept::Appended);
    }

    #[test]
    fn nobody_is_kept_from_signing_by_a_line_that_was_not_signed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        let forged = SigningKey::new(&[8; 32]).unwrap().sign(&checkpoint(i64::MAX)).unwrap();
        fs::write(&path, forged).unwrap();
        assert_eq!(kept_in(&path, 2).unwrap(), Kept::Appended);
    }

    #[test]
    fn a_file_of_something_else_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        for other in ["a secret without an end of line".to_owned(), "x".repeat(100_000)] {
            fs::write(&path, &other).unwrap();
            let refused = kept_in(&path, 1).unwrap_err();
            assert_eq!(refused.kind(), io::ErrorKind::InvalidData);
            assert_eq!(fs::read_to_string(&path).unwrap(), other);
        }
    }
}
