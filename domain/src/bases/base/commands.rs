//! What may be asked of a base.

use crate::bases::ids::BaseId;
use crate::bases::schema::{SchemaChange, Table};

#[derive(Debug, Clone, PartialEq)]
pub enum BaseCommand {
    /// The tables bring their ids along; what they leave out of computed fields is filled in.
    Create {
        airtable_id: BaseId,
        name: String,
        tables: Vec<Table>,
    },
    /// As planned against the schema that the caller saw.
    ChangeSchema {
        changes: Vec<SchemaChange>,
    },
    Rename {
        name: String,
    },
    Delete,
}
