//! Who may make records, and who may write which field.

use domain::bases::errors::ApiError;
use domain::bases::ids::TableId;
use domain::bases::table::Fields;

use crate::airtable::edge::Call;
use crate::airtable::world::{Held, PermissionLevel};

pub fn to_create(call: &Call<'_>, held: &Held, table: TableId) -> Result<(), ApiError> {
    if call.caller.is_at_least(PermissionLevel::Edit, held) {
        return Ok(());
    }
    let table = held.tables.base().table(table).ok_or(ApiError::PermissionsOrModelNotFound)?;
    Err(ApiError::NotPermittedToCreate { table: table.name.clone(), id: table.id })
}

/// Some fields may be written by few. One that is not there is somebody else's to refuse.
pub fn to_write<'a>(
    call: &Call<'_>,
    held: &Held,
    table: TableId,
    rows: impl Iterator<Item = &'a Fields>,
) -> Result<(), ApiError> {
    let table = held.tables.base().table(table).ok_or(ApiError::PermissionsOrModelNotFound)?;
    let locked = |called: &String| {
        let field = table.field_called(called).ok()?;
        let level = held.field_levels.get(&field.id)?;
        (!call.caller.is_at_least(*level, held)).then_some(field)
    };
    match rows.flat_map(Fields::keys).find_map(locked) {
        None => Ok(()),
        Some(field) => {
            Err(ApiError::NotPermittedToWrite { field: field.name.clone(), id: field.id.to_string() })
        }
    }
}
