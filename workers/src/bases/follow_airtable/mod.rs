//! Bases that follow one in Airtable are read whole once and heard from then on. One owner at a time: a piece of work is a turn at one
//! base, in the lane of its id in Airtable, and its end is the beginning of the next. All that is known of where it stands is in the
//! log, so whoever has the next turn goes on there. Two that believe they have the turn meet at the version of that stream.

mod contact;
mod drain;
mod gone;
mod hook;
mod names;
mod record;
mod reread;
mod rhythm;
mod schema;
mod step;
mod sweep;
mod turn;
mod write;

pub use rhythm::Rhythm;

use std::sync::Arc;
use std::time::Duration;

use domain::bases::base_sync::FIRST_TURN;
use domain::bases::ids::BaseId;
use domain::bases::ports::Airtable;
use eventstore::airtable_contacts::AirtableContacts;
use eventstore::airtable_secrets::AirtableSecrets;
use eventstore::event::Recorded;
use eventstore::execute::Executor;
use eventstore::payload::present_fields;
use eventstore::work::{LaneLimit, Owed};
use projections::bases::records::RecordsReader;
use serde::Deserialize;

use crate::runtime::{Effect, Outcome, Owes, Task, Worker};
use turn::Turn;

/// What makes a turn due.
const TYPES: [&str; 3] = ["base_sync.begun", "base_sync.resumed", "base_sync.carried_on"];

pub struct FollowAirtable {
    pub executor: Executor,
    pub secrets: AirtableSecrets,
    pub contacts: AirtableContacts,
    pub airtable: Arc<dyn Airtable>,
    /// Says which records of a table there are.
    pub records: RecordsReader,
    pub rhythm: Rhythm,
}

impl Worker for FollowAirtable {
    const NAME: &'static str = "follow_airtable";
    /// What is read again says nothing new.
    const EFFECT: Effect = Effect::Idempotent;
    /// Bases that one process follows.
    const CONCURRENCY: usize = 256;
    /// A turn ends by itself long before.
    const TIME_LIMIT: Duration = Duration::from_secs(2 * 60 * 60);
    /// Turns, not requests: those keep the pace of the client.
    const LANE_LIMIT: Option<LaneLimit> = Some(LaneLimit { per_second: 5.0, burst: 20 });

    async fn carry_out(&self, task: Task) -> Outcome {
        match Turn::of(self, &task) {
            Ok(turn) => turn.take(task.stopping).await,
            Err(reason) => Outcome::Park(reason),
        }
    }
}

/// What an event says of the turn that it makes due.
#[derive(Deserialize)]
struct Due {
    airtable_id: BaseId,
    #[serde(default = "first")]
    turn: u64,
}

fn first() -> u64 {
    FIRST_TURN
}

impl Due {
    fn of(event: &Recorded) -> Option<Self> {
        let fields = present_fields(event).ok()?;
        serde_json::from_str(&fields).ok()
    }
}

impl Owes for FollowAirtable {
    fn owes(event: &Recorded) -> Vec<Owed> {
        if !TYPES.contains(&event.event_type.as_str()) {
            return Vec::new();
        }
        let Some(Due { airtable_id, .. }) = Due::of(event) else { return Vec::new() };
        let owed = Owed::of(&event.stream.tenant, event.position, event.stream.id.as_str());
        vec![owed.in_lane(airtable_id.as_str())]
    }
}
