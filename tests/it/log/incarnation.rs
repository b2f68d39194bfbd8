//! An operator begins another incarnation of the log after a restore: nothing that was decided on, or remembered
//! of, the history before it counts any more.

use domain::identity::Workspace;
use eventstore::read::At;
use sqlx::Executor;
use support::database;
use support::log::{TestLog, command, create, rename, request, stream_id, tenant};

/// Another history: the same positions, another name at the first of them.
const ANOTHER_HISTORY: &str = "
    update log_batches set incarnation = gen_random_uuid()
      where last_position = (select max(last_position) from log_batches);
    update events set payload = '{\"name\":\"Restored\",\"description\":\"\"}' where position = 1";

async fn name_of(log: &TestLog) -> Option<String> {
    let reader = log.log.reader();
    let found = reader.state_at::<Workspace>(&tenant("acme"), stream_id("invoices"), At::Now).await.unwrap();
    found.state.name().map(str::to_owned)
}

#[tokio::test]
async fn what_is_remembered_of_another_history_is_not_decided_on() {
    let log = TestLog::open().await;
    let executor = log.executor();
    command(&executor, &request(), "invoices", create("Invoices")).await.unwrap();
    database::superuser(&log.url).await.execute(ANOTHER_HISTORY).await.unwrap();

    // Remembered as "Invoices", this would change nothing.
    let receipt = command(&executor, &request(), "invoices", rename("Invoices")).await.unwrap();
    assert_eq!(receipt.version(), 2);
    assert_eq!(name_of(&log).await.as_deref(), Some("Invoices"));
}

#[tokio::test]
async fn a_write_decided_on_another_history_is_decided_again() {
    let log = TestLog::open().await;
    let executor = log.executor();
    let before = command(&executor, &request(), "invoices", create("Invoices")).await.unwrap();
    database::superuser(&log.url).await.execute(ANOTHER_HISTORY).await.unwrap();

    // The name of the other history: nothing to do there, though memory says there is.
    let receipt = command(&executor, &request(), "invoices", rename("Restored")).await.unwrap();
    assert_eq!((receipt.event_ids.len(), receipt.version()), (0, 1));

    let next = command(&executor, &request(), "orders", create("Orders")).await.unwrap();
    assert_eq!(next.position, 2);
    assert_ne!(next.incarnation, before.incarnation);
}
