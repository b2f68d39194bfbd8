//! Changing records: some of their cells (`PATCH`), all of them (`PUT`), or whichever record has the same values (upsert).

use domain::bases::errors::ApiError;
use domain::bases::ids::TableId;
use domain::bases::requests::{self, Body, Format, Row, Rows};
use domain::bases::table::{Done, Verb};
use serde_json::json;

use super::{permitted, say};
use crate::airtable::edge::{Call, Said, said};
use crate::airtable::world::{Held, PermissionLevel, Scope, write};

pub fn change_one(call: &Call<'_>, base: &str, table: &str, record: &str, verb: Verb) -> Said {
    let held = call.base_for(base, Scope::RecordsWrite, PermissionLevel::Edit)?;
    let mut held = write(&held);
    let table = held.table(table)?.id;
    let body = call.body()?;
    let fields = requests::fields(&body.object)?;
    // Unsettled: a record in an address that is not there is not found, while one in a body does not exist.
    held.tables.record_called(table, record)?;
    permitted::to_write(call, &held, table, std::iter::once(&fields))?;
    let batch = call.batch(table, body.flag("typecast"));
    let done = held.tables.plan_update(batch, verb, &[(record.to_owned(), fields)])?;
    let effects = held.carry_out(&done.edit, &call.actor());
    let format = Format::of_write(&call.query, &body);
    let records = say::written(&held, table, &format, &done.records, call)?;
    Ok(said(records.first().ok_or(ApiError::RecordNotFound)?)?.with(effects))
}

pub fn change_many(call: &Call<'_>, base: &str, table: &str, verb: Verb) -> Said {
    let held = call.base_for(base, Scope::RecordsWrite, PermissionLevel::Edit)?;
    let mut held = write(&held);
    let table = held.table(table)?.id;
    let body = call.body()?;
    let rows = Rows::many(&body)?;
    permitted::to_write(call, &held, table, rows.iter().map(|row| &row.fields))?;
    let merge_on = requests::merge_on(&body)?;
    let done = match &merge_on {
        Some(merge_on) => upserted(call, &held, table, verb, (&body, merge_on), rows)?,
        None => updated(call, &held, table, verb, &body, rows)?,
    };
    let effects = held.carry_out(&done.edit, &call.actor());
    let format = Format::of_write(&call.query, &body);
    let records = say::written(&held, table, &format, &done.records, call)?;
    let answer = match merge_on {
        Some(_) => {
            json!({ "records": records, "createdRecords": done.created, "updatedRecords": done.updated })
        }
        None => json!({ "records": records }),
    };
    Ok(said(&answer)?.with(effects))
}

fn updated(
    call: &Call<'_>,
    held: &Held,
    table: TableId,
    verb: Verb,
    body: &Body,
    rows: Vec<Row>,
) -> Result<Done, ApiError> {
    let named = |row: Row| Ok((row.id.ok_or(ApiError::InvalidRequest)?, row.fields));
    let rows: Vec<_> = rows.into_iter().map(named).collect::<Result<_, ApiError>>()?;
    held.tables.plan_update(call.batch(table, body.flag("typecast")), verb, &rows)
}

fn upserted(
    call: &Call<'_>,
    held: &Held,
    table: TableId,
    verb: Verb,
    (body, merge_on): (&Body, &[String]),
    rows: Vec<Row>,
) -> Result<Done, ApiError> {
    let merge_on: Vec<&str> = merge_on.iter().map(String::as_str).collect();
    let rows: Vec<_> = rows.into_iter().map(|row| (row.id, row.fields)).collect();
    held.tables.plan_upsert(call.batch(table, body.flag("typecast")), verb, &merge_on, &rows)
}
