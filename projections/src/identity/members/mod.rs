//! Who is in each tenant now, as what, and which workspaces are open to them by name.

mod project;
mod query;

pub use query::{list, one};

use std::collections::BTreeSet;
use std::sync::Arc;

use cqrs_es::Aggregate;
use domain::identity::membership::MembershipEvent;
use domain::identity::{Membership, Role, UserId, WorkspaceId};
use eventstore::event::Recorded;
use eventstore::payload::ReadFault;
use eventstore::seal::Sealer;
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use crate::columns;
use crate::runtime::{Key, Opened, ProjectFault, ReadModel};

pub struct Members;

#[derive(Debug, Clone, PartialEq)]
pub struct MemberRow {
    pub user: UserId,
    pub role: Role,
    pub workspaces: BTreeSet<WorkspaceId>,
    pub since: Timestamp,
    pub version: i64,
    pub position: i64,
}

impl ReadModel for Members {
    const NAME: &'static str = "members";
    const VERSION: i32 = 1;
    const TABLES: &'static str = include_str!("tables.sql");
    type Event = Opened<MembershipEvent>;

    fn key(event: &Recorded) -> Option<Key> {
        (event.stream.aggregate == Membership::TYPE).then_some(Key::Aggregate)
    }

    async fn open(sealer: &Sealer, event: Arc<Recorded>) -> Result<Self::Event, ReadFault> {
        Opened::read(sealer, event).await
    }

    async fn project(connection: &mut PgConnection, events: &[&Self::Event]) -> Result<(), ProjectFault> {
        project::project(connection, events).await
    }
}

/// What [`MemberRow::from_row`] reads.
const COLUMNS: &str = "user_id, role, workspaces, since, version, position";

impl MemberRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            user: columns::id(row, "user_id")?,
            role: role(row)?,
            workspaces: columns::ids(row, "workspaces")?.into_iter().collect(),
            since: columns::timestamp(row, "since")?,
            version: row.try_get("version")?,
            position: row.try_get("position")?,
        })
    }
}

fn role(row: &PgRow) -> sqlx::Result<Role> {
    let text: String = row.try_get("role")?;
    Role::ALL
        .into_iter()
        .find(|role| role.as_str() == text)
        .ok_or_else(|| sqlx::Error::ColumnDecode { index: "role".into(), source: "not a role".into() })
}
