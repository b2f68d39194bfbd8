//! Where one partition of events ends and the next begins, the unique index of one partition no longer sees all
//! versions of a stream. Versions stay exact all the same.

use eventstore::partitions::POSITIONS;

use domain::identity::Workspace;
use eventstore::read::At;
use support::database;
use support::log::{TestLog, command, create, rename, request, stream_id, tenant};

use super::call::{Batch, Desk, Last, REFUSED, named};

/// Makes the log go on just after `position`, as if everything up to it had been written.
async fn move_head(url: &str, position: i64) {
    sqlx::query(
        "insert into log_batches(last_position, first_position, recorded_at, batch_id, incarnation, digest, chain_hash)
         select $1, $1, recorded_at, gen_random_uuid(), incarnation, '', '' from log_batches
         order by last_position desc limit 1",
    )
    .bind(position)
    .execute(&mut database::superuser(url).await)
    .await
    .unwrap();
}

/// A stream with two events before the border and another at it: the second batch lies across.
async fn across_the_border() -> (Desk, Last) {
    let mut desk = Desk::new().await;
    move_head(&desk.url, POSITIONS - 3).await;
    let orders = desk.created("orders").await;
    assert_eq!(orders.position, POSITIONS - 2);
    let batch = Batch::new().unit().extend(&orders).unit().create("at-the-border").unit().create("beyond");
    assert_eq!(desk.append(&batch).await, Ok(POSITIONS - 1));
    (desk, orders)
}

#[tokio::test]
async fn a_batch_goes_across_the_border() {
    let (mut desk, _) = across_the_border().await;
    assert_eq!(desk.count("select count(*) from events_p0").await, 2);
    assert_eq!(desk.count("select count(*) from events_p1").await, 2);
    assert_eq!(desk.head().await, POSITIONS + 1);
}

#[tokio::test]
async fn a_version_is_behind_although_its_successor_lies_in_the_old_partition() {
    let (mut desk, orders) = across_the_border().await;
    let stale = Batch::new().unit().extend(&orders);
    assert_eq!(desk.append(&stale).await, Err(REFUSED.into()));
    assert_eq!(desk.verdicts(&stale).await, [named(0, "conflict")]);
}

#[tokio::test]
async fn a_version_is_behind_although_only_its_successor_lies_in_the_new_partition() {
    let (mut desk, orders) = across_the_border().await;
    let second = orders.then(POSITIONS - 1);
    desk.append(&Batch::new().unit().extend(&second)).await.unwrap();
    let stale = Batch::new().unit().extend(&second);
    assert_eq!(desk.append(&stale).await, Err(REFUSED.into()));
    assert_eq!(desk.verdicts(&stale).await, [named(0, "conflict")]);
}

#[tokio::test]
async fn a_right_version_from_the_old_partition_passes() {
    let (mut desk, orders) = across_the_border().await;
    let right = Batch::new().unit().extend(&orders.then(POSITIONS - 1));
    assert_eq!(desk.append(&right).await, Ok(POSITIONS + 2));
}

/// The batch begins before the border and ends behind it, so the index of neither partition sees both.
#[tokio::test]
async fn a_stale_version_in_a_batch_across_the_border_is_refused() {
    let mut desk = Desk::new().await;
    move_head(&desk.url, POSITIONS - 4).await;
    let orders = desk.created("orders").await;
    desk.append(&Batch::new().unit().extend(&orders)).await.unwrap();
    let stale = Batch::new().unit().create("fills-up").unit().extend(&orders);
    assert_eq!(desk.append(&stale).await, Err(REFUSED.into()));
    assert_eq!(desk.verdicts(&stale).await, [named(1, "conflict")]);
}

#[tokio::test]
async fn nodes_go_on_across_the_border_with_what_they_remember() {
    let log = TestLog::open().await;
    let other = log.another_node().await;
    let (here, there) = (log.executor(), other.executor());
    move_head(&log.url, POSITIONS - 2).await;
    command(&here, &request(), "orders", create("Orders")).await.unwrap();
    command(&there, &request(), "orders", rename("Orders 2")).await.unwrap();
    let third = command(&here, &request(), "orders", rename("Orders 3")).await.unwrap();
    assert_eq!((third.position, third.version()), (POSITIONS + 1, 3));
    let fourth = command(&there, &request(), "orders", rename("Orders 4")).await.unwrap();
    assert_eq!(fourth.version(), 4);

    let state =
        log.log.reader().state_at::<Workspace>(&tenant("acme"), stream_id("orders"), At::Now).await.unwrap();
    assert_eq!((state.state.name(), state.version), (Some("Orders 4"), 4));
    other.close().await;
}
