//! A connection that breaks leaves a backend behind, which may still carry out what it was sent.

use std::time::Duration;

use eventstore::Log;
use sqlx::{Connection, Executor, PgConnection};
use support::log::{command, create, options, request, verify};
use support::proxy::{Cut, Proxy};
use support::{database, wait};

/// Less than the time after which a backend stops waiting for the lock by itself.
const AT_ONCE: Duration = Duration::from_millis(1_500);

/// The backends that wait for the lock of the log.
async fn waiting(observer: &mut PgConnection) -> Vec<i32> {
    sqlx::query_scalar("select pid from pg_locks where relation = 'log_lock'::regclass and not granted")
        .fetch_all(observer)
        .await
        .unwrap()
}

fn port_of(url: &str) -> u16 {
    let (before, _) = url.rsplit_once('/').unwrap();
    before.rsplit_once(':').unwrap().1.parse().unwrap()
}

#[tokio::test]
async fn a_lost_backend_is_ended_before_its_batch_is_sent_again() {
    let url = database::fresh().await;
    let keys = tempfile::tempdir().unwrap();
    let proxy = Proxy::to(port_of(&url)).await;
    let log = Log::open(options(&proxy.url(&url), keys.path())).await.unwrap();

    let mut observer = database::superuser(&url).await;
    let mut lock_holder = database::superuser(&url).await;
    lock_holder.execute("begin; lock table log_lock in exclusive mode").await.unwrap();
    let executor = log.executor();
    let answer =
        tokio::spawn(async move { command(&executor, &request(), "invoices", create("Invoices")).await });
    wait::until_true("the writer waits", AT_ONCE, async || waiting(&mut observer).await.len() == 1).await;
    let lost = waiting(&mut observer).await;

    proxy.cut_all(Cut::Reset);
    wait::until_true("another backend waits in its place", AT_ONCE, async || {
        let waiting = waiting(&mut observer).await;
        waiting.len() == 1 && waiting != lost
    })
    .await;

    lock_holder.close().await.unwrap();
    assert_eq!(answer.await.unwrap().unwrap().position, 1);
    assert_eq!(verify(&url).await, 1);
    log.close().await;
}
