//! A batch of one node is heard of on another at once, and after a forged announcement as well.

use std::time::{Duration, Instant};

use eventstore::Log;
use eventstore::database::{Role, connect};
use support::log::{TestLog, command, create, request};
use support::{database, wait};
use uuid::Uuid;

const SOON: Duration = Duration::from_secs(10);
/// What another node may take to hear of a batch.
const HEARD_WITHIN: Duration = Duration::from_millis(100);
const BATCHES: usize = 20;

#[test]
fn a_batch_of_another_node_is_heard_of_at_once() {
    let _alone = crate::alone();
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let log = TestLog::open().await;
        let other = log.another_node().await;
        both_listen(&log.url).await;
        hears_at_once(&log.log, &other, "plain").await;
        forge(&log.url, other.head().borrow().incarnation).await;
        hears_at_once(&log.log, &other, "forged").await;
        other.close().await;
    });
}

async fn both_listen(url: &str) {
    let mut admin = database::superuser(url).await;
    let listeners =
        "select count(*) from pg_stat_activity where datname = current_database() and query like 'LISTEN%'";
    wait::until_true("both nodes listen", SOON, async || {
        sqlx::query_scalar::<_, i64>(listeners).fetch_one(&mut admin).await.expect("a count") == 2
    })
    .await;
}

async fn hears_at_once(log: &Log, other: &Log, name: &str) {
    for number in 0..BATCHES {
        let id = format!("{name}{number}");
        let written = command(&log.executor(), &request(), &id, create("Invoices")).await.expect("written");
        let (begun, mut head) = (Instant::now(), other.head());
        let seen = tokio::time::timeout(SOON, head.wait_for(|head| head.position >= written.position)).await;
        assert!(seen.is_ok(), "position {} is not seen", written.position);
        let took = begun.elapsed();
        assert!(took < HEARD_WITHIN, "position {} took {took:?}", written.position);
    }
}

/// Whoever may read the log may announce, and is believed in nothing.
async fn forge(url: &str, incarnation: Uuid) {
    let mut app = connect(url, Role::App).await.expect("a connection");
    for incarnation in [incarnation, Uuid::now_v7()] {
        let forged = format!("{incarnation}:{}", i64::MAX);
        sqlx::query("select pg_notify('airtide_log', $1)")
            .bind(forged)
            .execute(&mut app)
            .await
            .expect("told");
    }
}
