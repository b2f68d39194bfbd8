//! What was written to the log is in the rows, and each tenant sees its own.

use std::collections::BTreeSet;
use std::time::Duration;

use domain::id::Id;
use domain::identity::Webhook;
use domain::identity::webhook::WebhookCommand;
use domain::identity::workspace::WorkspaceCommand;
use eventstore::event::Recorded;
use eventstore::execute::{Plan, Request};
use eventstore::follow::Bounds;
use eventstore::read::Start;
use projections::identity::event_index::{self, Readable, Wanted};
use projections::identity::{activity, webhooks, workspaces};
use projections::{TenantQueries, TenantTx, Visible};
use support::log::{
    TestLog, archive, command, create, rename, request, stream_id, tenant, to_workspace_of, workspace_id,
    write_versions,
};
use support::projections::{assert_rows_equal_the_log, caught_up, start};

const ALL_TYPES: [&str; 4] =
    ["workspace.created", "workspace.renamed", "workspace.described", "workspace.archived"];

async fn of(queries: &TenantQueries, name: &str) -> TenantTx {
    queries.begin(&tenant(name)).await.unwrap()
}

fn queries(log: &TestLog) -> TenantQueries {
    TenantQueries::open(&log.url, 2).unwrap()
}

/// Workspaces of two tenants; one of each is called `invoices`.
async fn two_tenants() -> TestLog {
    let log = TestLog::open().await;
    for name in ["acme", "globex"] {
        let plan = to_workspace_of(&tenant(name), "invoices", create(&format!("Invoices of {name}")));
        log.executor().execute(&Request::new(tenant(name), "usr_ana"), plan).await.unwrap();
    }
    log
}

#[tokio::test]
async fn a_workspace_is_in_its_rows_as_it_is_now() {
    let log = two_tenants().await;
    let running = start(&log.log, &log.url).await;
    let description = WorkspaceCommand::Describe { description: "Everything owed".into() };
    for next in [rename("Bills"), description, archive()] {
        command(&log.executor(), &request(), "invoices", next).await.unwrap();
    }
    let receipt = command(&log.executor(), &request(), "orders", create("Orders")).await.unwrap();
    running.progress().wait_for("workspaces", receipt.position, Duration::from_secs(10)).await.unwrap();

    let queries = queries(&log);
    let mut acme = of(&queries, "acme").await;
    let bills = workspaces::one(&mut acme, &workspace_id("invoices")).await.unwrap().unwrap();
    assert_eq!((bills.name.as_str(), bills.description.as_str()), ("Bills", "Everything owed"));
    assert_eq!((bills.archived, bills.version, bills.position), (true, 4, 5));
    assert!(bills.updated_at > bills.created_at);

    let listed = workspaces::list(&mut acme, &Visible::All, None, 10).await.unwrap();
    let names: Vec<&str> = listed.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["Orders"], "what is archived is not listed");
    running.stop().await;
}

#[tokio::test]
async fn a_list_goes_on_where_it_ended_and_shows_what_is_visible() {
    let log = TestLog::open().await;
    for number in 0..7 {
        command(&log.executor(), &request(), &format!("w{number}"), create("Workspace")).await.unwrap();
    }
    let running = start(&log.log, &log.url).await;
    caught_up(&log.log, &running).await;
    let queries = queries(&log);
    let mut acme = of(&queries, "acme").await;

    let (mut after, mut seen) = (None, Vec::new());
    loop {
        let page = workspaces::list(&mut acme, &Visible::All, after.as_ref(), 3).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.id.clone());
        seen.extend(page.iter().map(|row| row.id.as_str().to_owned()));
    }
    assert_eq!(seen, Vec::from_iter((0..7).map(|number| format!("w{number}"))));

    let two = Visible::Only(BTreeSet::from([workspace_id("w2"), workspace_id("w5"), workspace_id("other")]));
    let listed = workspaces::list(&mut acme, &two, None, 10).await.unwrap();
    assert_eq!(listed.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["w2", "w5"]);
    running.stop().await;
}

