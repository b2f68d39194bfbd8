//! What went wrong with a projection: whether one event is to blame, or the moment, or this program.

use eventstore::event::Unreadable;
use eventstore::follow::FollowFault;
use eventstore::payload::ReadFault;
use eventstore::seal::SealFault;
use uuid::Uuid;

use super::model::ProjectFault;

/// Why a projection does not go on, for now.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("the database cannot be used")]
    Database(#[from] sqlx::Error),
    #[error("the batch took too long")]
    TooLong,
    #[error("another process writes it now")]
    Lost,
    #[error("its code panicked")]
    Panicked,
    #[error(transparent)]
    Follow(#[from] FollowFault),
    #[error("events cannot be read")]
    Read(#[source] ReadFault),
    #[error("rows cannot be made")]
    Project(#[source] ProjectFault),
    #[error("it was made of incarnation {made_of} of the log, which is in incarnation {present}")]
    OtherIncarnation { made_of: Uuid, present: Uuid },
    #[error("it has come to position {position}, and the log ends at {head}")]
    AheadOfLog { position: i64, head: i64 },
}

impl Fault {
    /// Whether only an operator can help: the history that the rows were made of is not the log's.
    pub fn is_foreign_history(&self) -> bool {
        matches!(
            self,
            Fault::OtherIncarnation { .. }
                | Fault::AheadOfLog { .. }
                | Fault::Follow(FollowFault::Hole { .. } | FollowFault::IncarnationChanged(_))
        )
    }
}

/// Classes of errors of Postgres that the data is to blame for: a value, a constraint, a limit.
const OF_THE_DATA: [&str; 3] = ["22", "23", "54"];

/// Why one event is to blame; nothing when it is not. Says nothing that an event says, which may be personal.
pub fn blame_for_reading(fault: &ReadFault) -> Option<String> {
    match fault {
        // A newer node may have written it; older ones wait for their turn to end.
        ReadFault::Unreadable(Unreadable::Unknown { .. }) => None,
        ReadFault::Unreadable(unreadable) => Some(unreadable.to_string()),
        ReadFault::Seal(SealFault::Database(_) | SealFault::Keyring { .. }) => None,
        ReadFault::Seal(fault) => Some(fault.to_string()),
    }
}

/// The same for what happened while rows were made of it.
pub fn blame_for_projecting(fault: &ProjectFault) -> Option<String> {
    match fault {
        ProjectFault::Misfit { .. } | ProjectFault::Panicked => Some(fault.to_string()),
        ProjectFault::Database(sqlx::Error::Database(error)) => {
            let code = error.code()?;
            let is_of_the_data = OF_THE_DATA.iter().any(|class| code.starts_with(class));
            let on = error.constraint().or(error.table()).unwrap_or("the tables");
            is_of_the_data.then(|| format!("{on} refuse it with {code}"))
        }
        ProjectFault::Database(sqlx::Error::ColumnDecode { index, .. }) => {
            Some(format!("column {index} of a row cannot be read"))
        }
        ProjectFault::Database(_) => None,
    }
}
