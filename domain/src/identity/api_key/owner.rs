//! Whose an API key is, and why one ends.

use serde::{Deserialize, Serialize};

use crate::identity::UserId;

/// Whoever a key acts for. Both are members of the tenant under their id, so rights are looked up alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    Member(UserId),
    ServiceAccount(UserId),
}

impl Owner {
    /// What its membership goes by.
    pub fn id(&self) -> &UserId {
        match self {
            Owner::Member(id) | Owner::ServiceAccount(id) => id,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevokeReason {
    /// By its owner, or by whoever looks after everybody's keys.
    ByHand,
    /// The service account that it is of was removed.
    OwnerRemoved,
    TenantClosed,
}

impl RevokeReason {
    pub const ALL: [RevokeReason; 3] =
        [RevokeReason::ByHand, RevokeReason::OwnerRemoved, RevokeReason::TenantClosed];

    /// As it is written in events.
    pub fn as_str(self) -> &'static str {
        match self {
            RevokeReason::ByHand => "by_hand",
            RevokeReason::OwnerRemoved => "owner_removed",
            RevokeReason::TenantClosed => "tenant_closed",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_writes_as_it_is_called() {
        for reason in RevokeReason::ALL {
            assert_eq!(serde_json::to_string(&reason).unwrap(), format!("\"{}\"", reason.as_str()));
            assert_eq!(RevokeReason::named(reason.as_str()), Some(reason));
        }
    }
}
