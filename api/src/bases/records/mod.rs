//! The records of bases: read from their read model, written through the log. Both the native routes and those that Airtable's
//! clients know stand on this.

mod catching_up;
mod fault;
mod frozen;
mod list;
mod needs;
mod people;
mod read;
mod said;
mod write;

pub use fault::RecordsFault;
pub use frozen::Frozen;
pub use list::{Listed, Offset, list};
pub use read::{one, some};
pub use said::Form;
pub use write::{Asked, Writing, Written, write};

use domain::bases::BaseKey;
use domain::bases::errors::ApiError;
use domain::bases::ids::TableId;
use domain::bases::schema;
use domain::identity::TenantId;

/// A base of a tenant.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub tenant: &'a TenantId,
    pub base: &'a BaseKey,
}

/// A table by its id or its name, as it stands in the schema that the records are read by.
fn table_called(base: &schema::Base, called: &str) -> Result<TableId, ApiError> {
    base.table_called(called).map(|table| table.id)
}
