//! Everybody who has registered, for the administrators of the platform. What people are called is not in here: rows
//! lie in plain, in every dump as well, and would outlive an erasure. It is opened from their streams where it is shown.

mod project;
mod query;
mod state;

pub use query::{list, one};
pub use state::UserState;

use std::sync::Arc;

use cqrs_es::Aggregate;
use domain::identity::user::UserEvent;
use domain::identity::{TenantId, User, UserId};
use eventstore::event::Recorded;
use eventstore::payload::ReadFault;
use eventstore::seal::Sealer;
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use crate::columns;
use crate::runtime::{Key, Opened, ProjectFault, ReadModel};

pub struct Users;

#[derive(Debug, Clone, PartialEq)]
pub struct UserRow {
    pub id: UserId,
    /// In the order of joining.
    pub tenants: Vec<TenantId>,
    pub state: UserState,
    pub registered_at: Timestamp,
    pub version: i64,
    pub position: i64,
}

impl ReadModel for Users {
    const NAME: &'static str = "users";
    const VERSION: i32 = 2;
    const TABLES: &'static str = include_str!("tables.sql");
    type Event = Opened<UserEvent>;

    fn key(event: &Recorded) -> Option<Key> {
        (event.stream.aggregate == User::TYPE).then_some(Key::Aggregate)
    }

    async fn open(sealer: &Sealer, event: Arc<Recorded>) -> Result<Self::Event, ReadFault> {
        Opened::read(sealer, event).await
    }

    async fn project(connection: &mut PgConnection, events: &[&Self::Event]) -> Result<(), ProjectFault> {
        project::project(connection, events).await
    }
}

/// What [`UserRow::from_row`] reads.
const COLUMNS: &str = "id, tenants, state, registered_at, version, position";

impl UserRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: columns::id(row, "id")?,
            tenants: columns::ids(row, "tenants")?,
            state: UserState::of_row(row)?,
            registered_at: columns::timestamp(row, "registered_at")?,
            version: row.try_get("version")?,
            position: row.try_get("position")?,
        })
    }
}
