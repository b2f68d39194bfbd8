//! A base as the stand-in holds it: the tables, and all that hangs on them.

use std::collections::BTreeMap;
use std::sync::Mutex;

use domain::bases::PermissionLevel;
use domain::bases::cells::Collaborator;
use domain::bases::errors::ApiError;
use domain::bases::ids::{BaseId, FieldId, UserId, WorkspaceId};
use domain::bases::schema::{Base, Table};
use domain::bases::table::Tables;
use domain::bases::table::list::Iterators;
use jiff::Timestamp;

use super::Around;
use crate::airtable::comments::Comments;
use crate::airtable::webhooks::Hooks;

pub struct Held {
    pub tables: Tables,
    pub workspace: WorkspaceId,
    pub created: Timestamp,
    /// Who may do what. The owner is among them.
    pub levels: BTreeMap<UserId, PermissionLevel>,
    /// What it takes to write some fields; for all others it is enough to edit.
    pub field_levels: BTreeMap<FieldId, PermissionLevel>,
    /// Lists that are being walked; they change while nothing else does.
    pub iterators: Mutex<Iterators>,
    pub comments: Comments,
    pub hooks: Hooks,
    /// How many transactions there were.
    pub transactions: u64,
    pub around: Around,
}

impl Held {
    pub fn new(
        base: Base,
        people: Vec<Collaborator>,
        workspace: WorkspaceId,
        created: Timestamp,
        levels: BTreeMap<UserId, PermissionLevel>,
        around: Around,
    ) -> Self {
        let tables = Tables::new(base, people);
        Self {
            tables,
            workspace,
            created,
            levels,
            field_levels: BTreeMap::new(),
            iterators: Mutex::default(),
            comments: Comments::default(),
            hooks: Hooks::default(),
            transactions: 0,
            around,
        }
    }

    pub fn id(&self) -> BaseId {
        self.tables.base().id
    }

    pub fn level_of(&self, user: UserId) -> PermissionLevel {
        self.levels.get(&user).copied().unwrap_or(PermissionLevel::None)
    }

    pub fn table(&self, called: &str) -> Result<&Table, ApiError> {
        self.tables.base().table_called(called)
    }
}
