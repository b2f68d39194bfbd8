//! An event that cannot be projected sets its own key aside, in order, and nothing else; an operator brings it back.

use std::sync::Arc;
use std::time::Duration;

use domain::identity::workspace::WorkspaceEvent;
use eventstore::event::Recorded;
use eventstore::payload::ReadFault;
use eventstore::seal::Sealer;
use projections::RunningProjections;
use projections::runtime::{Key, Opened, ProjectFault, Projection, ReadModel, of, redrive};
use sqlx::PgConnection;
use support::database;
use support::log::{TestLog, command, create, rename, request};
use support::projections::{assert_rows_equal_the_log, caught_up, start, start_these};

const SOON: Duration = Duration::from_secs(20);

/// The names that workspaces have had, a table that refuses one of them, and a fold that panics at another.
struct Picky;

const PICKY: &[&dyn Projection] = &[of::<Picky>()];

impl ReadModel for Picky {
    const NAME: &'static str = "picky";
    const VERSION: i32 = 1;
    const TABLES: &'static str = "
        create table picky (tenant text, id text, position bigint, name text constraint taste check (name <> 'poison'),
                            primary key (tenant, id, position))";
    type Event = Opened<WorkspaceEvent>;

    fn key(event: &Recorded) -> Option<Key> {
        (event.stream.aggregate == "workspace").then_some(Key::Aggregate)
    }

    async fn open(sealer: &Sealer, event: Arc<Recorded>) -> Result<Self::Event, ReadFault> {
        Opened::read(sealer, event).await
    }

    async fn project(connection: &mut PgConnection, events: &[&Self::Event]) -> Result<(), ProjectFault> {
        for opened in events {
            let (WorkspaceEvent::Created { name, .. } | WorkspaceEvent::Renamed { name }) = &opened.event
            else {
                continue;
            };
            assert_ne!(name, "dynamite");
            sqlx::query("insert into picky(tenant, id, position, name) values ($1, $2, $3, $4)")
                .bind(opened.tenant().as_str())
                .bind(opened.recorded.stream.id.as_str())
                .bind(opened.recorded.position)
                .bind(name)
                .execute(&mut *connection)
                .await?;
        }
        Ok(())
    }
}

async fn picky() -> (TestLog, RunningProjections) {
    let log = TestLog::open().await;
    // A read model that the template does not have needs the right to make a schema.
    eventstore::migrate::up(&log.url).await.unwrap();
    let running = start_these(&log.log, &log.url, PICKY).await;
    (log, running)
}

async fn write(log: &TestLog, id: &str, names: &[&str]) {
    for (number, name) in names.iter().enumerate() {
        let next = if number == 0 { create(name) } else { rename(name) };
        command(&log.executor(), &request(), id, next).await.unwrap();
    }
}

async fn names_of(log: &TestLog, id: &str) -> Vec<String> {
    sqlx::query_scalar("select name from read.picky where id = $1 order by position")
        .bind(id)
        .fetch_all(&mut database::superuser(&log.url).await)
        .await
        .unwrap()
}

async fn parked(log: &TestLog) -> (Vec<(String, String)>, Vec<i64>) {
    let mut admin = database::superuser(&log.url).await;
    let keys = sqlx::query_as("select key, reason from parked_keys order by key").fetch_all(&mut admin).await;
    let events = sqlx::query_scalar("select position from parked_events order by position")
        .fetch_all(&mut admin)
        .await;
    (keys.unwrap(), events.unwrap())
}

async fn head_is_reached(log: &TestLog, running: &RunningProjections) {
    let head = log.log.reader().head().await.unwrap();
    running.progress().wait_for("picky", head, SOON).await.unwrap();
}

#[tokio::test]
async fn a_fold_that_panics_at_an_event_sets_aside_its_key_only() {
    let (log, running) = picky().await;
    write(&log, "bad", &["one", "dynamite", "three"]).await;
    write(&log, "good", &["one", "two"]).await;
    head_is_reached(&log, &running).await;
    assert_eq!(names_of(&log, "bad").await, ["one"]);
    assert_eq!(names_of(&log, "good").await, ["one", "two"]);
    let (keys, events) = parked(&log).await;
    assert_eq!(keys.len(), 1);
    assert_eq!(keys[0].1, "the fold panicked");
    assert_eq!(events.len(), 2);
    running.stop().await;
}

