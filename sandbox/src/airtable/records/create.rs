//! New records, one or up to ten.

use domain::bases::requests::{Format, Rows};
use serde_json::json;

use super::{permitted, say};
use crate::airtable::edge::{Call, Said, said};
use crate::airtable::world::{Scope, write};

pub fn create(call: &Call<'_>, base: &str, table: &str) -> Said {
    let held = call.base(base, Scope::RecordsWrite)?;
    let mut held = write(&held);
    let table = held.table(table)?.id;
    permitted::to_create(call, &held, table)?;
    let body = call.body()?;
    let (rows, is_one) = match Rows::of(&body)? {
        Rows::One(fields) => (vec![fields], true),
        Rows::Many(rows) => (rows.into_iter().map(|row| row.fields).collect(), false),
    };
    permitted::to_write(call, &held, table, rows.iter())?;
    let done = held.tables.plan_create(call.batch(table, body.flag("typecast")), &rows)?;
    let effects = held.carry_out(&done.edit, &call.actor());
    let format = Format::of_write(&call.query, &body);
    let records = say::written(&held, table, &format, &done.records, call)?;
    let answer = match (is_one, records.first()) {
        (true, Some(record)) => said(record)?,
        _ => said(&json!({ "records": records }))?,
    };
    Ok(answer.with(effects))
}
