//! Upserts: a row is written to the record that has the same values in some fields, or to a new one.

use super::find;
use super::plan::{Given, Plan, Row};
use super::{Batch, Done, Fields, Tables, Verb};
use crate::bases::cells::{CellValue, same};
use crate::bases::errors::ApiError;
use crate::bases::ids::RecordId;
use crate::bases::schema::Field;

/// How many fields a record may be found by.
pub const MERGE_FIELDS_MAX: usize = 3;

impl Tables {
    /// Records are looked up among those that were there before the batch. Unsettled: whether Airtable sees the earlier
    /// rows of the same batch too.
    pub fn plan_upsert(
        &self,
        batch: Batch,
        verb: Verb,
        merge_on: &[&str],
        rows: &[(Option<String>, Fields)],
    ) -> Result<Done, ApiError> {
        batch.not_too_many(rows.len(), "updated")?;
        let mut plan = Plan::new(self, batch)?;
        let keys = keys(&plan, merge_on)?;
        let named: Vec<_> = rows.iter().map(|(_, fields)| plan.named(fields)).collect::<Result<_, _>>()?;
        let mut targets = Vec::with_capacity(rows.len());
        for ((id, _), values) in rows.iter().zip(&named) {
            targets.push(target(&mut plan, id.as_deref(), &keys, values)?);
        }
        find::each_once(&targets.iter().flatten().copied().collect::<Vec<_>>())?;
        for (target, values) in targets.into_iter().zip(named) {
            match target {
                Some(target) => plan.update(Row { target, values }, verb)?,
                None => plan.create(values)?,
            }
        }
        Ok(plan.done())
    }
}

fn keys<'a>(plan: &Plan<'a>, merge_on: &[&str]) -> Result<Vec<&'a Field>, ApiError> {
    if !(1..=MERGE_FIELDS_MAX).contains(&merge_on.len()) {
        return Err(ApiError::InvalidRequest);
    }
    let key = |called: &&str| {
        let field = plan.table.field_called(called)?;
        let usable = field.kind.may_be_merged_on();
        if usable { Ok(field) } else { Err(ApiError::MergeFieldUnusable { field: (*called).into() }) }
    };
    merge_on.iter().map(key).collect()
}

/// The record a row is for. One that is named by id need not match.
fn target(
    plan: &mut Plan<'_>,
    id: Option<&str>,
    keys: &[&Field],
    values: &[Given<'_>],
) -> Result<Option<RecordId>, ApiError> {
    if let Some(id) = id {
        return find::one(plan.tables, plan.table.id, id).map(Some);
    }
    let mut wanted = Vec::with_capacity(keys.len());
    for key in keys {
        // Unsettled: what is said of a row without the field it is to be found by.
        let given = values.iter().find(|given| given.field.id == key.id).ok_or(ApiError::InvalidRequest)?;
        wanted.push((*key, plan.taken(*given)?));
    }
    only_match(plan, &wanted)
}

fn only_match(plan: &Plan<'_>, wanted: &[(&Field, Option<CellValue>)]) -> Result<Option<RecordId>, ApiError> {
    // A blank matches nothing, not even a blank.
    if wanted.iter().any(|(_, value)| value.is_none()) {
        return Ok(None);
    }
    let mut matches = plan.tables.records(plan.table.id).filter(|record| {
        wanted.iter().all(|(field, value)| same(&field.kind, record.cells.get(&field.id), value.as_ref()))
    });
    match (matches.next(), matches.next()) {
        (Some(_), Some(_)) => Err(ApiError::MergeMatchesMany),
        (found, _) => Ok(found.map(|record| record.id)),
    }
}