#[tokio::test]
async fn a_poison_event_sets_aside_its_key_only_and_comes_back_in_order() {
    let (log, running) = picky().await;
    write(&log, "bad", &["one", "poison", "three"]).await;
    write(&log, "good", &["one", "two"]).await;
    head_is_reached(&log, &running).await;
    assert_eq!(names_of(&log, "bad").await, ["one"]);
    assert_eq!(names_of(&log, "good").await, ["one", "two"]);

    // What comes later about the key waits, in this process and in the next.
    command(&log.executor(), &request(), "bad", rename("four")).await.unwrap();
    running.stop().await;
    let running = start_these(&log.log, &log.url, PICKY).await;
    command(&log.executor(), &request(), "bad", rename("five")).await.unwrap();
    command(&log.executor(), &request(), "good", rename("three")).await.unwrap();
    head_is_reached(&log, &running).await;
    let (keys, events) = parked(&log).await;
    assert_eq!(keys, [("acme/workspace/bad".to_owned(), "taste refuse it with 23514".to_owned())]);
    assert_eq!(events, [2, 3, 6, 7]);
    assert_eq!(names_of(&log, "good").await, ["one", "two", "three"]);

    let source = log.log.source();
    let tried = redrive(&log.url, &source, PICKY[0], "acme/workspace/bad").await.unwrap();
    assert_eq!((tried.events, tried.stopped_by.is_some()), (0, true));
    assert_eq!(parked(&log).await.1, [2, 3, 6, 7]);

    sqlx::query("alter table picky_v1.picky drop constraint taste")
        .execute(&mut database::superuser(&log.url).await)
        .await
        .unwrap();
    let brought_back = redrive(&log.url, &source, PICKY[0], "acme/workspace/bad").await.unwrap();
    assert_eq!((brought_back.events, brought_back.stopped_by), (4, None));
    assert_eq!(names_of(&log, "bad").await, ["one", "poison", "three", "four", "five"]);
    assert_eq!(parked(&log).await, (vec![], vec![]));

    // The owner knows that the key is free again.
    command(&log.executor(), &request(), "bad", rename("six")).await.unwrap();
    head_is_reached(&log, &running).await;
    assert_eq!(names_of(&log, "bad").await.last().unwrap(), "six");
    running.stop().await;
}

#[tokio::test]
async fn several_keys_are_set_aside_each_on_its_own() {
    let (log, running) = picky().await;
    running.stop().await;
    for id in ["a", "b", "c"] {
        write(&log, id, &["one", if id == "b" { "two" } else { "poison" }, "three"]).await;
    }
    let running = start_these(&log.log, &log.url, PICKY).await;
    head_is_reached(&log, &running).await;
    let (keys, events) = parked(&log).await;
    let keys: Vec<&str> = keys.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["acme/workspace/a", "acme/workspace/c"]);
    assert_eq!(events, [2, 3, 8, 9]);
    assert_eq!(names_of(&log, "b").await, ["one", "two", "three"]);
    running.stop().await;
}

#[tokio::test]
async fn an_event_that_cannot_be_read_is_set_aside_by_those_who_read_it() {
    let log = TestLog::open().await;
    write(&log, "bad", &["one", "two"]).await;
    write(&log, "good", &["one", "two"]).await;
    let mut admin = database::superuser(&log.url).await;
    let spoil = "update events set payload = '{\"nonsense\":1}' where position = 2";
    sqlx::query(spoil).execute(&mut admin).await.unwrap();
    let running = start(&log.log, &log.url).await;
    caught_up(&log.log, &running).await;
    let (keys, events) = parked(&log).await;
    assert_eq!((keys.len(), events.as_slice()), (1, &[2][..]), "activity and index do not read it: {keys:?}");

    let mend = "update events set payload = '{\"name\":\"two\"}' where position = 2";
    sqlx::query(mend).execute(&mut admin).await.unwrap();
    let workspaces = projections::all().iter().find(|each| each.name() == "workspaces").unwrap();
    redrive(&log.url, &log.log.source(), *workspaces, &keys[0].0).await.unwrap();
    assert_rows_equal_the_log(&log.log, &log.url).await;
    running.stop().await;
}
