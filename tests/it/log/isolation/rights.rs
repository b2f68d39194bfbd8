//! What each role may do, tried on a log of two tenants.

use eventstore::database::{Role, connect};
use eventstore::execute::Request;
use sqlx::{AssertSqlSafe, Executor, PgConnection};
use support::log::{TestLog, create, tenant, to_workspace_of};

const PERMISSION_DENIED: &str = "42501";

/// Whoever holds it stops every append.
const TAKE_THE_LOCK: &str = "do $$ begin lock table log_lock in exclusive mode; end $$";

/// Every table that an append writes, or that guards look at.
const TABLES: [&str; 9] = [
    "events",
    "streams",
    "log_batches",
    "command_log",
    "reservations",
    "work",
    "counters",
    "subject_keys",
    "snapshots",
];

async fn log_of_two_tenants() -> TestLog {
    let log = TestLog::open().await;
    for name in ["acme", "globex"] {
        let request = Request::new(tenant(name), "usr_ana");
        let plan = to_workspace_of(&tenant(name), "invoices", create("Invoices"));
        log.executor().execute(&request, plan).await.unwrap();
    }
    log
}

async fn role(log: &TestLog, role: Role) -> PgConnection {
    connect(&log.url, role).await.unwrap()
}

async fn tenants_seen(connection: &mut PgConnection) -> Vec<String> {
    sqlx::query_scalar("select tenant from events order by tenant").fetch_all(connection).await.unwrap()
}

/// The code of Postgres' refusal; `-` when it obeyed.
async fn refusal(connection: &mut PgConnection, sql: String) -> String {
    match connection.execute(AssertSqlSafe(sql)).await {
        Ok(_) => "-".into(),
        Err(error) => error.as_database_error().unwrap().code().unwrap().into_owned(),
    }
}

async fn assert_denied(connection: &mut PgConnection, statements: impl IntoIterator<Item = String>) {
    for sql in statements {
        assert_eq!(refusal(connection, sql.clone()).await, PERMISSION_DENIED, "{sql}");
    }
}

fn on_each(tables: &'static [&'static str], statement: &'static str) -> impl Iterator<Item = String> {
    tables.iter().map(move |table| statement.replace("$table", table))
}

#[tokio::test]
async fn app_sees_the_tenant_it_names_and_nothing_without_one() {
    let log = log_of_two_tenants().await;
    let mut app = role(&log, Role::App).await;
    assert!(tenants_seen(&mut app).await.is_empty());

    app.execute("set airtide.tenant = 'acme'").await.unwrap();
    assert_eq!(tenants_seen(&mut app).await, ["acme"]);
    let streams: Vec<String> =
        sqlx::query_scalar("select tenant from streams").fetch_all(&mut app).await.unwrap();
    assert_eq!(streams, ["acme"]);

    app.execute("set airtide.tenant = ''").await.unwrap();
    assert!(tenants_seen(&mut app).await.is_empty());
}

#[tokio::test]
async fn app_reads_no_partition_past_its_table() {
    let log = log_of_two_tenants().await;
    let mut app = role(&log, Role::App).await;
    app.execute("set airtide.tenant = 'acme'").await.unwrap();
    assert_denied(&mut app, ["select from events_p0".to_owned()]).await;
}

#[tokio::test]
async fn app_cannot_append_in_any_way() {
    let log = log_of_two_tenants().await;
    let mut app = role(&log, Role::App).await;
    app.execute("set airtide.tenant = 'acme'").await.unwrap();
    let functions = [
        "select append(null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null)",
        "select verdicts(null, null, null, null, null, null, null, null, null, null, null, null, null)",
        "select hold_guards(null)",
    ];
    assert_denied(&mut app, functions.map(String::from)).await;
    assert_denied(&mut app, on_each(&TABLES, "insert into $table default values")).await;
    assert_denied(&mut app, on_each(&TABLES, "delete from $table")).await;
    assert_denied(&mut app, [TAKE_THE_LOCK.to_owned()]).await;
}

#[tokio::test]
async fn app_is_a_member_of_no_role_with_more_rights() {
    let log = log_of_two_tenants().await;
    let mut app = role(&log, Role::App).await;
    let memberships: Vec<String> = sqlx::query_scalar(
        "select r.rolname::text from pg_roles r where pg_has_role('app', r.oid, 'member') and r.rolname <> 'app'",
    )
    .fetch_all(&mut app)
    .await
    .unwrap();
    assert!(memberships.is_empty(), "{memberships:?}");
}