fn add_webhook(enabled: bool) -> WebhookCommand {
    WebhookCommand::Add {
        workspace: workspace_id("w1"),
        slot: 0,
        url: "https://example.org/".into(),
        description: String::new(),
        event_types: BTreeSet::from(["workspace.renamed".to_owned()]),
        enabled,
        secret: Id::new("whs_1").unwrap(),
    }
}

#[tokio::test]
async fn webhooks_are_found_by_their_workspace() {
    let log = TestLog::open().await;
    for (name, enabled) in [("wh_1", true), ("wh_2", false), ("wh_3", true)] {
        let plan = Plan::new().create::<Webhook>(&tenant("acme"), stream_id(name), add_webhook(enabled));
        log.executor().execute(&request(), plan).await.unwrap();
    }
    let remove = WebhookCommand::Remove { expected: None };
    let plan = Plan::new().decide::<Webhook>(&tenant("acme"), stream_id("wh_3"), remove);
    log.executor().execute(&request(), plan).await.unwrap();
    let running = start(&log.log, &log.url).await;
    caught_up(&log.log, &running).await;
    assert_rows_equal_the_log(&log.log, &log.url).await;

    let queries = queries(&log);
    let mut acme = of(&queries, "acme").await;
    let found = webhooks::list(&mut acme, &workspace_id("w1"), None, 10).await.unwrap();
    assert_eq!(found.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["wh_1", "wh_2"]);
    assert_eq!(found[0].event_types, BTreeSet::from(["workspace.renamed".to_owned()]));
    assert!(webhooks::list(&mut acme, &workspace_id("w2"), None, 10).await.unwrap().is_empty());
    let mut globex = of(&queries, "globex").await;
    assert!(webhooks::list(&mut globex, &workspace_id("w1"), None, 10).await.unwrap().is_empty());
    running.stop().await;
}

#[tokio::test]
async fn nobody_sees_rows_of_another_tenant() {
    let log = two_tenants().await;
    let running = start(&log.log, &log.url).await;
    caught_up(&log.log, &running).await;
    let queries = queries(&log);
    for (name, rows) in [("acme", 1), ("globex", 1), ("initech", 0)] {
        let mut tx = of(&queries, name).await;
        let listed = workspaces::list(&mut tx, &Visible::All, None, 10).await.unwrap();
        assert_eq!(listed.len(), rows, "{name}");
        assert!(listed.iter().all(|row| row.name == format!("Invoices of {name}")));
        let told = activity::list(&mut tx, None, &ALL_TYPES, None, 10).await.unwrap();
        assert_eq!(told.len(), rows, "{name}");
        let readable = Readable { visible: &Visible::All, types: &ALL_TYPES };
        let events = search(&mut tx, &readable, &Wanted::default(), 0, 10).await;
        assert!(events.len() == rows && events.iter().all(|event| event.stream.tenant.as_str() == name));
    }
    // The role itself sees nothing that it has not named.
    let mut app = eventstore::database::connect(&log.url, eventstore::database::Role::App).await.unwrap();
    let seen: i64 =
        sqlx::query_scalar("select count(*) from read.workspaces").fetch_one(&mut app).await.unwrap();
    assert_eq!(seen, 0);
    running.stop().await;
}

#[tokio::test]
async fn activity_comes_newest_first_page_by_page_and_only_what_may_be_read() {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "invoices", 1..=5).await;
    command(&log.executor(), &request(), "orders", create("Orders")).await.unwrap();
    let running = start(&log.log, &log.url).await;
    caught_up(&log.log, &running).await;
    let queries = queries(&log);
    let mut acme = of(&queries, "acme").await;
    let invoices = workspace_id("invoices");

    let first = activity::list(&mut acme, Some(&invoices), &ALL_TYPES, None, 3).await.unwrap();
    assert_eq!(first.iter().map(|row| row.position).collect::<Vec<_>>(), [5, 4, 3]);
    assert_eq!((first[0].actor.as_str(), first[0].version), ("usr_ana", 5));
    let second = activity::list(&mut acme, Some(&invoices), &ALL_TYPES, Some(3), 3).await.unwrap();
    assert_eq!(second.iter().map(|row| row.position).collect::<Vec<_>>(), [2, 1]);
    let created = activity::list(&mut acme, None, &["workspace.created"], None, 10).await.unwrap();
    assert_eq!(created.iter().map(|row| row.position).collect::<Vec<_>>(), [6, 1]);
    running.stop().await;
}

