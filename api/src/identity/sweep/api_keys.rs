//! Secrets of API keys that no event came to name, ends of keys that were not written at their time, and what ended
//! long ago.

use std::time::Duration;

use domain::identity::ApiKey;
use domain::identity::api_key::ApiKeyCommand;
use eventstore::chain_of;
use eventstore::event::StreamId;
use eventstore::execute::{CommandError, Executor, Plan, Request};

use super::{AT_ONCE, DAY, SweepFault, UNNAMED_AFTER};
use crate::identity::kept::{KeptTables, KeyEnd, UnnamedSecret};

/// Keys that have ended are listed this long after.
const KEPT_FOR: Duration = DAY.saturating_mul(90);
/// Whoever revoked it has had the time to write the event.
const UNRECORDED_AFTER: Duration = Duration::from_secs(30);
/// Who writes down what nobody else did.
const ACTOR: &str = "sweeper";

pub async fn record_ends(kept: &KeptTables, executor: &Executor) -> Result<(), SweepFault> {
    for end in kept.unrecorded_key_ends(UNRECORDED_AFTER, AT_ONCE).await? {
        match record(executor, &end).await {
            // One that no event began has nothing to end.
            Ok(()) | Err(CommandError::Refused(_)) => {
                kept.key_ends_are_recorded(std::slice::from_ref(&end.key)).await?;
            }
            Err(fault) => tracing::warn!(error = chain_of(&fault), "the end of a key is recorded later"),
        }
    }
    Ok(())
}

async fn record(executor: &Executor, end: &KeyEnd) -> Result<(), CommandError> {
    let stream = StreamId::new(end.key.as_str()).map_err(|error| CommandError::Fault(error.to_string()))?;
    let revoke = ApiKeyCommand::Revoke { because: end.because };
    let request = Request::new(end.tenant.clone(), ACTOR);
    executor.execute(&request, Plan::new().decide::<ApiKey>(&end.tenant, stream, revoke)).await?;
    Ok(())
}

pub async fn sweep(kept: &KeptTables, executor: &Executor) -> Result<(), SweepFault> {
    kept.drop_ended_key_secrets(KEPT_FOR).await?;
    for unnamed in kept.unnamed_key_secrets(UNNAMED_AFTER, AT_ONCE).await? {
        if let Err(fault) = settle(kept, executor, &unnamed).await {
            tracing::warn!(error = chain_of(&fault), "a secret of a key is left for the next time");
        }
    }
    Ok(())
}

/// A day after it was made, an event names it or never will.
async fn settle(kept: &KeptTables, executor: &Executor, unnamed: &UnnamedSecret) -> Result<(), SweepFault> {
    let Ok(stream) = StreamId::new(unnamed.key.as_str()) else { return Ok(()) };
    let found = executor.state::<ApiKey>(&unnamed.tenant, stream).await?;
    let named = found.state.details().is_some_and(|details| {
        let previous = details.previous.as_ref().map(|previous| &previous.secret);
        details.secret == unnamed.id || previous == Some(&unnamed.id)
    });
    match named {
        true => kept.mark_key_secret_named(&unnamed.id).await?,
        false => kept.drop_key_secret(&unnamed.id).await?,
    }
    Ok(())
}
