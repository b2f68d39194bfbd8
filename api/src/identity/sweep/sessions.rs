//! Sessions that ended: the event of each end is written if nobody could at the time, and rows go long after.

use std::time::Duration;

use domain::identity::session::SessionCommand;
use domain::identity::{PLATFORM_TENANT, Session, TenantId};
use eventstore::chain_of;
use eventstore::event::StreamId;
use eventstore::execute::{CommandError, Executor, Plan, Request};

use super::{ACTOR, AT_ONCE, DAY, SweepFault};
use crate::identity::kept::{KeptTables, Unrecorded};

/// Where somebody was at work last is still known this long after.
const KEPT_FOR: Duration = DAY.saturating_mul(90);
/// Whoever ended it has had the time to write the event.
const UNRECORDED_AFTER: Duration = Duration::from_secs(30);

pub async fn drop_old(kept: &KeptTables) -> Result<(), SweepFault> {
    kept.drop_ended_sessions(KEPT_FOR).await?;
    Ok(())
}

pub async fn record_ends(kept: &KeptTables, executor: &Executor) -> Result<(), SweepFault> {
    for unrecorded in kept.unrecorded_ends(UNRECORDED_AFTER, AT_ONCE).await? {
        match record(executor, &unrecorded).await {
            // One that no event began has nothing to end.
            Ok(()) | Err(CommandError::Refused(_)) => {
                kept.ends_are_recorded(std::slice::from_ref(&unrecorded.session)).await?;
            }
            Err(fault) => {
                tracing::warn!(error = chain_of(&fault), "the end of a session is recorded later");
            }
        }
    }
    Ok(())
}

async fn record(executor: &Executor, unrecorded: &Unrecorded) -> Result<(), CommandError> {
    let fault = |error: domain::id::NotAnId| CommandError::Fault(error.to_string());
    let platform = TenantId::new(PLATFORM_TENANT).map_err(fault)?;
    let stream = StreamId::new(unrecorded.session.as_str()).map_err(fault)?;
    let command = match unrecorded.because {
        Some(because) => SessionCommand::Revoke { because },
        None => SessionCommand::End,
    };
    let request = Request::new(platform.clone(), ACTOR);
    executor.execute(&request, Plan::new().decide::<Session>(&platform, stream, command)).await?;
    Ok(())
}
