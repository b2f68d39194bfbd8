//! What may be asked of a base.

use crate::bases::ConnectionId;
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
    /// Follows one in Airtable from now on, under its id. Its tables are taken as they are there.
    Connect {
        airtable_id: BaseId,
        name: String,
        tables: Vec<Table>,
        connection: ConnectionId,
    },
    /// What Airtable says the base is now; which changes that takes is found out here.
    AdoptSchema {
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
