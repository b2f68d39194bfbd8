//! What is made anew says the same as what is in use, lies behind the same guards, and nobody makes it twice at once.

use domain::bases::comment::{self, CommentCommand};
use domain::bases::ids::Mint;
use domain::bases::record::Address;
use domain::bases::{Base, BaseKey, Comment};
use domain::identity::UserId;
use eventstore::execute::Plan;
use jiff::Timestamp;
use projections::runtime::rebuild::{RebuildFailed, rebuild};
use sqlx::Executor;
use support::bases::drafted;
use support::log::{TestLog, request, stream_id, tenant, workspace_id, write_versions};
use support::projections::{assert_rows_equal_the_log, caught_up, start};
use support::{database, filled};
use uuid::Uuid;

use super::{known_beside, made_anew, options, read_model, schemas, two_tenants};

/// Each read model is made anew, differs in nothing from the one in use, and takes its place; then it goes on in step.
#[tokio::test]
async fn every_read_model_made_anew_equals_the_one_in_use_and_goes_on_in_its_place() {
    let log = TestLog::open().await;
    let running = start(&log.log, &log.url).await;
    two_tenants(&log).await;
    let plan = Plan::new().create::<Base>(&tenant("acme"), stream_id("bas_1"), drafted(1).0);
    log.executor().execute(&request().in_workspace(workspace_id("w1")), plan).await.unwrap();
    comment_on(&log, "bas_1").await;
    for projection in projections::all() {
        caught_up(&log.log, &running).await;
        let made = made_anew(&log, *projection).await.unwrap();
        let verified = made.verified.as_ref().unwrap();
        assert!(made.holds() && made.switched, "{made:?}");
        let is_of_people = ["users", "tenants", "members", "webhooks"].contains(&projection.name());
        assert!(verified.tables.iter().any(|table| table.rows > 0) || is_of_people, "{made:?}");
        write_versions(&log.executor(), projection.name(), 1..=3).await;
    }
    caught_up(&log.log, &running).await;
    assert_rows_equal_the_log(&log.log, &log.url).await;
    running.stop().await;
}

async fn comment_on(log: &TestLog, base: &str) {
    let mut mint = Mint::new(Uuid::from_u128(1));
    let base = BaseKey::new(base).unwrap();
    let (table, record, comment) = (mint.make(), mint.make(), mint.make());
    let write = CommentCommand::Write {
        address: Address { base: base.clone(), table, record },
        comment,
        parent: None,
        author: UserId::new("usr_ana").unwrap(),
        at: Timestamp::UNIX_EPOCH,
        text: "Paid?".into(),
    };
    let stream = stream_id(comment::key(&base, comment).as_str());
    let plan = Plan::new().create::<Comment>(&tenant("acme"), stream, write);
    log.executor().execute(&request().in_workspace(workspace_id("w1")), plan).await.unwrap();
}

/// A log longer than a page, shared out among parts, comes to the same rows; and while nobody writes, nobody is waited for.
#[tokio::test]
async fn many_pages_come_to_the_same_rows() {
    let log = TestLog::open().await;
    filled::workspaces(&log.url, 5_000).await;
    let running = start(&log.log, &log.url).await;
    caught_up(&log.log, &running).await;
    let options = options(&log, read_model("workspaces"));
    // As whoever serves others would run it.
    let made = tokio::spawn(async move { rebuild(options, &mut |_| {}).await }).await.unwrap().unwrap();
    assert!(made.holds(), "{made:?}");
    assert_eq!((made.events, made.verified.unwrap().tables[0].rows), (5_000, 5_000));
    running.stop().await;
}

/// Tables made anew force row security and are granted to the same roles, with the same indexes.
#[tokio::test]
async fn what_lies_beside_is_guarded_as_what_is_in_use() {
    let log = TestLog::open().await;
    let running = start(&log.log, &log.url).await;
    two_tenants(&log).await;
    caught_up(&log.log, &running).await;
    let mut admin = database::superuser(&log.url).await;
    for projection in projections::all() {
        let options = super::RebuildOptions { switch: false, ..options(&log, *projection) };
        rebuild(options, &mut |_| {}).await.unwrap();
        let in_use = guards(&mut admin, &projection.schema()).await;
        let beside = guards(&mut admin, &format!("{}_beside", projection.schema())).await;
        assert!(in_use.iter().any(|guard| guard.contains("forced")), "{in_use:?}");
        assert_eq!(in_use, beside);
    }
    running.stop().await;
}

/// Row security, policies, rights and indexes of every table of a schema.
async fn guards(admin: &mut sqlx::PgConnection, schema: &str) -> Vec<String> {
    let guards: Vec<String> = sqlx::query_scalar(
        "select c.relname || case when relrowsecurity and relforcerowsecurity then ' forced ' else ' open ' end
                || relacl::text from pg_class c where relnamespace = $1::regnamespace and relkind = 'r'
         union all
         select concat_ws(' ', tablename, policyname, roles::text, cmd, qual, with_check) from pg_policies
          where schemaname = $1
         union all select indexdef from pg_indexes where schemaname = $1
         union all select nspacl::text from pg_namespace where nspname = $1 order by 1",
    )
    .bind(schema)
    .fetch_all(admin)
    .await
    .unwrap();
    guards.iter().map(|guard| guard.replace(schema, "schema")).collect()
}

/// Whoever comes while another makes a read model anew is told so, and changes nothing.
#[tokio::test]
async fn one_process_at_a_time_makes_a_read_model_anew() {
    let log = TestLog::open().await;
    let running = start(&log.log, &log.url).await;
    two_tenants(&log).await;
    caught_up(&log.log, &running).await;
    let mut another = database::superuser(&log.url).await;
    let turn = "select pg_advisory_lock(hashtext('airtide.rebuild'), hashtext('workspaces'))";
    another.execute(turn).await.unwrap();
    let refused = made_anew(&log, read_model("workspaces")).await.unwrap_err();
    assert!(matches!(refused, RebuildFailed::Busy("workspaces")), "{refused:?}");
    assert_eq!(known_beside(&mut another).await, 0);
    assert_eq!(schemas(&mut another, "workspaces").await, ["workspaces_v1"]);
    assert!(made_anew(&log, read_model("members")).await.unwrap().switched);
    running.stop().await;
}
