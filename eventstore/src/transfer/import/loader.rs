//! The thread that reads the files, walks the chain, and makes rows of what it finds.

use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::de::DeserializeOwned;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::ImportFault;
use super::source::check_known;
use crate::chain::rows::{Batch, Link};
use crate::chain::walk::Walk;
use crate::event::Recorded;
use crate::transfer::copy::CopyRows;
use crate::transfer::line::{self, BadLine, Line};
use crate::transfer::manifest::{Manifest, Part, Segment};
use crate::transfer::rows::{Command, Counter, Reservation};
use crate::transfer::segment::{BadFile, SegmentReader};

/// So much is written by one statement.
const CHUNK_BYTES: usize = 8 * 1024 * 1024;

/// Rows that are ready, and up to where the events among them come.
pub struct Chunk {
    pub rows: Vec<CopyRows>,
    pub last: i64,
}

/// What the files came to.
#[derive(Debug, Default)]
pub struct Loaded {
    pub last: i64,
    pub chain_hash: Vec<u8>,
    pub incarnation: Option<Uuid>,
    pub recorded_at: Option<Timestamp>,
    pub batches: i64,
    pub streams: i64,
}

pub struct Loader {
    folder: PathBuf,
    manifest: Manifest,
    chunks: mpsc::Sender<Chunk>,
    walk: Walk,
    /// The type that came last: most events are of one that came just before.
    known: (String, i16),
    commands: Option<Rows<Command>>,
    tables: Tables,
    loaded: Loaded,
}

struct Tables {
    events: CopyRows,
    streams: CopyRows,
    batches: CopyRows,
    commands: CopyRows,
}

impl Tables {
    fn new() -> Self {
        Self {
            events: CopyRows::new(
                "events(position, stream_no, seq, recorded_at, schema_version, tenant, scope, type, id, event_type, \
                 meta, payload, digest)",
            ),
            streams: CopyRows::new("streams(tenant, type, id, stream_no)"),
            batches: CopyRows::new(
                "log_batches(last_position, first_position, recorded_at, batch_id, incarnation, digest, chain_hash)",
            ),
            commands: CopyRows::new(
                "command_log(command_id, day, first_position, events, request_mac, recorded_at)",
            ),
        }
    }

    fn put_event(&mut self, event: &Recorded) {
        let stream = &event.stream;
        if event.version == 1 {
            self.streams
                .row()
                .text(stream.tenant.as_str())
                .text(&stream.aggregate)
                .text(stream.id.as_str())
                .int8(event.position);
        }
        self.events
            .row()
            .int8(event.position)
            .int8(event.stream_no)
            .int8(event.version)
            .time(event.recorded_at)
            .int2(event.schema_version)
            .text(stream.tenant.as_str())
            .text_or_null(event.scope.as_ref().map(|scope| scope.as_str()))
            .text(&stream.aggregate)
            .text(stream.id.as_str())
            .text(&event.event_type)
            .text(&event.meta_text)
            .text(&event.payload_text)
            .bytes(&event.digest);
    }

    fn put_batch(&mut self, batch: &Batch) {
        self.batches
            .row()
            .int8(batch.last)
            .int8(batch.first)
            .time(batch.recorded_at)
            .uuid(batch.batch_id)
            .uuid(batch.incarnation)
            .bytes(&batch.digest)
            .bytes(&batch.chain_hash);
    }

    /// Without the fingerprint of its request, which is made with a key that stays where it is.
    fn put_command(&mut self, command: &Command, recorded_at: Timestamp) {
        self.commands
            .row()
            .uuid(command.command_id)
            .date(command.day)
            .int8(command.first_position)
            .int4(command.events)
            .null()
            .time(recorded_at);
    }

    fn take(&mut self) -> Vec<CopyRows> {
        [&mut self.events, &mut self.streams, &mut self.batches, &mut self.commands]
            .map(CopyRows::take)
            .into()
    }
}

impl Loader {
    pub fn new(folder: PathBuf, manifest: Manifest, chunks: mpsc::Sender<Chunk>) -> Self {
        Self {
            folder,
            manifest,
            chunks,
            walk: Walk::after(Link::default()),
            known: (String::new(), 0),
            commands: None,
            tables: Tables::new(),
            loaded: Loaded::default(),
        }
    }

