//! Whether a user may come in.

use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::postgres::PgRow;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserState {
    Active,
    Suspended,
    /// Left for ever, or never proved an address.
    Deleted,
}

impl UserState {
    const ALL: [UserState; 3] = [UserState::Active, UserState::Suspended, UserState::Deleted];

    pub fn as_str(self) -> &'static str {
        match self {
            UserState::Active => "active",
            UserState::Suspended => "suspended",
            UserState::Deleted => "deleted",
        }
    }

    pub(super) fn of_row(row: &PgRow) -> sqlx::Result<Self> {
        let text: String = row.try_get("state")?;
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| sqlx::Error::ColumnDecode { index: "state".into(), source: "not a state".into() })
    }
}