/// What the index finds after a position.
async fn search(
    tx: &mut TenantTx,
    readable: &Readable<'_>,
    wanted: &Wanted<'_>,
    after: i64,
    limit: usize,
) -> Vec<Recorded> {
    let reached = event_index::reached(tx).await.unwrap().expect("nothing was set aside");
    let bounds = Bounds { events: limit, bytes: usize::MAX };
    let found =
        event_index::search(tx, readable, wanted, Start::After(after), reached.position, bounds).await;
    found.unwrap().events
}

#[tokio::test]
async fn events_are_found_by_workspace_and_by_the_command_that_caused_them() {
    let log = TestLog::open().await;
    let executor = log.executor();
    write_versions(&executor, "invoices", 1..=2).await;
    let both = Plan::new()
        .decide::<domain::identity::Workspace>(&tenant("acme"), support::log::stream_id("a"), create("A"))
        .decide::<domain::identity::Workspace>(&tenant("acme"), support::log::stream_id("b"), create("B"));
    let receipt = executor.execute(&request(), both).await.unwrap();
    let running = start(&log.log, &log.url).await;
    caught_up(&log.log, &running).await;
    let queries = queries(&log);
    let mut acme = of(&queries, "acme").await;
    let only_a = Visible::Only(BTreeSet::from([workspace_id("a")]));

    let positions =
        |events: Vec<Recorded>| -> Vec<i64> { events.iter().map(|event| event.position).collect() };
    let all = Readable { visible: &Visible::All, types: &ALL_TYPES };
    let some = Readable { visible: &only_a, types: &ALL_TYPES };
    let anything = Wanted::default();
    assert_eq!(positions(search(&mut acme, &all, &anything, 1, 2).await), [2, 3]);
    let invoices = workspace_id("invoices");
    let of_invoices = Wanted { scope: Some(&invoices), ..Wanted::default() };
    assert_eq!(positions(search(&mut acme, &all, &of_invoices, 0, 10).await), [1, 2]);
    assert_eq!(positions(search(&mut acme, &some, &anything, 0, 10).await), [3]);
    let caused = Wanted { correlation_id: Some(receipt.command_id), ..Wanted::default() };
    assert_eq!(positions(search(&mut acme, &all, &caused, 0, 10).await), [3, 4]);
    running.stop().await;
}

#[tokio::test]
async fn rows_equal_a_fold_of_the_log_wherever_the_projections_began() {
    let log = two_tenants().await;
    write_versions(&log.executor(), "long", 1..=60).await;
    let running = start(&log.log, &log.url).await;
    write_versions(&log.executor(), "meanwhile", 1..=60).await;
    caught_up(&log.log, &running).await;
    assert_rows_equal_the_log(&log.log, &log.url).await;
    running.stop().await;

    write_versions(&log.executor(), "away", 1..=10).await;
    let running = start(&log.log, &log.url).await;
    caught_up(&log.log, &running).await;
    assert_rows_equal_the_log(&log.log, &log.url).await;
    running.stop().await;
}

#[tokio::test]
async fn activity_is_dropped_when_it_is_past_keeping() {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "invoices", 1..=3).await;
    let running = start(&log.log, &log.url).await;
    caught_up(&log.log, &running).await;
    running.stop().await;
    let mut admin = support::database::superuser(&log.url).await;
    sqlx::query("update read.activity set recorded_at = now() - interval '401 days' where position < 3")
        .execute(&mut admin)
        .await
        .unwrap();
    let running = start(&log.log, &log.url).await;
    support::wait::until_true("old rows are dropped", Duration::from_secs(10), async || {
        let left: Vec<i64> =
            sqlx::query_scalar("select position from read.activity").fetch_all(&mut admin).await.unwrap();
        left == [3]
    })
    .await;
    running.stop().await;
}
