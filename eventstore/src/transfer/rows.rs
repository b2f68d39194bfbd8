//! Rows that are no events and travel beside them, a line of JSON each. None of them is a secret: personal names are
//! reserved under an HMAC.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

/// A name that is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reservation {
    pub kind: String,
    pub key: String,
    pub owner: String,
}

impl Reservation {
    pub const SELECT: &str = "select kind, key, owner from reservations order by kind, key";

    pub fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self { kind: row.try_get("kind")?, key: row.try_get("key")?, owner: row.try_get("owner")? })
    }
}

/// How much of a quota is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counter {
    pub tenant: String,
    pub name: String,
    pub used: i64,
    /// Nothing: as much as one likes.
    pub allowed: Option<i64>,
}

impl Counter {
    pub const SELECT: &str = "select tenant, name, used, allowed from counters order by tenant, name";

    pub fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            tenant: row.try_get("tenant")?,
            name: row.try_get("name")?,
            used: row.try_get("used")?,
            allowed: row.try_get("allowed")?,
        })
    }
}

/// A command that came under a key, and what it wrote. When that was, its events say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    pub command_id: Uuid,
    pub day: Date,
    pub first_position: i64,
    pub events: i32,
}

impl Command {
    pub const SELECT: &str =
        "select command_id, day, first_position, events from command_log order by first_position";

    pub fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            command_id: row.try_get("command_id")?,
            day: row.try_get::<jiff_sqlx::Date, _>("day")?.to_jiff(),
            first_position: row.try_get("first_position")?,
            events: row.try_get("events")?,
        })
    }
}
