//! Why a workspace refuses a command.

use crate::refusal::{Refusal, RefusalKind};

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum WorkspaceRefusal {
    #[error("the workspace does not exist")]
    UnknownWorkspace,
    #[error("a workspace with this id exists already")]
    WorkspaceExists,
    #[error("the workspace is archived")]
    WorkspaceArchived,
    #[error("a name has 1 to 120 characters and no control characters")]
    BadName,
    #[error("a description has at most 2,000 characters")]
    DescriptionTooLong,
}

impl Refusal for WorkspaceRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownWorkspace => "unknown_workspace",
            Self::WorkspaceExists => "workspace_exists",
            Self::WorkspaceArchived => "workspace_archived",
            Self::BadName => "bad_name",
            Self::DescriptionTooLong => "description_too_long",
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::UnknownWorkspace => RefusalKind::Missing,
            Self::WorkspaceExists | Self::WorkspaceArchived => RefusalKind::Conflict,
            Self::BadName | Self::DescriptionTooLong => RefusalKind::Invalid,
        }
    }
}
