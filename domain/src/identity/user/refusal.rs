//! Why a user refuses a command.

use crate::refusal::{Refusal, RefusalKind};

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum UserRefusal {
    #[error("the user does not exist")]
    UnknownUser,
    #[error("a user with this id exists already")]
    UserExists,
    #[error("an e-mail address looks like name@example.org and has at most 254 characters")]
    BadEmail,
    #[error(
        "a user name has 3 to 32 characters of a-z, 0-9 and . _ - inside, and is none of those kept for the system"
    )]
    BadUsername,
    #[error("this link was used already, or a newer one was sent")]
    ProofSpent,
    #[error("the address was proven")]
    EmailVerified,
    #[error("there is a second factor already")]
    SecondFactorExists,
    #[error("there is no second factor")]
    NoSecondFactor,
    #[error("these recovery codes were replaced")]
    RecoveryCodesReplaced,
    #[error("a name has 1 to 120 characters and no control characters")]
    BadName,
    #[error("this account is suspended")]
    Suspended,
    #[error("a reason has 1 to 1000 bytes that say why")]
    BadReason,
}

impl Refusal for UserRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownUser => "unknown_user",
            Self::UserExists => "user_exists",
            Self::BadEmail => "bad_email",
            Self::BadUsername => "bad_username",
            Self::BadName => "bad_name",
            Self::ProofSpent => "link_spent",
            Self::EmailVerified => "email_verified",
            Self::SecondFactorExists => "second_factor_exists",
            Self::NoSecondFactor => "no_second_factor",
            Self::RecoveryCodesReplaced => "recovery_codes_replaced",
            Self::Suspended => "suspended",
            Self::BadReason => "bad_reason",
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::UnknownUser => RefusalKind::Missing,
            Self::UserExists | Self::ProofSpent | Self::EmailVerified => RefusalKind::Conflict,
            Self::SecondFactorExists | Self::NoSecondFactor | Self::RecoveryCodesReplaced => {
                RefusalKind::Conflict
            }
            Self::BadEmail | Self::BadUsername | Self::BadName | Self::BadReason => RefusalKind::Invalid,
            Self::Suspended => RefusalKind::Forbidden,
        }
    }
}
