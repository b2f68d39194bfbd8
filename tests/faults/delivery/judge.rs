//! Holds the log, the receivers' journals and the table of work against what people were told.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use support::database;

use super::deployment::Deployment;
use super::load::{Acknowledged, Journal};

/// The workspace that everybody is given by registering.
const GIVEN: &str = "Main";

/// What a round came to.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Counts {
    pub acknowledged: usize,
    pub asked_again: usize,
    /// Events that were owed to receivers.
    pub told: usize,
    /// Of those, arrivals beyond the first.
    pub repeated: usize,
    /// Mails that came.
    pub mails: usize,
    /// Pieces of work of which nobody knows whether a mail was sent, and whether it came or not.
    pub unknown: usize,
}

pub async fn judge(deployment: &Deployment, journal: &Journal) -> Counts {
    let mut admin = database::superuser(&deployment.database_url).await;
    nothing_is_set_aside(&mut admin).await;
    everything_acknowledged_is_in_the_log_once(&mut admin, journal).await;
    let (told, repeated) = receivers_were_told_in_order(&mut admin, deployment).await;
    let (mails, unknown) = nobody_is_greeted_twice(&mut admin, deployment, journal).await;
    deployment.run(&["check", "--output", "json"]);
    let (acknowledged, asked_again) = (journal.acknowledged.len(), journal.asked_again);
    Counts { acknowledged, asked_again, told, repeated, mails, unknown }
}

async fn nothing_is_set_aside(admin: &mut PgConnection) {
    let set_aside: Vec<String> = sqlx::query_scalar(
        "select concat_ws(' ', claim, reason) from work where state = 'parked'
         union all select concat_ws(' ', name, key, reason) from parked_keys",
    )
    .fetch_all(admin)
    .await
    .expect("what is parked can be read");
    assert!(set_aside.is_empty(), "{set_aside:#?}");
}

/// And nothing else, since everybody asked until there was an answer.
async fn everything_acknowledged_is_in_the_log_once(admin: &mut PgConnection, journal: &Journal) {
    let mut acknowledged: Vec<(&str, &str, Option<&str>)> = journal.acknowledged.iter().map(named).collect();
    acknowledged.sort();
    let written: Vec<(String, String, Option<String>)> = sqlx::query_as(
        "select event_type, id, case type when 'workspace' then payload ->> 'name' end from events
         where event_type in ('user.registered', 'workspace.created', 'workspace.renamed')
           and (type <> 'workspace' or payload ->> 'name' <> $1)",
    )
    .bind(GIVEN)
    .fetch_all(admin)
    .await
    .expect("events can be read");
    let mut written: Vec<(&str, &str, Option<&str>)> =
        written.iter().map(|(event_type, id, name)| (&**event_type, &**id, name.as_deref())).collect();
    written.sort();
    assert_eq!(written, acknowledged);
}

/// Addresses lie sealed in the log.
fn named(acknowledged: &Acknowledged) -> (&str, &str, Option<&str>) {
    let Acknowledged { event_type, id, name } = acknowledged;
    (event_type, id, event_type.starts_with("workspace").then_some(name))
}

/// First arrivals are exactly what was owed, in the order of the log; an arrival is one of a claim, so there are no
/// more of them than claims. Says how many events there were, and how many arrivals too many.
async fn receivers_were_told_in_order(admin: &mut PgConnection, deployment: &Deployment) -> (usize, usize) {
    let owed: Vec<(String, String, i32, String)> = sqlx::query_as(
        "select w.part, e.meta ->> 'event_id', w.attempt, w.state
         from work w join events e on e.position = w.event_position
         where w.worker = 'deliver_webhooks' order by w.event_position",
    )
    .fetch_all(&mut *admin)
    .await
    .expect("work can be read");
    assert_eq!(owed.len() as i64, renamed(admin).await, "each renaming is owed to one receiver");
    let mut expected: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (webhook, event, _, state) in &owed {
        assert_eq!(state, "done", "{event}");
        expected.entry(webhook).or_default().push(event);
    }
    let received = deployment.hooks.received();
    let mut arrived: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut times: HashMap<&str, i32> = HashMap::new();
    for each in &received {
        let id = each.header("webhook-id");
        let count = times.entry(id).or_default();
        *count += 1;
        if *count == 1 {
            arrived.entry(&each.path).or_default().push(id);
        }
    }
    let in_order = |all: BTreeMap<&str, Vec<&str>>| -> BTreeSet<Vec<String>> {
        all.into_values().map(|ids| ids.into_iter().map(str::to_owned).collect()).collect()
    };
    assert_eq!(in_order(arrived), in_order(expected));
    for (_, event, claims, _) in &owed {
        assert!(times[&**event] <= *claims, "{event} came {} times in {claims} claims", times[&**event]);
    }
    (owed.len(), received.len() - owed.len())
}

async fn renamed(admin: &mut PgConnection) -> i64 {
    sqlx::query_scalar("select count(*) from events where event_type = 'workspace.renamed'")
        .fetch_one(admin)
        .await
        .expect("events can be counted")
}

/// Everybody has one mail; or none, where nobody knows whether one was sent. Says how many came and how many of the
/// latter there are.
async fn nobody_is_greeted_twice(
    admin: &mut PgConnection,
    deployment: &Deployment,
    journal: &Journal,
) -> (usize, usize) {
    let owed: Vec<(String, String)> = sqlx::query_as(
        "select e.id, w.state from work w join events e on e.position = w.event_position
         where w.worker = 'send_mail'",
    )
    .fetch_all(admin)
    .await
    .expect("work can be read");
    let states: HashMap<&str, &str> = owed.iter().map(|(user, state)| (&**user, &**state)).collect();
    assert_eq!(owed.len(), states.len(), "one mail is owed to each");
    let mails = deployment.mails.taken();
    let people = || journal.acknowledged.iter().filter(|each| each.event_type == "user.registered");
    assert_eq!(people().count(), owed.len(), "a mail is owed to everybody");
    for person in people() {
        let came = mails.iter().filter(|to| **to == person.name).count();
        match (states[&*person.id], came) {
            ("done", 1) | ("unknown", 0 | 1) => {}
            (state, came) => panic!("{came} mails came to {}, and the work is {state}", person.name),
        }
    }
    (mails.len(), states.values().filter(|state| **state == "unknown").count())
}
