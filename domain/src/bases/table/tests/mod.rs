//! Records are made, changed, found and deleted in batches; what must hold of any sequence of them stands in `properties`.

mod batches;
mod formulas;
mod listing;
mod logged;
mod observing;
mod properties;
mod reading;
mod reshaping;
mod telling;
mod upserts;
mod viewing;
mod working;

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::bases::cells::Collaborator;
use crate::bases::errors::ApiError;
use crate::bases::ids::{Mint, RecordId, TableId};
use crate::bases::samples;

/// A base that is edited, and a clock that ticks with each edit.
#[derive(Clone)]
struct Office {
    tables: Tables,
    ticks: u64,
    typecast: bool,
    /// All that was done to the tables.
    edits: Vec<Edit>,
}

const CLIENTS: &str = "Clients";
const INVOICES: &str = "Invoices";

impl Office {
    fn new() -> Self {
        let ana = Collaborator {
            id: "usrAna00000000000".into(),
            email: Some("ana@example.org".into()),
            name: Some("Ana".into()),
        };
        Self { tables: Tables::new(samples::base(), vec![ana]), ticks: 0, typecast: false, edits: Vec::new() }
    }

    fn table(&self, name: &str) -> TableId {
        self.tables.base().table_called(name).unwrap().id
    }

    /// The tables as they read now.
    fn read(&self) -> Reading<'_> {
        self.tables.at(self.time())
    }

    fn time(&self) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + self.ticks as i64).unwrap()
    }

    fn batch(&self, table: &str) -> Batch {
        Batch {
            table: self.table(table),
            typecast: self.typecast,
            at: self.time(),
            by: self.tables.people.first().cloned(),
            records_max: RECORDS_MAX,
            mint: Mint::new(Uuid::from_u128(self.ticks.into())),
        }
    }

    /// Events are stored in between, so the edit goes through JSON.
    fn carry_out(&mut self, planned: Result<Done, ApiError>) -> Result<Done, ApiError> {
        self.ticks += 1;
        let done = planned?;
        let stored = serde_json::to_string(&done.edit).unwrap();
        self.edits.push(serde_json::from_str(&stored).unwrap());
        self.tables.apply(self.edits.last().unwrap());
        Ok(done)
    }

    fn create(&mut self, table: &str, rows: Value) -> Result<Vec<RecordId>, ApiError> {
        let rows: Vec<Fields> = serde_json::from_value(rows).unwrap();
        let planned = self.tables.plan_create(self.batch(table), &rows);
        Ok(self.carry_out(planned)?.records)
    }

    fn update(&mut self, table: &str, verb: Verb, rows: &[(RecordId, Value)]) -> Result<Done, ApiError> {
        let rows: Vec<_> = rows.iter().map(|(id, fields)| (id.to_string(), fields_of(fields))).collect();
        let planned = self.tables.plan_update(self.batch(table), verb, &rows);
        self.carry_out(planned)
    }

    fn patch(&mut self, table: &str, id: RecordId, fields: Value) -> Result<Done, ApiError> {
        self.update(table, Verb::Patch, &[(id, fields)])
    }

    fn delete(&mut self, table: &str, ids: &[RecordId]) -> Result<Done, ApiError> {
        let texts: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
        let planned = self.tables.plan_delete(self.batch(table), &texts);
        self.carry_out(planned)
    }

    /// The fields of a record as the API says them.
    fn fields(&self, table: &str, id: RecordId) -> Value {
        let table = self.table(table);
        let record = self.tables.record(table, id).unwrap();
        Saying::all(&self.read(), table, Keys::Names).unwrap().record(record)["fields"].clone()
    }
}

fn fields_of(value: &Value) -> Fields {
    value.as_object().unwrap().clone()
}
