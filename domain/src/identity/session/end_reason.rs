//! Why a session ends that its person did not sign out of.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// Its person ended it from another one.
    EndedByOwner,
    /// A refresh token that was exchanged already came again: somebody else may have it.
    TokenReused,
    PasswordChanged,
    PasswordReset,
    EmailChanged,
    /// A second factor was added or removed.
    SecondFactorChanged,
    /// The person has more than are kept at a time, and it was the one that was used least recently.
    TooMany,
    /// What was known about its person was erased.
    Erased,
    /// Its person left for ever.
    AccountDeleted,
    /// An administrator of the tenant that it was at work in ended it.
    EndedByAdmin,
}

impl EndReason {
    pub const ALL: [EndReason; 10] = [
        EndReason::EndedByOwner,
        EndReason::TokenReused,
        EndReason::PasswordChanged,
        EndReason::PasswordReset,
        EndReason::EmailChanged,
        EndReason::SecondFactorChanged,
        EndReason::TooMany,
        EndReason::Erased,
        EndReason::AccountDeleted,
        EndReason::EndedByAdmin,
    ];

    /// As it is written in events.
    pub fn as_str(self) -> &'static str {
        match self {
            EndReason::EndedByOwner => "ended_by_owner",
            EndReason::TokenReused => "token_reused",
            EndReason::PasswordChanged => "password_changed",
            EndReason::PasswordReset => "password_reset",
            EndReason::EmailChanged => "email_changed",
            EndReason::SecondFactorChanged => "second_factor_changed",
            EndReason::TooMany => "too_many",
            EndReason::Erased => "erased",
            EndReason::AccountDeleted => "account_deleted",
            EndReason::EndedByAdmin => "ended_by_admin",
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
        for reason in EndReason::ALL {
            assert_eq!(serde_json::to_string(&reason).unwrap(), format!("\"{}\"", reason.as_str()));
            assert_eq!(EndReason::named(reason.as_str()), Some(reason));
        }
    }
}
