//! The records of bases: read from their read model, written through the log. Both the native routes and those that Airtable's
//! clients know stand on this.

mod catching_up;
mod counted;
mod fault;
mod frozen;
mod list;
mod needs;
mod people;
mod read;
mod retried;
mod said;
mod write;

pub use fault::RecordsFault;
pub use frozen::Frozen;
pub use list::{Listed, Offset, list};
pub use read::{one, some};
pub use said::Form;
pub use write::{Asked, Writing, Written, write};

use std::sync::Arc;

use domain::bases::BaseKey;
use domain::bases::errors::ApiError;
use domain::bases::ids::TableId;
use domain::bases::schema;
use domain::identity::TenantId;

use projections::bases::records::{Records, Schema};
use projections::runtime::ReadModel;

use crate::Api;

/// The read model that all of it is read from.
pub const READ_MODEL: &str = <Records as ReadModel>::NAME;

/// A base of a tenant.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub tenant: &'a TenantId,
    pub base: &'a BaseKey,
    /// Of the base's stream, as it is known lately.
    pub version: i64,
}

impl Place<'_> {
    /// The schema that this process remembers, unless the base is known to have another by now.
    fn remembered(self, api: &Api) -> Option<Arc<Schema>> {
        api.records.remembered(self.tenant, self.base).filter(|schema| schema.version == self.version)
    }
}

/// Waits until the records are read by a schema that is no older than this version of the base. Whoever adds a table and writes
/// to it meets it.
pub async fn know_schema(api: &Api, place: Place<'_>, version: i64) -> Result<(), RecordsFault> {
    let known = api.records.schema(place.tenant, place.base).await?;
    if known.is_some_and(|known| known.version >= version) {
        return Ok(());
    }
    catching_up::reaches_now(api).await
}

/// A table by its id or its name, as it stands in the schema that the records are read by.
fn table_called(base: &schema::Base, called: &str) -> Result<TableId, ApiError> {
    base.table_called(called).map(|table| table.id)
}
