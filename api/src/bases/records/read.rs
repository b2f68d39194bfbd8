//! Records by their ids.

use std::collections::HashMap;
use std::sync::Arc;

use domain::bases::errors::ApiError;
use domain::bases::ids::{RecordId, TableId};
use jiff::Timestamp;
use projections::bases::records::{Schema, ShownRow};
use serde_json::value::RawValue;

use super::counted::counted;
use super::said::{Phrasing, worked_out};
use super::{Form, Place, RecordsFault, people, table_called};
use crate::Api;
use crate::caught_up::unreadable;

/// The one that an address names.
pub async fn one(
    api: &Api,
    place: Place<'_>,
    table: &str,
    id: &str,
    form: &Form,
) -> Result<Box<RawValue>, RecordsFault> {
    let missing = || RecordsFault::from(ApiError::PermissionsOrModelNotFound);
    let parsed = RecordId::parse(id).map_err(|_| ApiError::RecordNotFound);
    if let (Ok(id), Some(schema)) = (&parsed, place.remembered(api))
        && let Some(said) = at_once(api, place, &schema, table, *id, form).await?
    {
        return whole(api, place, vec![said], form).await?.pop().ok_or_else(missing);
    }
    let schema = api.records.schema(place.tenant, place.base).await?.ok_or_else(missing)?;
    let table = table_called(schema.base(), table)?;
    let id = parsed?;
    let mut said = said(api, place, schema, table, &[id], form).await?;
    said.pop().ok_or_else(|| ApiError::RecordNotFound.into())
}

/// By a schema that is remembered, with no question more than the one for the record. Nothing where it does not fit: then the schema
/// has to be asked for.
async fn at_once(
    api: &Api,
    place: Place<'_>,
    schema: &Schema,
    table: &str,
    id: RecordId,
    form: &Form,
) -> Result<Option<Box<RawValue>>, RecordsFault> {
    let Ok(table) = schema.base().table_called(table) else { return Ok(None) };
    let Ok(Some(phrasing)) = Phrasing::of(schema, table, form) else { return Ok(None) };
    let found = api.records.shown_one(place.tenant, place.base, table.id, id).await?;
    let mut said = phrased(api, place, form, &phrasing, found.iter())?;
    Ok(said.pop())
}

/// Those of a table, in this order; what is not there is left out.
pub async fn some(
    api: &Api,
    place: Place<'_>,
    table: TableId,
    ids: &[RecordId],
    form: &Form,
) -> Result<Vec<Box<RawValue>>, RecordsFault> {
    let missing = || RecordsFault::from(ApiError::PermissionsOrModelNotFound);
    let schema = api.records.schema(place.tenant, place.base).await?.ok_or_else(missing)?;
    said(api, place, schema, table, ids, form).await
}

async fn said(
    api: &Api,
    place: Place<'_>,
    schema: Arc<Schema>,
    table: TableId,
    ids: &[RecordId],
    form: &Form,
) -> Result<Vec<Box<RawValue>>, RecordsFault> {
    let said = bare(api, place, schema, table, ids, form).await?;
    whole(api, place, said, form).await
}

/// With what people are called, and how many comments there are.
pub async fn whole(
    api: &Api,
    place: Place<'_>,
    said: Vec<Box<RawValue>>,
    form: &Form,
) -> Result<Vec<Box<RawValue>>, RecordsFault> {
    let told = people::told(api, place.tenant, said).await?;
    counted(api, place, told, form).await
}

/// With no more of people than is kept.
async fn bare(
    api: &Api,
    place: Place<'_>,
    schema: Arc<Schema>,
    table: TableId,
    ids: &[RecordId],
    form: &Form,
) -> Result<Vec<Box<RawValue>>, RecordsFault> {
    let of_table = schema.base().table(table).ok_or(ApiError::PermissionsOrModelNotFound)?;
    if let Some(phrasing) = Phrasing::of(&schema, of_table, form)? {
        let found = api.records.shown(place.tenant, place.base, table, ids).await?;
        let found: HashMap<RecordId, ShownRow> = found.into_iter().map(|row| (row.id, row)).collect();
        let rows = ids.iter().filter_map(|id| found.get(id));
        return phrased(api, place, form, &phrasing, rows);
    }
    let fields = form.ids(of_table)?;
    let mut window = api.records.window_at(place.tenant, place.base, Arc::clone(&schema));
    window.fetch(ids.iter().copied()).await?;
    let there: Vec<_> = ids.iter().copied().filter(|id| window.table_of(*id) == Some(table)).collect();
    window.complete(&there, &fields).await?;
    let addresses = api.files.addresses(place.tenant, &form.asked_at, Timestamp::now());
    Ok(worked_out(&mut window.tables, table, &there, form, &addresses)?)
}

pub fn phrased<'r>(
    api: &Api,
    place: Place<'_>,
    form: &Form,
    phrasing: &Phrasing<'_>,
    rows: impl Iterator<Item = &'r ShownRow>,
) -> Result<Vec<Box<RawValue>>, RecordsFault> {
    let addresses = api.files.addresses(place.tenant, &form.asked_at, Timestamp::now());
    let phrased: Result<_, _> = rows.map(|row| phrasing.record(row, &addresses)).collect();
    // The database holds what this program wrote: no caller can do anything about it.
    phrased.map_err(|error: serde_json::Error| RecordsFault::Problem(unreadable(&error)))
}
