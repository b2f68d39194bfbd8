//! The thread that writes an export down, and walks the chain while it does: what is broken is not exported.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use tokio::sync::mpsc;

use crate::chain::rows::{Batch, Link};
use crate::chain::walk::Walk;
use crate::chain::{Broken, Digested};
use crate::event::{Recorded, Unreadable};
use crate::transfer::line;
use crate::transfer::manifest::{Part, Segment};
use crate::transfer::segment::SegmentWriter;

/// What the scribe is handed, in order.
pub enum Piece {
    /// A file of rows: its name, then its lines.
    Part(&'static str),
    Lines {
        lines: Vec<u8>,
        rows: i64,
    },
    /// Batches, each with its events: with all of them, or with those of one tenant.
    Batches(Vec<(Batch, Vec<Recorded>)>),
}

/// Why an export could not be written down.
#[derive(Debug, thiserror::Error)]
pub enum ScribeFault {
    #[error("the files cannot be written")]
    File(#[from] io::Error),
    #[error("the log is not what was recorded")]
    Broken(#[from] Broken),
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error("an event cannot be written as a line")]
    Json(#[from] serde_json::Error),
}

/// What was written.
#[derive(Default)]
pub struct Written {
    pub segments: Vec<Segment>,
    pub parts: BTreeMap<&'static str, Part>,
    pub event_types: BTreeMap<String, i16>,
    pub events: i64,
    pub batches: i64,
    pub streams: i64,
    /// Up to where the whole log was walked.
    pub walked_to: i64,
}

/// What of the log is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    Whole,
    /// Events alone: batches of which some events are left out cannot be walked, and tell of others.
    OneTenant,
}

pub struct Scribe {
    folder: PathBuf,
    segment_bytes: u64,
    scope: Scope,
    walk: Walk,
    part: Option<(&'static str, SegmentWriter, i64)>,
    segment: Option<(SegmentWriter, Segment)>,
    written: Written,
    lines: Vec<u8>,
}

impl Scribe {
    pub fn new(folder: PathBuf, segment_bytes: u64, scope: Scope) -> Self {
        Self {
            folder,
            segment_bytes,
            scope,
            walk: Walk::after(Link::default()),
            part: None,
            segment: None,
            written: Written::default(),
            lines: Vec::new(),
        }
    }

    /// Writes until nobody hands it anything any more.
    pub fn work(mut self, mut pieces: mpsc::Receiver<Piece>) -> Result<Written, ScribeFault> {
        while let Some(piece) = pieces.blocking_recv() {
            match piece {
                Piece::Part(name) => self.begin_part(name)?,
                Piece::Lines { lines, rows } => self.write_rows(&lines, rows)?,
                Piece::Batches(batches) => self.write_batches(&batches)?,
            }
        }
        self.end_part()?;
        self.end_segment()?;
        self.written.walked_to = self.walk.last();
        Ok(self.written)
    }

    fn begin_part(&mut self, name: &'static str) -> io::Result<()> {
        self.end_part()?;
        let writer = SegmentWriter::create(&self.folder, format!("{name}.jsonl.zst"))?;
        self.part = Some((name, writer, 0));
        Ok(())
    }

    fn write_rows(&mut self, lines: &[u8], added: i64) -> io::Result<()> {
        match &mut self.part {
            Some((_, writer, rows)) => {
                *rows += added;
                writer.write(lines)
            }
            None => Err(io::Error::other("rows without a file")),
        }
    }

    fn end_part(&mut self) -> io::Result<()> {
        if let Some((name, writer, rows)) = self.part.take() {
            self.written.parts.insert(name, Part { mark: writer.finish()?, rows });
        }
        Ok(())
    }

    fn write_batches(&mut self, batches: &[(Batch, Vec<Recorded>)]) -> Result<(), ScribeFault> {
        for (batch, events) in batches {
            self.lines.clear();
            match self.scope {
                Scope::Whole => {
                    self.walk.step_batch(batch, events)?;
                    line::write_batch(&mut self.lines, batch)?;
                    self.written.batches += 1;
                }
                Scope::OneTenant => events.iter().try_for_each(check_alone)?,
            }
            for event in events {
                let id = event.meta()?.event_id;
                line::write_event(&mut self.lines, event, id, batch.incarnation)?;
                self.note(event);
            }
            if let (Some(first), Some(last)) = (events.first(), events.last()) {
                self.write_lines(first.position, last.position, events.len() as i64)?;
            }
        }
        Ok(())
    }

    fn note(&mut self, event: &Recorded) {
        self.written.events += 1;
        self.written.streams += i64::from(event.version == 1);
        match self.written.event_types.get_mut(&event.event_type) {
            Some(version) => *version = event.schema_version.max(*version),
            None => {
                self.written.event_types.insert(event.event_type.clone(), event.schema_version);
            }
        }
    }

    /// A segment ends where a batch does.
    fn write_lines(&mut self, first: i64, last: i64, events: i64) -> io::Result<()> {
        let (mut writer, mut segment) = match self.segment.take() {
            Some(open) => open,
            None => self.begin_segment(first)?,
        };
        writer.write(&self.lines)?;
        segment.last_position = last;
        segment.events += events;
        let is_full = writer.plain_bytes() >= self.segment_bytes;
        self.segment = Some((writer, segment));
        if is_full { self.end_segment() } else { Ok(()) }
    }

    fn begin_segment(&self, first_position: i64) -> io::Result<(SegmentWriter, Segment)> {
        let file = format!("events-{:06}.jsonl.zst", self.written.segments.len() + 1);
        let writer = SegmentWriter::create(&self.folder, file)?;
        Ok((writer, Segment { mark: Default::default(), first_position, last_position: 0, events: 0 }))
    }

    fn end_segment(&mut self) -> io::Result<()> {
        if let Some((writer, segment)) = self.segment.take() {
            self.written.segments.push(Segment { mark: writer.finish()?, ..segment });
        }
        Ok(())
    }
}

/// An event without its batch: only its digest says whether it is what was recorded.
fn check_alone(event: &Recorded) -> Result<(), Broken> {
    match Digested::of(event).digest().as_slice() == event.digest {
        true => Ok(()),
        false => Err(Broken::Event { position: event.position }),
    }
}
