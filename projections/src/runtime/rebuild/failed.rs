//! Why a read model could not be made anew.

use eventstore::database::Unfit;
use eventstore::follow::FollowFault;

use crate::runtime::fault::Fault;

#[derive(Debug, thiserror::Error)]
pub enum RebuildFailed {
    #[error(transparent)]
    Unfit(#[from] Unfit),
    #[error("the database cannot be used")]
    Database(#[from] sqlx::Error),
    #[error("the rows cannot be made")]
    Fault(#[from] Fault),
    #[error("another process makes, drops or switches tables of {0} at this moment")]
    Busy(&'static str),
    #[error("{0} is not in use yet: start a process with the role `projections` first")]
    NotInUse(&'static str),
    #[error("{0} was made of another history than the log's: make it anew without comparing the two")]
    ForeignHistory(&'static str),
    #[error("readers of {0} left no moment to switch in; the tables are ready, so try again")]
    NoMoment(&'static str),
    #[error("{name} has no version that is not in use")]
    NothingToDrop { name: &'static str },
    #[error("version {version} of {name} is being written by a process of that version")]
    StillWritten { name: &'static str, version: i32 },
}

impl RebuildFailed {
    /// Whether things are in a state in which this cannot be done, and may be in another later.
    pub fn is_conflict(&self) -> bool {
        matches!(
            self,
            Self::Busy(_)
                | Self::NotInUse(_)
                | Self::ForeignHistory(_)
                | Self::NoMoment(_)
                | Self::StillWritten { .. }
        )
    }

    pub fn is_missing(&self) -> bool {
        matches!(self, Self::NothingToDrop { .. })
    }
}

impl From<FollowFault> for RebuildFailed {
    fn from(fault: FollowFault) -> Self {
        Self::Fault(fault.into())
    }
}
