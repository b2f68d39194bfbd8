//! What must hold afterwards, whatever the writers did.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::identity::Workspace;
use eventstore::execute::{CommandError, Executor, Plan, Receipt};
use eventstore::read::At;
use support::database;
use support::log::{archive, create, rename, request, stream_id, tenant};

use super::history::{Folded, History};
use super::run::{ALLOWED, Attempt, Ran};
use super::step::{COUNTERS, OPEN, Step, claim_of, counter_of, key_of};

pub async fn all(ran: &Ran) {
    let history = History::read(&ran.log).await;
    positions_are_dense(&history);
    assert_eq!(ran.log.verify().await, history.events.len() as i64);
    every_refusal_has_its_reason(&ran.attempts);
    receipts_and_log_agree(&ran.attempts, &history);
    expected_versions_are_exact(&ran.attempts);
    guarded_streams_had_not_moved(&ran.attempts, &history);
    a_key_is_carried_out_once(&ran.attempts);
    reservations_have_one_owner(ran).await;
    counters_are_never_over(ran, &history).await;
    claims_are_closed_once(ran).await;
    replay_is_the_live_state(ran, history.workspaces()).await;
}

fn positions_are_dense(history: &History) {
    for (event, expected) in history.events.iter().zip(1..) {
        assert_eq!(event.position, expected);
    }
}

/// A unit that fails does so for what it asked itself, never for a neighbour in its batch.
fn every_refusal_has_its_reason(attempts: &[Attempt]) {
    for attempt in attempts {
        if let Err(error) = &attempt.outcome {
            assert!(is_a_reason(&attempt.step, error), "{attempt:?}");
        }
    }
}

fn is_a_reason(step: &Step, error: &CommandError) -> bool {
    use CommandError as Error;
    match (step, error) {
        (Step::Undisturbed, _) => false,
        (Step::Take { .. }, error) => matches!(error, Error::Taken),
        (Step::Release { .. }, error) => matches!(error, Error::NotOwner),
        (Step::Count { .. }, error) => matches!(error, Error::OverQuota),
        (Step::Fence { .. }, error) => matches!(error, Error::Fenced),
        (Step::Keyed { .. }, error) => matches!(error, Error::KeyReused),
        (Step::RenameAt { .. } | Step::Guarded { .. }, Error::VersionMismatch { .. }) => true,
        (Step::Guarded { .. }, error) => matches!(error, Error::Contended),
        (_, error) => matches!(error, Error::Refused(_) | Error::Contended),
    }
}

/// What was acknowledged is in the log, at its place and once; nothing else is.
fn receipts_and_log_agree(attempts: &[Attempt], history: &History) {
    let mut acknowledged = 0;
    for (_, receipt) in written(attempts) {
        let events = &history.events[first_position(receipt) as usize - 1..receipt.position as usize];
        let metas = events.iter().map(|event| event.meta().expect("metadata"));
        let (ids, commands): (Vec<_>, HashSet<_>) =
            metas.map(|meta| (meta.event_id, meta.command_id)).unzip();
        assert_eq!(ids, receipt.event_ids);
        assert_eq!(commands, HashSet::from([receipt.command_id]));
        acknowledged += events.len();
    }
    assert_eq!(acknowledged, history.events.len());
}

/// The attempts that wrote something, with their receipts; retries wrote nothing.
fn written(attempts: &[Attempt]) -> impl Iterator<Item = (&Attempt, &Receipt)> {
    let acknowledged = attempts.iter().filter_map(|attempt| Some((attempt, attempt.outcome.as_ref().ok()?)));
    acknowledged.filter(|(_, receipt)| !receipt.replayed && !receipt.event_ids.is_empty())
}

/// The same in the order of the log, by the positions of their last events.
fn in_order(attempts: &[Attempt]) -> BTreeMap<i64, &Attempt> {
    written(attempts).map(|(attempt, receipt)| (receipt.position, attempt)).collect()
}

fn first_position(receipt: &Receipt) -> i64 {
    receipt.position - receipt.event_ids.len() as i64 + 1
}

fn expected_versions_are_exact(attempts: &[Attempt]) {
    for attempt in attempts {
        match (&attempt.step, &attempt.outcome) {
            (Step::RenameAt { .. }, Ok(receipt)) => {
                let before = receipt.version() - receipt.event_ids.len() as i64;
                assert_eq!(before, attempt.version, "{attempt:?}");
            }
            (Step::RenameAt { .. }, Err(CommandError::VersionMismatch { expected, actual })) => {
                assert_eq!(*expected, attempt.version);
                assert_ne!(expected, actual, "{attempt:?}");
            }
            _ => {}
        }
    }
}

fn guarded_streams_had_not_moved(attempts: &[Attempt], history: &History) {
    for attempt in attempts {
        if let (Step::Guarded { .. }, Ok(receipt)) = (&attempt.step, &attempt.outcome) {
            let (stream, _) = attempt.step.versioned().expect("a guard names a stream");
            let version = history.version_before(&stream, first_position(receipt));
            assert_eq!(version, attempt.version, "{attempt:?}");
        }
    }
}

