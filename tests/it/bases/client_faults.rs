//! The client against the stand-in with every fault on: what is reported done is done, what is reported undone is not, what is
//! reported unclear is one or the other, nothing is done twice, and no more is asked than the limits allow.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use adapters::airtable::{Client, Hosts, Metrics, Pace, RealTime, Settings};
use adapters::http::{EgressPolicy, GuardedClient};
use domain::bases::ids::{BaseId, RecordId, TableId};
use domain::bases::ports::{
    Access, Airtable, Connected, Fault, FoundRecord, Place, Query, Sent, Sweep, Swept,
};
use domain::bases::table::{Fields, RECORDS_MAX, Verb};
use domain::secret::Secret;
use jiff::Timestamp;
use sandbox::airtable::{App, Knobs, Standing};
use serde_json::{Value, json};
use support::random::Random;

const BASES: u64 = 9;
const STEPS: u64 = 24;
const TOKEN: &str = "patAna";
const NAME: &str = "fldName0000000000";
const NUMBER: &str = "fldNumber00000000";
const PER_BASE: usize = 5;
const PER_PERSON: usize = 50;
/// What has to come of so many steps for the test to be one.
const UNCLEAR_MIN: u64 = 5;

/// Every fault, and the limits of the real one. A penalty would be sat out, but must never come.
fn knobs() -> Knobs {
    let turned = json!({
        "latency_ms": 5, "jitter_ms": 40, "iterator_idle_seconds": 1,
        "failures": [
            { "route": "*", "status": 500, "chance": 0.06 },
            { "route": "*", "status": 502, "chance": 0.06 },
            { "route": "*", "status": 503, "chance": 0.06, "retry_after_seconds": 1 },
            { "route": "*", "status": 504, "chance": 0.03 },
        ],
        "after_commit": [
            { "route": "*", "chance": 0.08, "do": "drop" },
            { "route": "*", "chance": 0.04, "do": { "hang": { "milliseconds": 300 } } },
        ],
    });
    Knobs::default().turned(&turned).expect("knobs").with_real_limits()
}

fn seed() -> Value {
    let base = |number| {
        json!({
            "id": base_id(number), "name": "Base", "workspaceId": "wspOne00000000000",
            "tables": [{
                "id": "tblThings00000000", "name": "Things", "primaryFieldId": NAME,
                "fields": [
                    { "id": NAME, "name": "Name", "type": "singleLineText" },
                    { "id": NUMBER, "name": "Number", "type": "number", "options": { "precision": 0 } },
                ],
            }],
        })
    };
    json!({
        "people": [{ "id": "usrAna00000000000", "email": "ana@example.org", "name": "Ana" }],
        "workspaces": [{ "id": "wspOne00000000000", "name": "One" }],
        "tokens": [{ "token": TOKEN, "user": "usrAna00000000000" }],
        "bases": (0..BASES).map(base).collect::<Vec<_>>(),
    })
}

fn base_id(number: u64) -> BaseId {
    BaseId::parse(&format!("app{number:014}")).expect("an id")
}

fn place(number: u64) -> Place {
    Place { base: base_id(number), table: TableId::parse("tblThings00000000").expect("an id") }
}

fn fields(value: Value) -> Fields {
    serde_json::from_value(value).expect("fields")
}

/// What may stand in the number of a record, if it is there.
#[derive(Debug, Clone, Default)]
struct Expected {
    id: Option<RecordId>,
    may_be_missing: bool,
    may_be_there: bool,
    numbers: Vec<u64>,
}

/// One writer of a base, and all that it knows of it, by name.
struct Writer {
    place: Place,
    connection: Arc<dyn Connected>,
    random: Random,
    known: BTreeMap<String, Expected>,
    unclear: u64,
}

impl Writer {
    async fn work(mut self) -> u64 {
        for step in 0..STEPS {
            match self.random.below(10) {
                0..5 => self.create(step).await,
                5..8 => self.update(step).await,
                _ => self.delete().await,
            }
        }
        self.judge().await;
        self.unclear
    }

