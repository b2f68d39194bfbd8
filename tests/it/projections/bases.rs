//! Bases are in their rows as a fold of the log has them, changed or gone.

use domain::bases::Base;
use domain::bases::base::BaseCommand;
use domain::bases::schema::SchemaChange;
use eventstore::execute::{Plan, Request};
use projections::bases::bases::{self, Wanted};
use projections::{TenantQueries, Visible};
use support::bases::drafted;
use support::log::{TestLog, request, stream_id, tenant, workspace_id};
use support::projections::{assert_rows_equal_the_log, caught_up, start};

async fn ask(log: &TestLog, request: Request, base: &str, command: BaseCommand) {
    let plan = Plan::new().decide::<Base>(&request.tenant, stream_id(base), command);
    log.executor().execute(&request, plan).await.unwrap();
}

async fn create(log: &TestLog, name: &str, workspace: &str, seed: u128) -> Vec<SchemaChange> {
    let (creation, second) = drafted(seed);
    ask(log, request().in_workspace(workspace_id(workspace)), name, creation).await;
    second
}

#[tokio::test]
async fn bases_are_in_their_rows_as_they_are_now_and_deleted_ones_are_not() {
    let log = TestLog::open().await;
    let second = create(&log, "bas_1", "w1", 1).await;
    let running = start(&log.log, &log.url).await;
    caught_up(&log.log, &running).await;
    create(&log, "bas_2", "w1", 2).await;
    create(&log, "bas_3", "w2", 3).await;
    let within = || request().in_workspace(workspace_id("w1"));
    ask(&log, within(), "bas_1", BaseCommand::ChangeSchema { changes: second }).await;
    ask(&log, within(), "bas_1", BaseCommand::Rename { name: "Firm".into() }).await;
    ask(&log, within(), "bas_2", BaseCommand::Delete).await;
    caught_up(&log.log, &running).await;
    assert_rows_equal_the_log(&log.log, &log.url).await;

    let queries = TenantQueries::open(&log.url, 2).unwrap();
    let mut acme = queries.begin(&tenant("acme")).await.unwrap();
    let listed = bases::list(&mut acme, &Visible::All, &Wanted::default(), None, 10).await.unwrap();
    assert_eq!(listed.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["bas_1", "bas_3"]);
    let firm = &listed[0];
    assert_eq!((firm.name.as_str(), firm.tables, firm.fields, firm.version), ("Firm", 2, 4, 3));
    assert!(firm.updated_at > firm.created_at);
    let visible = Visible::Only([workspace_id("w2")].into());
    let seen = bases::list(&mut acme, &visible, &Wanted::default(), None, 10).await.unwrap();
    assert_eq!(seen.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["bas_3"]);
    let w1 = workspace_id("w1");
    let of_w1 = Wanted { workspace: Some(&w1), ..Wanted::default() };
    let named = bases::list(&mut acme, &visible, &of_w1, None, 10).await.unwrap();
    assert_eq!(named, []);
    let mut globex = queries.begin(&tenant("globex")).await.unwrap();
    assert_eq!(bases::list(&mut globex, &Visible::All, &Wanted::default(), None, 10).await.unwrap(), []);
    running.stop().await;
}
