//! A file of lines, compressed (zstd) and hashed as it lies on disk.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use aws_lc_rs::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};

use super::bytes::Bytes;

/// Fast, and within a tenth of what slower levels come to on events.
const LEVEL: i32 = 3;
/// An event has 256 KiB at most, and JSON writes a byte as six at most.
const LINE_BYTES_MAX: u64 = 2 * 1024 * 1024;

/// A file as it was written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileMark {
    pub file: String,
    pub bytes: u64,
    pub sha256: Bytes,
}

/// Why a file is not what the manifest says.
#[derive(Debug, thiserror::Error)]
pub enum BadFile {
    #[error("{0} is missing")]
    Missing(String),
    #[error("{0} is not what was exported: its hash differs")]
    Altered(String),
    #[error("{file} has a line that is longer than any of an export")]
    Line { file: String },
    #[error("{file} cannot be read")]
    Unreadable { file: String, source: io::Error },
}

/// Hashes what goes through.
struct Hashing<Through> {
    through: Through,
    context: Context,
    bytes: u64,
}

impl<Through> Hashing<Through> {
    fn new(through: Through) -> Self {
        Self { through, context: Context::new(&SHA256), bytes: 0 }
    }

    fn note(&mut self, bytes: &[u8]) {
        self.context.update(bytes);
        self.bytes += bytes.len() as u64;
    }

    fn hash(self) -> (u64, Bytes, Through) {
        (self.bytes, Bytes::from(self.context.finish().as_ref()), self.through)
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.through.write(bytes)?;
        self.note(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.through.flush()
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.through.read(bytes)?;
        self.note(&bytes[..read]);
        Ok(read)
    }
}

pub struct SegmentWriter {
    file: String,
    lines: zstd::stream::write::Encoder<'static, Hashing<BufWriter<File>>>,
    /// Before compression.
    plain_bytes: u64,
}

impl SegmentWriter {
    /// A new file, for its owner only.
    pub fn create(folder: &Path, file: String) -> io::Result<Self> {
        let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(folder.join(&file))?;
        let lines = zstd::stream::write::Encoder::new(Hashing::new(BufWriter::new(opened)), LEVEL)?;
        Ok(Self { file, lines, plain_bytes: 0 })
    }

    pub fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        self.plain_bytes += lines.len() as u64;
        self.lines.write_all(lines)
    }

    pub fn plain_bytes(&self) -> u64 {
        self.plain_bytes
    }

    /// On disk when this returns.
    pub fn finish(self) -> io::Result<FileMark> {
        let (bytes, sha256, file) = self.lines.finish()?.hash();
        file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        Ok(FileMark { file: self.file, bytes, sha256 })
    }
}

pub struct SegmentReader {
    mark: FileMark,
    lines: BufReader<zstd::stream::read::Decoder<'static, BufReader<Hashing<File>>>>,
    line: Vec<u8>,
}

impl SegmentReader {
    pub fn open(folder: &Path, mark: &FileMark) -> Result<Self, BadFile> {
        let file = match File::open(folder.join(&mark.file)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(BadFile::Missing(mark.file.clone()));
            }
            Err(source) => return Err(BadFile::Unreadable { file: mark.file.clone(), source }),
        };
        let unreadable = |source| BadFile::Unreadable { file: mark.file.clone(), source };
        let decoder = zstd::stream::read::Decoder::new(Hashing::new(file)).map_err(unreadable)?;
        Ok(Self { mark: mark.clone(), lines: BufReader::new(decoder), line: Vec::new() })
    }

    /// The next line without its end; nothing behind the last.
    pub fn next_line(&mut self) -> Result<Option<&[u8]>, BadFile> {
        self.line.clear();
        let reading = (&mut self.lines).take(LINE_BYTES_MAX).read_until(b'\n', &mut self.line);
        if let Err(source) = reading {
            return Err(BadFile::Unreadable { file: self.mark.file.clone(), source });
        }
        match self.line.pop_if(|byte| *byte == b'\n') {
            Some(_) => Ok(Some(&self.line)),
            None if self.line.is_empty() => Ok(None),
            None => Err(BadFile::Line { file: self.mark.file.clone() }),
        }
    }

    /// Whether the file is the one that was written, which only its end tells.
    pub fn finish(self) -> Result<(), BadFile> {
        let Self { mark, lines, .. } = self;
        let unreadable = |source| BadFile::Unreadable { file: mark.file.clone(), source };
        let mut rest = lines.into_inner().finish().into_inner();
        io::copy(&mut rest, &mut io::sink()).map_err(unreadable)?;
        let (bytes, sha256, _) = rest.hash();
        match (bytes, sha256) == (mark.bytes, mark.sha256) {
            true => Ok(()),
            false => Err(BadFile::Altered(mark.file)),
        }
    }
}
