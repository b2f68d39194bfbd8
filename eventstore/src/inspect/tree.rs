//! Who caused what, as a tree: commands, their events, the work that these brought about, and the commands in which
//! that ended. Each says how long after what is above it it came, by the clock of the database.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use crate::event::{Meta, Recorded, Unreadable};
use crate::work::Piece;

/// Workers act under their name.
const WORKER: &str = "worker:";

#[derive(Debug, Serialize)]
pub struct Command {
    pub command_id: Uuid,
    pub actor: String,
    /// Nothing where it began by itself.
    pub after_ms: Option<f64>,
    pub events: Vec<Event>,
}

#[derive(Debug, Serialize)]
pub struct Event {
    pub position: i64,
    pub id: Uuid,
    #[serde(rename = "type")]
    pub event_type: String,
    /// With its tenant.
    pub stream: String,
    pub version: i64,
    pub recorded_at: Timestamp,
    pub work: Vec<Work>,
    /// Commands that answer it and belong to no work, or to work that is not kept any more.
    pub commands: Vec<Command>,
}

#[derive(Debug, Serialize)]
pub struct Work {
    #[serde(flatten)]
    pub piece: Piece,
    pub after_ms: f64,
    /// From when it was owed to when it was settled.
    pub took_ms: Option<f64>,
    /// One for each attempt that something was written of.
    pub commands: Vec<Command>,
}

/// What one command wrote.
struct Unit {
    meta: Meta,
    events: Vec<Recorded>,
}

struct Planting {
    /// Units by the event that they answer; nothing: one that is not in this chain.
    units: HashMap<Option<Uuid>, Vec<Unit>>,
    pieces: HashMap<i64, Vec<Piece>>,
}

/// Puts the events of one chain of causes, in order, and their work in the places where they belong.
pub fn plant(events: Vec<Recorded>, pieces: Vec<Piece>) -> Result<Vec<Command>, Unreadable> {
    let mut planting = Planting { units: units(events)?, pieces: HashMap::new() };
    for piece in pieces {
        planting.pieces.entry(piece.event_position).or_default().push(piece);
    }
    planting.commands(None, None)
}

fn units(events: Vec<Recorded>) -> Result<HashMap<Option<Uuid>, Vec<Unit>>, Unreadable> {
    let metas = events.iter().map(Recorded::meta).collect::<Result<Vec<_>, _>>()?;
    let known: HashSet<Uuid> = metas.iter().map(|meta| meta.event_id).collect();
    let mut units: HashMap<Option<Uuid>, Vec<Unit>> = HashMap::new();
    for (event, meta) in events.into_iter().zip(metas) {
        let cause = meta.causation_id.filter(|cause| known.contains(cause));
        let beside = units.entry(cause).or_default();
        match beside.iter_mut().find(|unit| unit.meta.command_id == meta.command_id) {
            Some(unit) => unit.events.push(event),
            None => beside.push(Unit { meta, events: vec![event] }),
        }
    }
    Ok(units)
}

impl Planting {
    /// The commands that answer an event, and when that was recorded.
    fn commands(
        &mut self,
        cause: Option<Uuid>,
        caused_at: Option<Timestamp>,
    ) -> Result<Vec<Command>, Unreadable> {
        let units = self.units.remove(&cause).unwrap_or_default();
        units.into_iter().map(|unit| self.command(unit, caused_at)).collect()
    }

    fn command(&mut self, unit: Unit, caused_at: Option<Timestamp>) -> Result<Command, Unreadable> {
        let at = unit.events.first().map(|event| event.recorded_at);
        Ok(Command {
            command_id: unit.meta.command_id,
            actor: unit.meta.actor,
            after_ms: caused_at.zip(at).map(|(from, to)| milliseconds(from, to)),
            events: unit.events.into_iter().map(|event| self.event(event)).collect::<Result<_, _>>()?,
        })
    }

    fn event(&mut self, event: Recorded) -> Result<Event, Unreadable> {
        let id = event.meta()?.event_id;
        let pieces = self.pieces.remove(&event.position).unwrap_or_default();
        let mut work: Vec<Work> = pieces.into_iter().map(|piece| begun(piece, event.recorded_at)).collect();
        let mut commands = Vec::new();
        for command in self.commands(Some(id), Some(event.recorded_at))? {
            match work_of(&mut work, &command) {
                Some(work) => work.take(command),
                None => commands.push(command),
            }
        }
        Ok(Event {
            position: event.position,
            id,
            stream: event.stream.to_string(),
            version: event.version,
            recorded_at: event.recorded_at,
            event_type: event.event_type,
            work,
            commands,
        })
    }
}

fn begun(piece: Piece, caused_at: Timestamp) -> Work {
    let after_ms = milliseconds(caused_at, piece.created_at);
    let took_ms = piece.settled_at.map(|settled_at| milliseconds(piece.created_at, settled_at));
    Work { piece, after_ms, took_ms, commands: Vec::new() }
}

/// The work that a command belongs to: its worker says so, and among several pieces of one worker the thing that it
/// writes about, which is the part.
fn work_of<'a>(work: &'a mut [Work], command: &Command) -> Option<&'a mut Work> {
    let worker = command.actor.strip_prefix(WORKER)?;
    let writes_about = |part: &str| {
        let id_of = |event: &Event| event.stream.rsplit('/').next().is_some_and(|id| id == part);
        command.events.iter().any(id_of)
    };
    let mut own: Vec<&mut Work> = work.iter_mut().filter(|work| work.piece.worker == worker).collect();
    let place = match own.len() {
        1 => 0,
        _ => own.iter().position(|work| writes_about(&work.piece.part))?,
    };
    Some(own.swap_remove(place))
}

impl Work {
    fn take(&mut self, command: Command) {
        let at = command.events.first().map(|event| event.recorded_at);
        let after_ms = at.map(|at| milliseconds(self.piece.created_at, at));
        self.commands.push(Command { after_ms, ..command });
    }
}

fn milliseconds(from: Timestamp, to: Timestamp) -> f64 {
    (to.as_microsecond() - from.as_microsecond()) as f64 / 1_000.0
}
