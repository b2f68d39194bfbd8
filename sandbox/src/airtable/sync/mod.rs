//! A table that is kept as a file of comma-separated values says: `POST …/sync/{id}`. Records are found by the first column
//! and changed or made; those the file does not name are deleted. All of it is one transaction, or nothing is.

mod csv;
mod limit;
mod planned;

use domain::bases::errors::ApiError;
use hyper::header::CONTENT_TYPE;
use serde_json::json;

pub use limit::Syncs;

use super::edge::{Call, Said, said};
use super::webhooks::Source;
use super::world::{Actor, PermissionLevel, Scope, read, write};
use planned::planned;

const BYTES_MAX: usize = 2 << 20;
const ROWS_MAX: usize = 10_000;
const COLUMNS_MAX: usize = 500;

/// Unsettled: that any id of a sync is one of the table, as no API makes them, and that only personal tokens may is said so.
pub fn sync(call: &Call<'_>, base: &str, table: &str, _sync: &str) -> Said {
    let held = call.base_for(base, Scope::RecordsWrite, PermissionLevel::Create)?;
    if call.caller.integration.is_some() {
        return Err(ApiError::NotPermitted);
    }
    let id = {
        let held = read(&held);
        held.table(table)?;
        held.id()
    };
    if !call.app.syncs.admit(id, call.at) {
        return Err(ApiError::RateLimitReached);
    }
    let rows = rows(call)?;
    let mut held = write(&held);
    let edit = planned(call, &held, table, &rows)?;
    let person = call.caller.person.clone();
    let effects = held.carry_out(&edit, &Actor { person, source: Source::Sync });
    Ok(said(&json!({ "success": true }))?.with(effects))
}

/// Unsettled: how a file is refused.
fn rows(call: &Call<'_>) -> Result<Vec<Vec<String>>, ApiError> {
    let kind = call.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_csv = kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("text/csv"));
    if !is_csv {
        return Err(ApiError::InvalidRequest);
    }
    if call.body.len() > BYTES_MAX {
        return Err(ApiError::RequestTooLarge);
    }
    let text = str::from_utf8(call.body).map_err(|_| ApiError::InvalidRequest)?;
    let rows = csv::read(text).ok_or(ApiError::InvalidRequest)?;
    // The first row names the columns.
    let columns = rows.first().map_or(0, Vec::len);
    let fits = (1..=ROWS_MAX + 1).contains(&rows.len())
        && columns <= COLUMNS_MAX
        && rows.iter().all(|row| row.len() <= columns);
    if fits { Ok(rows) } else { Err(ApiError::InvalidRequest) }
}
