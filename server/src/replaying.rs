//! Events of the past given again, for whoever asks the API for it: the same that `airtide replay` does.

use api::ops::{Act, Again, Replays, Tell};
use async_trait::async_trait;
use eventstore::chain_of;
use serde_json::Value;
use workers::runtime::{Owing, Replay, ReplayFailed, ReplayTold, Replayed};

pub struct Replaying {
    pub database_url: String,
}

/// What a worker owes for events of the past, by its name.
pub fn found(worker: &str) -> Option<&'static dyn Owing> {
    workers::OWING.iter().find(|owing| owing.intake().name() == worker).copied()
}

#[async_trait]
impl Replays for Replaying {
    async fn preview(&self, again: &Again, tell: &mut Tell<'_>) -> Result<Value, String> {
        let replay = self.replay(again)?;
        let total = replay.positions().await.map_err(why_not)?;
        let replayed = replay.preview(teller(again, total, tell)).await.map_err(why_not)?;
        told(&replay.told(None, replayed))
    }

    async fn carry_out(&self, again: &Again, act: &Act, tell: &mut Tell<'_>) -> Result<Value, String> {
        let replay = self.replay(again)?;
        let Act { operations, operation, reason } = act;
        let total = replay.positions().await.map_err(why_not)?;
        let teller = teller(again, total, tell);
        let replayed = replay.carry_out(operations, operation, reason.as_str(), teller).await;
        told(&replay.told(Some(operation.clone()), replayed.map_err(why_not)?))
    }
}

impl Replaying {
    fn replay(&self, again: &Again) -> Result<Replay<'_>, String> {
        let Again { worker, from, to, filter } = again;
        let owing = found(worker).ok_or_else(|| format!("there is no worker {worker}"))?;
        let (database_url, filter) = (self.database_url.as_str(), filter.clone());
        Ok(Replay { database_url, owing, from: *from, to: *to, filter })
    }
}

fn teller(again: &Again, total: i64, tell: &mut Tell<'_>) -> impl FnMut(Replayed) + Send {
    let before = again.from - 1;
    move |replayed| tell(replayed.up_to - before, total)
}

fn told(told: &ReplayTold) -> Result<Value, String> {
    serde_json::to_value(told).map_err(|error| error.to_string())
}

fn why_not(failed: ReplayFailed) -> String {
    let said = chain_of(&failed);
    tracing::warn!(error = said, "events could not be given to a worker again");
    said
}
