//! The end of the log is known everywhere at once, whoever writes it, and every event comes to whoever follows: in
//! order, once, from history or live.

use std::time::Duration;

use eventstore::Log;
use eventstore::database::{Role, connect};
use eventstore::follow::{Cursor, FollowFault, Live, TailFault};
use sqlx::PgConnection;
use support::log::{TestLog, command, create, request, write_versions};
use support::{database, wait};
use uuid::Uuid;

const SOON: Duration = Duration::from_secs(10);
/// After which nothing is taken to come.
const QUIET: Duration = Duration::from_millis(100);

async fn write(log: &Log, id: &str) -> i64 {
    command(&log.executor(), &request(), id, create("Invoices")).await.unwrap().position
}

async fn sees(log: &Log, position: i64, patience: Duration) {
    let mut head = log.head();
    let seen = tokio::time::timeout(patience, head.wait_for(|head| head.position >= position)).await;
    assert!(seen.is_ok(), "position {position} is not seen within {patience:?}");
}

/// Reads up to a position and checks that nothing is missing, doubled or out of order.
async fn read_up_to(cursor: &mut Cursor, last: i64) {
    while cursor.position() < last {
        let after = cursor.position();
        let page = tokio::time::timeout(SOON, cursor.next_page()).await.expect("a page in time").unwrap();
        let positions: Vec<i64> = page.events.iter().map(|event| event.position).collect();
        assert_eq!(positions, Vec::from_iter(after + 1..=page.up_to));
        assert_eq!(cursor.position(), page.up_to);
    }
}

async fn listeners(admin: &mut PgConnection) -> Vec<i32> {
    sqlx::query_scalar(
        "select pid from pg_stat_activity where datname = current_database() and query like 'LISTEN%'",
    )
    .fetch_all(admin)
    .await
    .unwrap()
}

#[tokio::test]
async fn a_forged_announcement_changes_nothing() {
    let log = TestLog::open().await;
    let other = log.another_node().await;
    let mut admin = database::superuser(&log.url).await;
    wait::until_true("both nodes listen", SOON, async || listeners(&mut admin).await.len() == 2).await;
    sees(&other, write(&log.log, "before").await, SOON).await;
    let before = *other.head().borrow();
    let mut app = connect(&log.url, Role::App).await.unwrap();
    for forged in
        [before.incarnation, Uuid::now_v7()].map(|incarnation| format!("{incarnation}:{}", i64::MAX))
    {
        sqlx::query("select pg_notify('airtide_log', $1)").bind(forged).execute(&mut app).await.unwrap();
    }

    // Announcements come in order: who has heard of these has heard of the forged ones.
    for number in 0..20 {
        let position = write(&log.log, &format!("w{number}")).await;
        sees(&other, position, SOON).await;
        let head = *other.head().borrow();
        assert_eq!((head.incarnation, head.position), (before.incarnation, position));
    }
    let mut cursor = other.source().after(0);
    read_up_to(&mut cursor, before.position + 20).await;
    other.close().await;
}

#[tokio::test]
async fn a_node_that_cannot_listen_asks_and_listens_again() {
    let log = TestLog::open().await;
    let other = log.another_node().await;
    let mut admin = database::superuser(&log.url).await;
    wait::until_true("both nodes listen", SOON, async || listeners(&mut admin).await.len() == 2).await;
    let before = listeners(&mut admin).await;
    for pid in &before {
        sqlx::query("select pg_terminate_backend($1)").bind(pid).execute(&mut admin).await.unwrap();
    }
    let position = write(&log.log, "w1").await;
    sees(&other, position, SOON).await;
    wait::until_true("both nodes listen again", SOON, async || {
        let now = listeners(&mut admin).await;
        now.len() == 2 && now.iter().all(|pid| !before.contains(pid))
    })
    .await;
    other.close().await;
}

#[tokio::test]
async fn history_and_what_comes_live_are_one_sequence() {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "before", 1..=30).await;
    let mut cursor = log.log.source().after(10);
    read_up_to(&mut cursor, 30).await;

    let executor = log.executor();
    let writing = tokio::spawn(async move { write_versions(&executor, "meanwhile", 1..=200).await });
    read_up_to(&mut cursor, 230).await;
    writing.await.unwrap();
    // Nothing comes any more, and nothing is asked for.
    assert!(tokio::time::timeout(QUIET, cursor.next_page()).await.is_err());
    write(&log.log, "after").await;
    read_up_to(&mut cursor, 231).await;
}

#[tokio::test]
async fn a_slow_subscriber_learns_that_it_lagged_and_holds_up_nobody() {
    let log = TestLog::open().await;
    let tail = log.log.tail();
    let (mut slow, mut quick) = (tail.subscribe(), tail.subscribe());
    let executor = log.executor();
    let writing = tokio::spawn(async move {
        for version in 1.. {
            write_versions(&executor, "busy", version..=version).await;
        }
    });
    let (mut pages, mut position) = (0, quick.after());
    while pages <= 256 {
        let Live::Page(page) = tokio::time::timeout(SOON, quick.next()).await.unwrap().unwrap() else {
            panic!("the incarnation stays");
        };
        assert_eq!(page.after, position, "the quick one misses nothing");
        (pages, position) = (pages + 1, page.up_to);
    }
    assert_eq!(slow.next().await.unwrap_err(), TailFault::Lagged);
    let after = slow.after();
    assert!(after >= position, "what it missed lies before {after}");
    let Live::Page(page) = tokio::time::timeout(SOON, slow.next()).await.unwrap().unwrap() else {
        panic!("the incarnation stays");
    };
    assert!(page.after <= after, "and from there on it misses nothing");
    writing.abort();
}

#[tokio::test]
async fn another_incarnation_ends_what_followed_the_first() {
    let log = TestLog::open().await;
    let position = write(&log.log, "w1").await;
    let mut cursor = log.log.source().after(0);
    read_up_to(&mut cursor, position).await;
    let first = *log.log.head().borrow();
    let bump = "update log_batches set incarnation = gen_random_uuid()
                where last_position = (select max(last_position) from log_batches)";
    sqlx::query(bump).execute(&mut database::superuser(&log.url).await).await.unwrap();

    let mut head = log.log.head();
    let changed = head.wait_for(|head| head.incarnation != first.incarnation);
    let changed = *tokio::time::timeout(SOON, changed).await.unwrap().unwrap();
    assert_eq!(changed.position, position);
    let fault = tokio::time::timeout(SOON, cursor.next_page()).await.unwrap().unwrap_err();
    assert!(matches!(fault, FollowFault::IncarnationChanged(head) if head == changed), "{fault:?}");
}

#[tokio::test]
async fn a_hole_stops_whoever_reads_up_to_it() {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "w1", 1..=5).await;
    sqlx::query("delete from events where position = 3")
        .execute(&mut database::superuser(&log.url).await)
        .await
        .unwrap();
    let fault = log.log.source().after(0).next_page().await.unwrap_err();
    assert!(matches!(fault, FollowFault::Hole { after: 2, found: Some(4) }), "{fault:?}");
}

#[tokio::test]
async fn closing_the_log_ends_what_follows_it() {
    let log = TestLog::open().await;
    let mut cursor = log.log.source().after(0);
    let following = tokio::spawn(async move { cursor.next_page().await });
    log.log.close().await;
    let fault = tokio::time::timeout(SOON, following).await.unwrap().unwrap().unwrap_err();
    assert!(matches!(fault, FollowFault::Closed), "{fault:?}");
}
