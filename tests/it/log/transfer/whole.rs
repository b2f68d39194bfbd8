//! Export and import give the same rows, the same chain and the same states.

use domain::identity::{Tenant, Workspace};
use eventstore::read::At;
use eventstore::{Log, incarnation};
use support::log::{TestLog, options, stream_id, tenant, verify, write_versions};
use support::random::Random;
use support::transfer::{Empty, Place, expect_guarded, export_to, rows_of};

use super::used_log;

/// Everything that travels in plain, with every column that must be the same.
const SAME: [&str; 6] = [
    "select e::text || e.meta::text || e.payload::text from events e order by position",
    "select s::text from streams s order by stream_no",
    "select b::text from log_batches b where last_position > 0 order by last_position",
    "select r::text from reservations r order by kind, key",
    "select c::text from counters c order by tenant, name",
    "select l.command_id || ' ' || l.day || ' ' || l.first_position || ' ' || l.events || ' ' || l.recorded_at
       from command_log l order by first_position",
];

async fn expect_same(one: &str, other: &str) {
    for select in SAME {
        let rows = rows_of(one, select).await;
        assert!(!rows.is_empty(), "{select}");
        assert_eq!(rows_of(other, select).await, rows, "{select}");
    }
}

#[tokio::test]
async fn an_imported_log_is_the_same_row_by_row_and_hash_by_hash() {
    let (log, _) = used_log().await;
    let (place, empty) = (Place::default(), Empty::new().await);
    let exported = export_to(&place, &log.url, log.keys_dir()).await;
    assert!(exported.segments > 3, "{exported:?}");
    let imported = empty.import_from(&place).await.unwrap();
    assert_eq!(
        (imported.last_position, &imported.chain_hash, imported.incarnation),
        (exported.last_position, &exported.chain_hash, exported.incarnation)
    );
    expect_same(&log.url, &empty.url).await;
    expect_guarded(&empty.url).await;
    assert_eq!(verify(&empty.url).await, exported.last_position);
    for checked in eventstore::check::check(&empty.url).await.unwrap() {
        assert!(checked.holds(), "{checked:?}");
    }
}

/// Nothing is lost or added by a second journey: the segments are the same, byte for byte.
#[tokio::test]
async fn an_import_exports_to_the_same_segments() {
    let (log, _) = used_log().await;
    let (first, second, empty) = (Place::default(), Place::default(), Empty::new().await);
    export_to(&first, &log.url, log.keys_dir()).await;
    empty.import_from(&first).await.unwrap();
    export_to(&second, &empty.url, empty.keys.path()).await;
    for part in ["segments", "reservations", "counters", "commands", "end", "event_types"] {
        assert_eq!(second.manifest()[part], first.manifest()[part], "{part}");
    }
}

/// Some streams, drawn: every state at every version is what it was.
#[tokio::test]
async fn every_aggregate_has_the_state_that_it_had() {
    let (log, _) = used_log().await;
    let mut random = Random::seeded(7);
    for stream in 0..20 {
        write_versions(&log.executor(), &format!("w{stream}"), 1..=random.between(1, 9) as i64).await;
    }
    let (place, empty) = (Place::default(), Empty::new().await);
    export_to(&place, &log.url, log.keys_dir()).await;
    empty.import_from(&place).await.unwrap();
    let copy = Log::open(options(&empty.url, empty.keys.path())).await.unwrap();
    let names = rows_of(&log.url, "select type || '/' || id from streams order by stream_no").await;
    assert!(names.len() > 20);
    for name in names {
        let (aggregate, id) = name.split_once('/').unwrap();
        match aggregate {
            "workspace" => assert_eq!(workspace(&copy, id).await, workspace(&log.log, id).await, "{name}"),
            "tenant" => assert_eq!(contact(&copy, id).await, contact(&log.log, id).await, "{name}"),
            other => panic!("nobody compares {other}"),
        }
    }
    assert_eq!(contact(&copy, "acme").await.as_deref(), Some("ana@example.org"));
    copy.close().await;
}

async fn workspace(log: &Log, id: &str) -> (i64, Workspace) {
    let read = log.reader().state_at::<Workspace>(&tenant("acme"), stream_id(id), At::Now).await.unwrap();
    (read.version, read.state)
}

async fn contact(log: &Log, id: &str) -> Option<String> {
    let read = log.reader().state_at::<Tenant>(&tenant("acme"), stream_id(id), At::Now).await.unwrap();
    read.state.contact().and_then(|contact| contact.get().cloned())
}

#[tokio::test]
async fn incarnations_travel_and_what_was_signed_still_holds() {
    let log = TestLog::of_three_batches().await;
    support::checkpoints::sign(&log).await;
    incarnation::begin(&log.url, "a test").await.unwrap();
    let (place, empty) = (Place::default(), Empty::new().await);
    export_to(&place, &log.url, log.keys_dir()).await;
    empty.import_from(&place).await.unwrap();
    let checkpoints = support::checkpoints::file(&log);
    let arguments = ["log", "verify", "--output", "json", "--checkpoints", checkpoints.to_str().unwrap()];
    let output = empty.run(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["checkpoints"]["agreeing"], 1);
}
