//! Deleting records, one or up to ten.

use domain::bases::errors::ApiError;
use domain::bases::requests::records_to_delete;
use domain::bases::table::Done;
use serde_json::{Value, json};

use crate::airtable::edge::{Call, Said, said};
use crate::airtable::world::{PermissionLevel, Scope, write};

pub fn delete_one(call: &Call<'_>, base: &str, table: &str, record: &str) -> Said {
    let held = call.base_for(base, Scope::RecordsWrite, PermissionLevel::Edit)?;
    let mut held = write(&held);
    let table = held.table(table)?.id;
    held.tables.record_called(table, record)?;
    let done = held.tables.plan_delete(call.batch(table, false), &[record])?;
    let effects = held.carry_out(&done.edit, &call.actor());
    Ok(said(&deleted(&done).first().ok_or(ApiError::RecordNotFound)?)?.with(effects))
}

pub fn delete_many(call: &Call<'_>, base: &str, table: &str) -> Said {
    let held = call.base_for(base, Scope::RecordsWrite, PermissionLevel::Edit)?;
    let mut held = write(&held);
    let table = held.table(table)?.id;
    let ids = records_to_delete(&call.query)?;
    let done = held.tables.plan_delete(call.batch(table, false), &ids)?;
    let effects = held.carry_out(&done.edit, &call.actor());
    Ok(said(&json!({ "records": deleted(&done) }))?.with(effects))
}

fn deleted(done: &Done) -> Vec<Value> {
    done.records.iter().map(|id| json!({ "id": id, "deleted": true })).collect()
}
