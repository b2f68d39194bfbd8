//! Why an invitation refuses a command.

use crate::refusal::{Refusal, RefusalKind};

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum InvitationRefusal {
    #[error("the invitation does not exist")]
    UnknownInvitation,
    #[error("an invitation with this id exists already")]
    InvitationExists,
    #[error("a tenant has at most 50 open invitations")]
    TooManyInvitations,
    #[error("a membership names at most 1,000 workspaces")]
    TooManyWorkspaces,
    #[error("the invitation was accepted already")]
    InvitationAccepted,
    #[error("the invitation was revoked")]
    InvitationRevoked,
    #[error("this link has ended, was used, or a newer one was sent")]
    LinkSpent,
}

impl Refusal for InvitationRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownInvitation => "unknown_invitation",
            Self::InvitationExists => "invitation_exists",
            Self::TooManyInvitations => "too_many_invitations",
            Self::TooManyWorkspaces => "too_many_workspaces",
            Self::InvitationAccepted => "invitation_accepted",
            Self::InvitationRevoked => "invitation_revoked",
            Self::LinkSpent => "link_spent",
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::UnknownInvitation => RefusalKind::Missing,
            Self::TooManyWorkspaces => RefusalKind::Invalid,
            Self::InvitationExists
            | Self::TooManyInvitations
            | Self::InvitationAccepted
            | Self::InvitationRevoked
            | Self::LinkSpent => RefusalKind::Conflict,
        }
    }
}
