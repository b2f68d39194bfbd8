//! Why a membership refuses a command.

use crate::refusal::{Refusal, RefusalKind};

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum MembershipRefusal {
    #[error("this person is no member")]
    UnknownMember,
    #[error("this person is a member already")]
    MemberExists,
    #[error("a membership names at most 1,000 workspaces")]
    TooManyWorkspaces,
}

impl Refusal for MembershipRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownMember => "unknown_member",
            Self::MemberExists => "member_exists",
            Self::TooManyWorkspaces => "too_many_workspaces",
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::UnknownMember => RefusalKind::Missing,
            Self::MemberExists => RefusalKind::Conflict,
            Self::TooManyWorkspaces => RefusalKind::Invalid,
        }
    }
}