    /// Reads everything, or ends at the first fault.
    pub fn work(mut self) -> Result<Loaded, ImportFault> {
        if let Some(part) = self.manifest.commands.clone() {
            self.commands = Some(Rows::open(&self.folder, part)?);
        }
        for segment in self.manifest.segments.clone() {
            self.load_segment(&segment)?;
        }
        self.hand_over()?;
        if let Some(commands) = self.commands.take() {
            commands.finish()?;
        }
        self.load_reservations()?;
        self.load_counters()?;
        self.loaded.last = self.walk.last();
        self.loaded.chain_hash = self.walk.chain_hash().to_vec();
        self.loaded.streams = self.walk.streams() as i64;
        Ok(self.loaded)
    }

    fn hand_over(&mut self) -> Result<(), ImportFault> {
        let rows = self.tables.take();
        self.send(rows)
    }

    /// Whoever stopped taking rows says why.
    fn send(&self, rows: Vec<CopyRows>) -> Result<(), ImportFault> {
        let chunk = Chunk { rows, last: self.walk.last() };
        self.chunks.blocking_send(chunk).map_err(|_| ImportFault::Thread(io::ErrorKind::BrokenPipe.into()))
    }

    fn load_segment(&mut self, segment: &Segment) -> Result<(), ImportFault> {
        let mut reader = SegmentReader::open(&self.folder, &segment.mark)?;
        let loaded = self.load_lines(&mut reader, segment);
        match (loaded, reader.finish()) {
            (Ok(()), Ok(())) => Ok(()),
            (Ok(()), Err(bad)) => Err(bad.into()),
            (Err(first), Err(BadFile::Altered(file))) => {
                Err(ImportFault::Altered { file, source: Box::new(first) })
            }
            (Err(first), _) => Err(first),
        }
    }

    fn load_lines(&mut self, reader: &mut SegmentReader, segment: &Segment) -> Result<(), ImportFault> {
        let file = &segment.mark.file;
        let (mut open, mut number) = (None::<(Batch, Vec<Recorded>)>, 0);
        while let Some(line) = reader.next_line()? {
            number += 1;
            let bad = |source: BadLine| ImportFault::Line { file: file.clone(), line: number, source };
            match (line::parse(line).map_err(bad)?, &mut open) {
                (Line::Batch(batch), None) => open = Some((batch, Vec::new())),
                (Line::Batch(_), Some((batch, _))) => return Err(ends_within(file, batch)),
                (Line::Event(_), None) => {
                    return Err(ImportFault::Stray { file: file.clone(), line: number });
                }
                (Line::Event(event), Some((batch, events))) => {
                    let is_last = event.position >= batch.last;
                    events.push(event);
                    if is_last && let Some((batch, events)) = open.take() {
                        self.load_batch(&batch, &events, file)?;
                    }
                }
            }
        }
        match (open, self.walk.last() == segment.last_position) {
            (Some((batch, _)), _) => Err(ends_within(file, &batch)),
            (None, false) => Err(ImportFault::Manifest("a segment ends at another position")),
            (None, true) => Ok(()),
        }
    }

    fn load_batch(&mut self, batch: &Batch, events: &[Recorded], file: &str) -> Result<(), ImportFault> {
        self.walk
            .step_batch(batch, events)
            .map_err(|source| ImportFault::Broken { file: file.to_owned(), source })?;
        for event in events {
            if self.known.0 != event.event_type || self.known.1 != event.schema_version {
                check_known(&event.event_type, event.schema_version, &self.manifest)?;
                self.known = (event.event_type.clone(), event.schema_version);
            }
            self.tables.put_event(event);
        }
        self.tables.put_batch(batch);
        self.load_commands(batch, events)?;
        self.loaded.batches += 1;
        self.loaded.incarnation = Some(batch.incarnation);
        self.loaded.recorded_at = Some(batch.recorded_at);
        if self.tables.events.size() >= CHUNK_BYTES {
            self.hand_over()?;
        }
        Ok(())
    }

