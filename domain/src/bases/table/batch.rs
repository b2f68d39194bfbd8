//! What a caller asks for in one request, and what comes of it.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::find;
use super::plan::{Plan, Row};
use super::{Edit, Stamp, Tables};
use crate::bases::cells::Collaborator;
use crate::bases::errors::ApiError;
use crate::bases::ids::{Mint, RecordId, TableId};

/// How many records one request may name.
pub const RECORDS_MAX: usize = 10;

/// Values by name or id of the field.
pub type Fields = Map<String, Value>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// What is not named stays.
    Patch,
    /// What is not named is cleared, except what is computed.
    Put,
}

/// What stands around a request: its table, whether values are to be understood, who, when, and the ids to give.
#[derive(Debug, Clone)]
pub struct Batch {
    pub table: TableId,
    pub typecast: bool,
    pub at: Timestamp,
    pub by: Option<Collaborator>,
    pub mint: Mint,
    /// How many records it may name: [`RECORDS_MAX`] of a request; people paste as many as they like.
    pub records_max: usize,
}

/// A batch that may be carried out. The records stand in the order of the request.
#[derive(Debug, Clone, PartialEq)]
pub struct Done {
    pub edit: Edit,
    pub records: Vec<RecordId>,
    pub created: Vec<RecordId>,
    pub updated: Vec<RecordId>,
}

impl Batch {
    pub(super) fn stamp(&self) -> Stamp {
        Stamp { at: self.at, by: self.by.clone() }
    }

    /// Makes the ids of rows that become records: the first of them always gets the same one, whatever else is made on the way.
    pub fn rows_of(mint: &Mint) -> Mint {
        mint.apart("rows")
    }

    pub(super) fn not_too_many(&self, given: usize, verb: &'static str) -> Result<(), ApiError> {
        if given > self.records_max { Err(ApiError::TooManyRecords { verb, given }) } else { Ok(()) }
    }
}

impl Tables {
    pub fn plan_create(&self, batch: Batch, rows: &[Fields]) -> Result<Done, ApiError> {
        batch.not_too_many(rows.len(), "created")?;
        let mut plan = Plan::new(self, batch)?;
        let named: Vec<_> = rows.iter().map(|fields| plan.named(fields)).collect::<Result<_, _>>()?;
        for values in named {
            plan.create(values)?;
        }
        Ok(plan.done())
    }

    pub fn plan_update(&self, batch: Batch, verb: Verb, rows: &[(String, Fields)]) -> Result<Done, ApiError> {
        batch.not_too_many(rows.len(), "updated")?;
        let mut plan = Plan::new(self, batch)?;
        let mut named = Vec::with_capacity(rows.len());
        for (_, fields) in rows {
            named.push(plan.named(fields)?);
        }
        let ids: Vec<&str> = rows.iter().map(|(id, _)| id.as_str()).collect();
        let targets = find::existing(self, plan.table.id, &ids)?;
        for (target, values) in targets.into_iter().zip(named) {
            plan.update(Row { target, values }, verb)?;
        }
        Ok(plan.done())
    }

    pub fn plan_delete(&self, batch: Batch, ids: &[&str]) -> Result<Done, ApiError> {
        if ids.len() > batch.records_max {
            return Err(ApiError::TooManyDeletes);
        }
        let mut plan = Plan::new(self, batch)?;
        for target in find::existing(self, plan.table.id, ids)? {
            plan.delete(target);
        }
        Ok(plan.done())
    }
}
