//! Seed files: everything the server holds, as JSON with the ids given. What is exported can be loaded again.

mod copy;
mod demo;
mod export;
mod files;
mod load;
mod tables;

use std::collections::BTreeMap;

use domain::bases::cells::Collaborator;
use domain::bases::ids::{BaseId, FieldId, RecordId, UserId, WorkspaceId};
use domain::bases::schema::Table;
use domain::bases::table::Fields;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::comments::Comment;
use super::oauth::Integration;
use super::world::{PermissionLevel, Person, Token, Workspace};

pub use copy::copied;
pub use demo::demo;
pub use export::{base as export_base, export};
pub use files::taken_out;
pub use load::{SeedError, load};
pub use tables::tables;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Seed {
    pub people: Vec<Person>,
    pub workspaces: Vec<Workspace>,
    pub tokens: Vec<Token>,
    /// Those that may ask for tokens by OAuth; any may while there is none here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub integrations: Vec<Integration>,
    pub bases: Vec<SeedBase>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SeedBase {
    pub id: BaseId,
    pub name: String,
    pub workspace_id: WorkspaceId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_time: Option<Timestamp>,
    /// What each person may do; who is not named may create, so that a short seed is of use.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub permission_levels: BTreeMap<UserId, PermissionLevel>,
    /// What it takes to write some fields.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub field_permission_levels: BTreeMap<FieldId, PermissionLevel>,
    pub tables: Vec<SeedTable>,
}

/// As the meta API says a table, with its records.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SeedTable {
    #[serde(flatten)]
    pub table: Table,
    #[serde(default)]
    pub records: Vec<SeedRecord>,
}

/// As the API says a record: cells by name or id of their field, links from whichever side.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SeedRecord {
    pub id: RecordId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_time: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<UserId>,
    /// The how manieth of its table it is; the order of the file where it says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    #[serde(default)]
    pub fields: Fields,
    /// When cells were last changed after the record was made.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub edited: BTreeMap<FieldId, SeedEdit>,
    /// The oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub comments: Vec<Comment>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedEdit {
    pub at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
}

impl Seed {
    /// Whom cells may name.
    pub fn collaborators(&self) -> Vec<Collaborator> {
        self.people.iter().map(Person::as_collaborator).collect()
    }
}

pub fn parse(file: &[u8]) -> Result<Seed, SeedError> {
    Ok(serde_json::from_slice(file)?)
}

#[cfg(test)]
mod tests;