    /// The commands of a batch, held against what its events say.
    fn load_commands(&mut self, batch: &Batch, events: &[Recorded]) -> Result<(), ImportFault> {
        let Some(commands) = &mut self.commands else {
            return Ok(());
        };
        while let Some(command) = commands.next_if(|next| next.first_position <= batch.last)? {
            let is_right = self.manifest.command_days.contains(&command.day)
                && command.day == batch.recorded_at.to_zoned(TimeZone::UTC).date()
                && wrote(&command, batch, events);
            if !is_right {
                let position = command.first_position;
                return Err(ImportFault::Command { id: command.command_id, position });
            }
            self.tables.put_command(&command, batch.recorded_at);
        }
        Ok(())
    }

    fn load_reservations(&mut self) -> Result<(), ImportFault> {
        let rows = CopyRows::new("reservations(kind, key, owner)");
        let put = |rows: &mut CopyRows, reservation: Reservation| {
            rows.row().text(&reservation.kind).text(&reservation.key).text(&reservation.owner);
        };
        self.load_part(self.manifest.reservations.clone(), rows, put)
    }

    fn load_counters(&mut self) -> Result<(), ImportFault> {
        let rows = CopyRows::new("counters(tenant, name, used, allowed)");
        let put = |rows: &mut CopyRows, counter: Counter| {
            let row = rows.row().text(&counter.tenant).text(&counter.name);
            row.int8(counter.used).int8_or_null(counter.allowed);
        };
        self.load_part(self.manifest.counters.clone(), rows, put)
    }

    fn load_part<T: DeserializeOwned>(
        &mut self,
        part: Option<Part>,
        mut rows: CopyRows,
        put: impl Fn(&mut CopyRows, T),
    ) -> Result<(), ImportFault> {
        let Some(part) = part else {
            return Ok(());
        };
        let mut reading = Rows::<T>::open(&self.folder, part)?;
        while let Some(row) = reading.next_if(|_| true)? {
            put(&mut rows, row);
            if rows.size() >= CHUNK_BYTES {
                self.send(vec![rows.take()])?;
            }
        }
        self.send(vec![rows])?;
        reading.finish()
    }
}

fn ends_within(file: &str, batch: &Batch) -> ImportFault {
    ImportFault::EndsWithin { file: file.to_owned(), first: batch.first, last: batch.last }
}

/// Whether a command wrote what is written down of it: so many events of this batch, side by side.
fn wrote(command: &Command, batch: &Batch, events: &[Recorded]) -> bool {
    let first = usize::try_from(command.first_position - batch.first);
    let count = usize::try_from(command.events).ok().filter(|count| *count > 0);
    let (Ok(first), Some(count)) = (first, count) else {
        return false;
    };
    let wrote = first.checked_add(count).and_then(|end| events.get(first..end));
    wrote.is_some_and(|events| {
        events.iter().all(|event| event.meta().is_ok_and(|meta| meta.command_id == command.command_id))
    })
}

/// Rows of a file, one after the other.
struct Rows<T> {
    part: Part,
    reader: SegmentReader,
    /// The next, where it was looked at already.
    ahead: Option<T>,
    read: i64,
}

impl<T: DeserializeOwned> Rows<T> {
    fn open(folder: &Path, part: Part) -> Result<Self, ImportFault> {
        let reader = SegmentReader::open(folder, &part.mark)?;
        Ok(Self { part, reader, ahead: None, read: 0 })
    }

    fn next_if(&mut self, is_wanted: impl Fn(&T) -> bool) -> Result<Option<T>, ImportFault> {
        if self.ahead.is_none()
            && let Some(line) = self.reader.next_line()?
        {
            self.read += 1;
            let bad = |source: serde_json::Error| ImportFault::Line {
                file: self.part.mark.file.clone(),
                line: self.read as u64,
                source: source.into(),
            };
            self.ahead = Some(serde_json::from_slice(line).map_err(bad)?);
        }
        Ok(self.ahead.take_if(|next| is_wanted(next)))
    }

    /// Everything was read and is what was exported.
    fn finish(mut self) -> Result<(), ImportFault> {
        let file = self.part.mark.file.clone();
        // What is left over nobody had a use for, which the manifest does not say.
        let is_left = self.next_if(|_| true)?.is_some();
        self.reader.finish()?;
        match (self.read == self.part.rows, is_left) {
            (true, false) => Ok(()),
            _ => Err(ImportFault::Rows { file, found: self.read, said: self.part.rows }),
        }
    }
}
