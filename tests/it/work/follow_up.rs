//! What follows from an effect is written together with the end of the work, or not at all.

use domain::identity::Workspace;
use domain::identity::workspace::WorkspaceCommand;
use eventstore::execute::{CommandError, Plan};
use eventstore::work::{Claim, Settled, Work};
use support::database;
use support::log::{TestLog, command, create, request, stream_id, tenant, to_workspace};
use support::workers::{NOTING, at_work, scripted, settings, until_states};
use workers::runtime::{Effect, Outcome};

fn describe(description: &str) -> Plan {
    let command = WorkspaceCommand::Describe { description: description.into() };
    Plan::new().decide::<Workspace>(&tenant("acme"), stream_id("a"), command)
}

#[tokio::test]
async fn the_command_and_the_end_of_the_work_commit_together() {
    let log = TestLog::open().await;
    let worker = scripted(settings("note", Effect::Idempotent), |task| async move {
        match task.event.version {
            1 => Outcome::then(|| describe("seen")),
            _ => Outcome::Done,
        }
    });
    let running = at_work(&log.log, &log.url, NOTING, worker).await;
    command(&log.executor(), &request(), "a", create("A")).await.unwrap();
    let mut admin = database::superuser(&log.url).await;
    until_states(&mut admin, &[("done", 2)]).await;
    let (cause, actor, correlation, first): (String, String, String, String) = sqlx::query_as(
        "select f.meta ->> 'causation_id', f.meta ->> 'actor', f.meta ->> 'correlation_id', c.meta ->> 'event_id'
           from events f, events c where f.seq = 2 and c.seq = 1",
    )
    .fetch_one(&mut admin)
    .await
    .unwrap();
    assert_eq!((cause, actor), (first, "worker:note".into()));
    assert!(!correlation.is_empty());
    assert_eq!(log.verify().await, 2);
    running.stop().await;
}

#[tokio::test]
async fn a_command_that_changes_nothing_ends_the_work_too() {
    let log = TestLog::open().await;
    let worker = scripted(settings("note", Effect::Idempotent), |_| async {
        Outcome::then(|| Plan::new().decide::<Workspace>(&tenant("acme"), stream_id("a"), create("A")))
    });
    let running = at_work(&log.log, &log.url, NOTING, worker).await;
    command(&log.executor(), &request(), "a", create("A")).await.unwrap();
    until_states(&mut database::superuser(&log.url).await, &[("done", 1)]).await;
    assert_eq!(log.verify().await, 1);
    running.stop().await;
}

#[tokio::test]
async fn a_command_that_is_refused_sets_the_work_aside() {
    let log = TestLog::open().await;
    let worker = scripted(settings("note", Effect::Idempotent), |_| async {
        Outcome::then(|| {
            Plan::new().decide::<Workspace>(&tenant("acme"), stream_id("none"), WorkspaceCommand::Archive)
        })
    });
    let running = at_work(&log.log, &log.url, NOTING, worker).await;
    command(&log.executor(), &request(), "a", create("A")).await.unwrap();
    until_states(&mut database::superuser(&log.url).await, &[("parked", 1)]).await;
    running.stop().await;
}

/// One that stood still for too long finds its work in other hands, and changes nothing.
#[tokio::test]
async fn a_zombie_is_fenced() {
    let log = TestLog::open().await;
    let mut admin = database::superuser(&log.url).await;
    support::work::claimed(&mut admin, "note/1/", 2, 0).await;
    let work = Work::open(&log.url, 1).unwrap();
    let zombie = claim("note/1/", 1);
    let late = to_workspace("late", create("Late")).fence("note/1/", 1, 0);
    let error = log.executor().execute(&request(), late).await.unwrap_err();
    assert!(matches!(error, CommandError::Fenced), "{error:?}");
    assert!(work.renew(std::slice::from_ref(&zombie)).await.unwrap().is_empty());
    assert!(work.settle(&[(zombie, Settled::Done)]).await.unwrap().is_empty());

    let heir = to_workspace("heir", create("Heir")).fence("note/1/", 2, 0);
    log.executor().execute(&request(), heir).await.unwrap();
    until_states(&mut admin, &[("done", 1)]).await;
    assert_eq!(log.verify().await, 1);
}

fn claim(name: &str, attempt: i32) -> Claim {
    Claim {
        name: name.into(),
        tenant: tenant("acme"),
        position: 1,
        part: String::new(),
        key: name.into(),
        lane: None,
        attempt,
        epoch: 0,
        failures: 0,
        lost: 0,
    }
}
