//! A batch as the functions `append` and `verdicts` take it: columns over all its units.

use serde_json::{Map, Value, json};

use super::queue::Entry;
use super::rows::{RowTypes, Rows};
use super::{Expected, Guard};

/// The parameters of one call, borrowed from the units.
pub struct Batch<'a> {
    pub rows: Rows,
    pub digests: Vec<u8>,
    pub known: Known,
    pub new: New<'a>,
    pub commands: Commands<'a>,
    pub guards: Option<String>,
    /// Ordinal of the first event of each unit, counted from zero.
    pub firsts: Vec<i64>,
    /// The units that hold fences, and the claims of those.
    pub fences: Vec<(usize, &'a str)>,
}

/// Streams that exist.
#[derive(Default)]
pub struct Known {
    pub unit: Vec<i32>,
    pub number: Vec<i64>,
    pub version: Vec<i64>,
    pub position: Vec<i64>,
}

/// Streams that begin here.
#[derive(Default)]
pub struct New<'a> {
    pub unit: Vec<i32>,
    pub tenant: Vec<&'a str>,
    pub aggregate: Vec<&'a str>,
    pub id: Vec<&'a str>,
    pub first: Vec<i64>,
}

/// Commands with a key.
#[derive(Default)]
pub struct Commands<'a> {
    pub unit: Vec<i32>,
    pub id: Vec<uuid::Uuid>,
    pub mac: Vec<&'a [u8]>,
    pub first: Vec<i64>,
    pub events: Vec<i32>,
}

impl<'a> Batch<'a> {
    pub fn of(entries: &'a [Entry], types: RowTypes) -> Self {
        let mut batch = Self {
            rows: Rows::new(types),
            digests: Vec::new(),
            known: Known::default(),
            new: New::default(),
            commands: Commands::default(),
            guards: None,
            firsts: Vec::with_capacity(entries.len()),
            fences: Vec::new(),
        };
        let mut guards = Map::new();
        for (number, entry) in entries.iter().enumerate() {
            batch.add(number, entry);
            for guard in &entry.unit.guards {
                let (kind, guard) = guard_json(number, guard);
                if let Value::Array(list) = guards.entry(kind).or_insert_with(|| json!([])) {
                    list.push(guard);
                }
            }
        }
        batch.guards = (!guards.is_empty()).then(|| Value::Object(guards).to_string());
        batch
    }

    fn add(&mut self, number: usize, entry: &'a Entry) {
        let unit = number as i32;
        let first = self.rows.count();
        self.firsts.push(first);
        for write in &entry.unit.writes {
            match write.expected {
                Expected::At { stream_no, version, position } => {
                    self.known.unit.push(unit);
                    self.known.number.push(stream_no);
                    self.known.version.push(version);
                    self.known.position.push(position);
                }
                Expected::New => {
                    self.new.unit.push(unit);
                    self.new.tenant.push(write.stream.tenant.as_str());
                    self.new.aggregate.push(&write.stream.aggregate);
                    self.new.id.push(write.stream.id.as_str());
                    self.new.first.push(self.rows.count() + 1);
                }
            }
            self.rows.add(write);
            write.events.iter().for_each(|event| self.digests.extend_from_slice(&event.digest));
        }
        if let Some(command) = &entry.unit.command {
            self.commands.unit.push(unit);
            self.commands.id.push(command.id);
            self.commands.mac.push(&command.fingerprint);
            self.commands.first.push(first + 1);
            self.commands.events.push(entry.unit.event_count() as i32);
        }
        for guard in &entry.unit.guards {
            if let Guard::Fence { claim, .. } = guard {
                self.fences.push((number, claim));
            }
        }
    }
}

/// The list that a guard goes into, and its form there.
fn guard_json(unit: usize, guard: &Guard) -> (&'static str, Value) {
    match guard {
        Guard::Unmoved { expected: Expected::At { stream_no, version, position }, .. } => (
            "unchanged",
            json!({"unit": unit, "stream_no": stream_no, "version": version, "position": position}),
        ),
        Guard::Unmoved { stream, expected: Expected::New } => (
            "absent",
            json!({"unit": unit, "tenant": stream.tenant, "type": stream.aggregate, "id": stream.id}),
        ),
        Guard::Take { kind, key, owner } => {
            ("take", json!({"unit": unit, "kind": kind, "key": key, "owner": owner}))
        }
        Guard::Release { kind, key, owner } => {
            ("release", json!({"unit": unit, "kind": kind, "key": key, "owner": owner}))
        }
        Guard::Fence { claim, attempt, epoch } => {
            ("fence", json!({"unit": unit, "claim": claim, "attempt": attempt, "epoch": epoch}))
        }
        Guard::Count { tenant, name, amount } => {
            ("count", json!({"unit": unit, "tenant": tenant, "name": name, "amount": amount}))
        }
        Guard::Limit { tenant, name, allowed } => {
            ("limit", json!({"unit": unit, "tenant": tenant, "name": name, "allowed": allowed}))
        }
    }
}