    async fn create(&mut self, step: u64) {
        let names: Vec<String> =
            (0..self.random.between(1, RECORDS_MAX as u64)).map(|row| format!("{step}-{row}")).collect();
        let rows: Vec<Fields> =
            names.iter().map(|name| fields(json!({ NAME: name, NUMBER: step }))).collect();
        let outcome = self.connection.create(self.place, &rows, false).await;
        let is_unclear = self.is_unclear(outcome.as_ref().err());
        let ids: Vec<Option<RecordId>> = match &outcome {
            Ok(made) => made.iter().map(|record| Some(record.id)).collect(),
            Err(_) => vec![None; names.len()],
        };
        assert_eq!(ids.len(), names.len());
        for (name, id) in names.into_iter().zip(ids) {
            let (may_be_there, may_be_missing) = (outcome.is_ok() || is_unclear, outcome.is_err());
            self.known.insert(name, Expected { id, may_be_missing, may_be_there, numbers: vec![step] });
        }
    }

    async fn update(&mut self, step: u64) {
        let Some((name, id)) = self.one_that_is_there() else { return };
        let number = 1_000 + step;
        let rows = [(id, fields(json!({ NUMBER: number })))];
        let outcome = self.connection.update(self.place, Verb::Patch, &rows, false).await;
        let is_unclear = self.is_unclear(outcome.as_ref().err());
        let expected = self.known.entry(name).or_default();
        match outcome {
            Ok(_) => expected.numbers = vec![number],
            Err(_) if is_unclear => expected.numbers.push(number),
            Err(_) => {}
        }
    }

    async fn delete(&mut self) {
        let Some((name, id)) = self.one_that_is_there() else { return };
        let outcome = self.connection.delete(self.place, &[id]).await;
        let is_unclear = self.is_unclear(outcome.as_ref().err());
        let expected = self.known.entry(name).or_default();
        match outcome {
            Ok(gone) => {
                assert_eq!(gone, [id]);
                (expected.may_be_missing, expected.may_be_there) = (true, false);
            }
            Err(_) => expected.may_be_missing = is_unclear,
        }
    }

    fn one_that_is_there(&mut self) -> Option<(String, RecordId)> {
        let there = self.known.iter().filter(|(_, expected)| !expected.may_be_missing);
        let there: Vec<_> = there.filter_map(|(name, expected)| Some((name.clone(), expected.id?))).collect();
        (!there.is_empty()).then(|| self.random.one_of(&there))
    }

    /// Nothing here is refused, spends a quota or makes Airtable ask for a pause.
    fn is_unclear(&mut self, fault: Option<&Fault>) -> bool {
        let is_expected =
            fault.is_none_or(|fault| matches!(fault, Fault::Ambiguous(_) | Fault::Unavailable(_)));
        assert!(is_expected, "{fault:?}");
        let is_unclear = matches!(fault, Some(Fault::Ambiguous(_)));
        self.unclear += u64::from(is_unclear);
        is_unclear
    }

    /// Everything that is there, however often Airtable forgets where it was.
    async fn sweep(&self) -> Vec<FoundRecord> {
        let (mut sweep, mut found) = (Sweep::new(self.place, sweep_query()), Vec::new());
        loop {
            match sweep.next(&*self.connection).await {
                Ok(Some(Swept::Records(records))) => found.extend(records),
                Ok(Some(Swept::Restarted)) => found.clear(),
                Ok(None) => return found,
                Err(fault) if is_forgotten(&fault) => {
                    (sweep, found) = (Sweep::new(self.place, sweep_query()), Vec::new());
                }
                Err(fault) => assert!(fault.retry_helps(), "{fault}"),
            }
        }
    }

