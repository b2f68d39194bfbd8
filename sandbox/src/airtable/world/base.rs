//! A base as the stand-in holds it: the tables, and all that hangs on them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use domain::bases::cells::Collaborator;
use domain::bases::errors::ApiError;
use domain::bases::ids::{BaseId, UserId, WorkspaceId};
use domain::bases::schema::{Base, Table};
use domain::bases::table::Tables;
use domain::bases::table::list::Iterators;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::airtable::attachments::Wishes;
use crate::airtable::comments::Comments;

pub struct Held {
    pub tables: Tables,
    pub workspace: WorkspaceId,
    pub created: Timestamp,
    /// Who may do what. The owner is among them.
    pub levels: BTreeMap<UserId, PermissionLevel>,
    /// Lists that are being walked; they change while nothing else does.
    pub iterators: Mutex<Iterators>,
    pub comments: Comments,
    /// Files to be fetched are asked for here.
    pub wishes: Arc<Wishes>,
}

/// What a person may do in a base, each more than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PermissionLevel {
    None,
    Read,
    Comment,
    Edit,
    Create,
}

impl Held {
    pub fn new(
        base: Base,
        people: Vec<Collaborator>,
        workspace: WorkspaceId,
        created: Timestamp,
        levels: BTreeMap<UserId, PermissionLevel>,
    ) -> Self {
        let tables = Tables::new(base, people);
        Self {
            tables,
            workspace,
            created,
            levels,
            iterators: Mutex::default(),
            comments: Comments::default(),
            wishes: Arc::default(),
        }
    }

    pub fn id(&self) -> BaseId {
        self.tables.base.id
    }

    pub fn level_of(&self, user: UserId) -> PermissionLevel {
        self.levels.get(&user).copied().unwrap_or(PermissionLevel::None)
    }

    pub fn table(&self, called: &str) -> Result<&Table, ApiError> {
        self.tables.base.table_called(called)
    }
}
