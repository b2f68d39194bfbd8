//! How far a tenant is open, as it is told and asked for.

use serde::{Deserialize, Serialize};

use super::TenantRow;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TenantState {
    Open,
    Closing,
    Suspended,
    Closed,
}

impl TenantState {
    pub fn as_str(self) -> &'static str {
        match self {
            TenantState::Open => "open",
            TenantState::Closing => "closing",
            TenantState::Suspended => "suspended",
            TenantState::Closed => "closed",
        }
    }
}

impl TenantRow {
    pub fn state(&self) -> TenantState {
        match self {
            TenantRow { closed: true, .. } => TenantState::Closed,
            TenantRow { suspended: true, .. } => TenantState::Suspended,
            TenantRow { closes_at: Some(_), .. } => TenantState::Closing,
            _ => TenantState::Open,
        }
    }
}