    async fn judge(&self) {
        let mut found: BTreeMap<String, Vec<FoundRecord>> = BTreeMap::new();
        for record in self.sweep().await {
            let name = record.fields[NAME].as_str().expect("a name").to_owned();
            found.entry(name).or_default().push(record);
        }
        for (name, expected) in &self.known {
            match found.remove(name).unwrap_or_default().as_slice() {
                [] => assert!(expected.may_be_missing, "{name} is lost: {expected:?}"),
                [one] => {
                    assert!(expected.may_be_there, "{name} is there although nothing was done: {expected:?}");
                    assert!(expected.id.is_none_or(|id| id == one.id), "{name} has another id: {expected:?}");
                    let number = one.fields[NUMBER].as_u64().expect("a number");
                    assert!(expected.numbers.contains(&number), "{name} holds {number}: {expected:?}");
                }
                many => panic!("{name} is there {} times", many.len()),
            }
        }
        assert!(found.is_empty(), "nobody wrote {found:?}");
    }
}

fn sweep_query() -> Query {
    Query { page_size: Some(20), ..Query::default() }
}

/// More often than a sweep begins again by itself.
fn is_forgotten(fault: &Fault) -> bool {
    fault.refused_as() == Some("LIST_RECORDS_ITERATOR_NOT_AVAILABLE")
}

fn client(root: &str) -> Client {
    let settings = Settings {
        pace: Pace::default(),
        metrics: Metrics::default(),
        time: Arc::new(RealTime),
        files: GuardedClient::new(EgressPolicy::default()).expect("a client"),
    };
    Client::new(Hosts::of(root).expect("a root"), settings).expect("a client")
}

fn access() -> Access {
    let (token, counted_for) = (Secret::new(TOKEN.to_owned()), "usrAna00000000000".to_owned());
    Access { token, counted_for, patience: Duration::from_secs(60), sent: Sent::default() }
}

/// No second holds more arrivals than are allowed, of a base and of all bases.
fn kept_to_the_limits(app: &App) {
    let entries = app.journal.after(0, None, usize::MAX);
    assert!(entries.iter().all(|entry| entry.status != Some(429)), "a limit was met");
    let arrivals = |base: Option<BaseId>| {
        let of_base = |other: Option<&str>| base.is_none_or(|base| other == Some(base.as_str()));
        let mut at: Vec<_> =
            entries.iter().filter(|entry| of_base(entry.base.as_deref())).map(|entry| entry.at).collect();
        at.sort();
        at
    };
    let bases = (0..BASES).map(|number| (Some(base_id(number)), PER_BASE));
    for (base, limit) in bases.chain([(None, PER_PERSON)]) {
        let at = arrivals(base);
        let is_slow = |window: &[Timestamp]| window[limit].duration_since(window[0]).as_millis() >= 1_000;
        assert!(at.windows(limit + 1).all(is_slow), "more than {limit} in a second of {base:?}");
        assert!(at.len() > limit);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_every_fault_on_nothing_is_lost_nothing_is_doubled_and_no_limit_is_met() {
    let seed_number = std::env::var("AIRTIDE_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(7);
    println!("AIRTIDE_SEED={seed_number}");
    let address = "127.0.0.1:0".parse().expect("an address");
    let standing = Standing::listen(address, knobs(), Some(seed_number)).await.expect("a place to listen");
    standing.hold(serde_json::from_value(seed()).expect("a seed")).expect("bases");
    let (root, app) = (standing.reached().airtable_url, Arc::clone(&standing.app));
    let serving = tokio::spawn(standing.serve(std::future::pending()));

    let connection = client(&root).connect(access());
    let random = Random::seeded(seed_number);
    let working = (0..BASES).map(|number| Writer {
        place: place(number),
        connection: Arc::clone(&connection),
        random: random.branch(&number.to_string()),
        known: BTreeMap::new(),
        unclear: 0,
    });
    let working: Vec<_> = working.map(|writer| tokio::spawn(writer.work())).collect();
    let mut unclear = 0;
    for writer in working {
        unclear += writer.await.expect("a writer that finds what it left");
    }
    assert!(unclear >= UNCLEAR_MIN, "only {unclear} outcomes were unclear");
    kept_to_the_limits(&app);
    let entries = app.journal.after(0, None, usize::MAX);
    let faults = entries.iter().filter(|entry| entry.fault.is_some()).count();
    println!("{} requests, {faults} with a fault, {unclear} of unclear outcome", entries.len());
    serving.abort();
}