/// All that use a key for the same thing get the one receipt; whoever uses it for another thing is refused.
fn a_key_is_carried_out_once(attempts: &[Attempt]) {
    let mut by_key: HashMap<u8, Vec<(u8, &Attempt)>> = HashMap::new();
    for attempt in attempts {
        if let Step::Keyed { key, content } = attempt.step {
            by_key.entry(key).or_default().push((content, attempt));
        }
    }
    for uses in by_key.values() {
        let firsts: Vec<(u8, &Receipt)> = uses
            .iter()
            .filter_map(|(content, attempt)| Some((*content, attempt.outcome.as_ref().ok()?)))
            .filter(|(_, receipt)| !receipt.replayed)
            .collect();
        let [(content, first)] = firsts[..] else {
            panic!("carried out {} times: {uses:?}", firsts.len());
        };
        for (other_content, attempt) in uses {
            match &attempt.outcome {
                Ok(receipt) => {
                    assert_eq!((receipt.position, *other_content), (first.position, content));
                    assert_eq!(receipt.event_ids, first.event_ids);
                    assert_eq!(receipt.streams, first.streams);
                }
                Err(_) => assert_ne!(*other_content, content, "{attempt:?}"),
            }
        }
    }
}

async fn reservations_have_one_owner(ran: &Ran) {
    let mut owners: BTreeMap<String, String> = BTreeMap::new();
    for attempt in in_order(&ran.attempts).values() {
        match attempt.step {
            Step::Take { key } => {
                let before = owners.insert(key_of(key), attempt.owner.clone());
                assert_eq!(before, None, "taken while it was held: {attempt:?}");
            }
            Step::Release { key } => {
                let before = owners.remove(&key_of(key));
                assert_eq!(before.as_ref(), Some(&attempt.owner), "{attempt:?}");
            }
            _ => {}
        }
    }
    let mut admin = database::superuser(&ran.log.url).await;
    let stored: Vec<(String, String)> =
        sqlx::query_as("select key, owner from reservations where kind = 'name' order by key")
            .fetch_all(&mut admin)
            .await
            .expect("the reservations can be read");
    assert_eq!(stored, owners.into_iter().collect::<Vec<_>>());
}

/// Units of one batch take effect together, so a counter is looked at behind each batch.
async fn counters_are_never_over(ran: &Ran, history: &History) {
    let placed = in_order(&ran.attempts);
    for counter in COUNTERS {
        let mut used = 0;
        for (first, last) in &history.batches {
            used += placed
                .range(first..=last)
                .filter_map(|(_, attempt)| match attempt.step {
                    Step::Count { counter: of, amount } if of == counter => Some(amount),
                    _ => None,
                })
                .sum::<i64>();
            assert!((0..=ALLOWED).contains(&used), "{used} after position {last}");
        }
        let mut admin = database::superuser(&ran.log.url).await;
        let stored: i64 = sqlx::query_scalar("select used from counters where name = $1")
            .bind(counter_of(counter))
            .fetch_one(&mut admin)
            .await
            .expect("the counter can be read");
        assert_eq!(stored, used);
    }
}

async fn claims_are_closed_once(ran: &Ran) {
    let mut closed = Vec::new();
    for attempt in in_order(&ran.attempts).values() {
        if let Step::Fence { claim, epoch } = attempt.step {
            assert_eq!(epoch, OPEN, "{attempt:?}");
            closed.push(claim_of(claim));
        }
    }
    closed.sort();
    let mut admin = database::superuser(&ran.log.url).await;
    let done: Vec<String> = sqlx::query_scalar("select claim from work where state = 'done' order by claim")
        .fetch_all(&mut admin)
        .await
        .expect("the claims can be read");
    assert_eq!(done, closed);
}

/// What the domain folds, what readers answer and what both executors remember is the same.
async fn replay_is_the_live_state(ran: &Ran, workspaces: BTreeMap<String, Folded>) {
    for (id, folded) in workspaces {
        let read = ran
            .log
            .log
            .reader()
            .state_at::<Workspace>(&tenant("acme"), stream_id(&id), At::Now)
            .await
            .expect("a workspace can be read");
        assert_eq!((&read.state, read.version), (&folded.state, folded.version));
        if id.starts_with("shared") {
            for executor in [ran.log.executor(), ran.other.executor()] {
                remembers(&executor, &id, &folded).await;
            }
        }
    }
}

/// Commands that were carried out already change nothing, so an executor that agrees to all of them knows the state.
async fn remembers(executor: &Executor, id: &str, folded: &Folded) {
    let name = folded.state.name().expect("a workspace has a name");
    let last_command = if folded.state.is_archived() { archive() } else { rename(name) };
    for command in [create(name), last_command] {
        let plan =
            Plan::new().decide_at::<Workspace>(&tenant("acme"), stream_id(id), folded.version, command);
        let receipt = executor.execute(&request(), plan).await.expect("nothing to do");
        assert_eq!((receipt.event_ids.len(), receipt.version()), (0, folded.version));
    }
}