#[tokio::test]
async fn the_writer_changes_no_history() {
    let log = log_of_two_tenants().await;
    let mut writer = role(&log, Role::LogWriter).await;
    const HISTORY: [&str; 4] = ["events", "streams", "log_batches", "command_log"];
    assert_denied(&mut writer, on_each(&HISTORY, "delete from $table")).await;
    assert_denied(&mut writer, on_each(&HISTORY, "truncate $table")).await;
    let updates = [
        "update events set payload = '{}'",
        "update streams set stream_no = 1",
        "update log_batches set chain_hash = ''",
        "update command_log set first_position = 1",
    ];
    assert_denied(&mut writer, updates.map(String::from)).await;
}

#[tokio::test]
async fn the_reader_writes_nothing() {
    let log = log_of_two_tenants().await;
    let mut reader = role(&log, Role::LogReader).await;
    assert_eq!(tenants_seen(&mut reader).await, ["acme", "globex"]);
    assert_denied(&mut reader, on_each(&TABLES, "insert into $table default values")).await;
    assert_denied(&mut reader, on_each(&TABLES, "delete from $table")).await;
    assert_denied(&mut reader, on_each(&TABLES, "truncate $table")).await;
    assert_denied(&mut reader, ["update events set payload = '{}'".to_owned(), TAKE_THE_LOCK.into()]).await;
}

#[tokio::test]
async fn the_relay_notes_its_streams_and_sees_nothing_of_the_log() {
    let log = log_of_two_tenants().await;
    let mut relay = role(&log, Role::Relay).await;
    let note = "insert into relay_streams(incarnation, generation, name, base)
                values ('00000000-0000-0000-0000-000000000001', 1, 'EV_1', 0)";
    assert_eq!(refusal(&mut relay, note.to_owned()).await, "-");
    assert_denied(&mut relay, on_each(&TABLES, "select from $table")).await;
    let changes = [
        "update relay_streams set base = 1",
        "update relay_streams set name = 'EV_2'",
        "delete from relay_streams",
        "truncate relay_streams",
    ];
    assert_denied(&mut relay, changes.map(String::from)).await;
    let mut reader = role(&log, Role::LogReader).await;
    let names: Vec<String> =
        sqlx::query_scalar("select name from relay_streams").fetch_all(&mut reader).await.unwrap();
    assert_eq!(names, ["EV_1"]);
    assert_denied(&mut reader, [note.to_owned(), "update relay_streams set made_at = now()".to_owned()])
        .await;
}

#[tokio::test]
async fn the_owner_of_the_tables_sees_no_row() {
    let log = log_of_two_tenants().await;
    let mut owner = role(&log, Role::Owner).await;
    for table in TABLES {
        let count: i64 = sqlx::query_scalar(AssertSqlSafe(format!("select count(*) from {table}")))
            .fetch_one(&mut owner)
            .await
            .unwrap();
        assert_eq!(count, 0, "{table}");
    }
}

#[tokio::test]
async fn the_projector_sees_nothing_of_the_log() {
    let log = log_of_two_tenants().await;
    let mut projector = role(&log, Role::Projector).await;
    let of_the_log = on_each(&TABLES, "select from $table").filter(|statement| !statement.ends_with("work"));
    assert_denied(&mut projector, of_the_log).await;
}

#[tokio::test]
async fn the_eraser_destroys_keys_sees_none_and_changes_nothing_else() {
    let log = log_of_two_tenants().await;
    let keys = "insert into subject_keys(tenant, subject, kek, wrapped) values
                ('platform', 'ana', 'key-encryption-1', 'a'), ('platform', 'bob', 'key-encryption-1', 'b')";
    role(&log, Role::LogWriter).await.execute(keys).await.unwrap();
    let mut eraser = role(&log, Role::Eraser).await;
    let destroy = "update subject_keys set wrapped = null, erased_at = now() where subject = 'ana'";
    assert_eq!(eraser.execute(destroy).await.unwrap().rows_affected(), 1);
    // What is destroyed is never changed again.
    assert_eq!(eraser.execute(destroy).await.unwrap().rows_affected(), 0);
    let whose: Vec<String> =
        sqlx::query_scalar("select subject from subject_keys where erased_at is not null")
            .fetch_all(&mut eraser)
            .await
            .unwrap();
    assert_eq!(whose, ["ana"]);
    let denied = [
        "select wrapped from subject_keys",
        "update subject_keys set wrapped = 'c', erased_at = null where subject = 'bob'",
        "update subject_keys set erased_at = now(), wrapped = 'c' where subject = 'bob'",
        "update subject_keys set subject = 'cyd' where subject = 'bob'",
        "delete from subject_keys",
        "truncate subject_keys",
    ];
    for sql in denied {
        let code = refusal(&mut eraser, sql.to_owned()).await;
        assert_eq!(code, PERMISSION_DENIED, "{sql}");
    }
    let of_the_log = on_each(&TABLES, "select from $table").filter(|sql| !sql.ends_with("subject_keys"));
    assert_denied(&mut eraser, of_the_log).await;
}
