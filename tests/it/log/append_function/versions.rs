//! Versions are exact, commands are carried out once, and a batch is written as a whole or not at all.

use support::log::verify;
use uuid::Uuid;

use super::call::{Batch, Desk, Last, OTHER_INCARNATION, REFUSED, UNIQUE_VIOLATION, named};

#[tokio::test]
async fn new_and_known_streams_go_in_together_and_the_chain_holds() {
    let mut desk = Desk::new().await;
    let orders = desk.created("orders").await;
    let batch = Batch::new().unit().create("invoices").unit().extend(&orders);
    assert_eq!(desk.append(&batch).await, Ok(2));
    assert_eq!(verify(&desk.url).await, 3);
}

#[tokio::test]
async fn an_expected_version_that_is_behind_is_refused() {
    let mut desk = Desk::new().await;
    let orders = desk.created("orders").await;
    desk.append(&Batch::new().unit().extend(&orders)).await.unwrap();

    let stale = Batch::new().unit().create("invoices").unit().extend(&orders);
    assert_eq!(desk.append(&stale).await, Err(UNIQUE_VIOLATION.into()));
    assert_eq!(desk.verdicts(&stale).await, [named(1, "conflict")]);
    assert_eq!(verify(&desk.url).await, 2);
}

#[tokio::test]
async fn an_expected_version_that_is_ahead_is_refused() {
    let mut desk = Desk::new().await;
    let orders = desk.created("orders").await;
    desk.created("invoices").await;
    let nothing_there = orders.then(99);
    let of_another_stream = orders.then(2);
    let wrong_version = Last { version: 2, ..orders.clone() };
    for ahead in [nothing_there, of_another_stream, wrong_version] {
        let batch = Batch::new().unit().create("payments").unit().extend(&ahead);
        assert_eq!(desk.append(&batch).await, Err(REFUSED.into()), "{ahead:?}");
        assert_eq!(desk.verdicts(&batch).await, [named(1, "conflict")]);
    }
    assert_eq!(verify(&desk.url).await, 2);
}

#[tokio::test]
async fn a_stream_begins_once() {
    let mut desk = Desk::new().await;
    desk.created("orders").await;
    let again = Batch::new().unit().create("invoices").unit().create("orders");
    assert_eq!(desk.append(&again).await, Err(UNIQUE_VIOLATION.into()));
    assert_eq!(desk.verdicts(&again).await, [named(1, "conflict")]);
}

#[tokio::test]
async fn a_unit_over_two_streams_goes_in_whole_or_not_at_all() {
    let mut desk = Desk::new().await;
    let orders = desk.created("orders").await;
    let invoices = desk.created("invoices").await;
    desk.append(&Batch::new().unit().extend(&orders)).await.unwrap();

    let half_stale = Batch::new().unit().extend(&invoices).extend(&orders);
    assert_eq!(desk.append(&half_stale).await, Err(UNIQUE_VIOLATION.into()));
    assert_eq!(desk.verdicts(&half_stale).await, [named(0, "conflict")]);
    assert_eq!(desk.head().await, 3);

    let right = Batch::new().unit().extend(&invoices).extend(&orders.then(3));
    assert_eq!(desk.append(&right).await, Ok(4));
    assert_eq!(verify(&desk.url).await, 5);
}

#[tokio::test]
async fn a_command_is_carried_out_once_whatever_streams_its_retry_names() {
    let mut desk = Desk::new().await;
    let command = Uuid::now_v7();
    desk.created("orders").await;
    let first = Batch::new().unit().create("invoices").keyed(command);
    assert_eq!(desk.append(&first).await, Ok(2));

    let retry = Batch::new().unit().create("free").unit().create("invoices-2").keyed(command);
    assert_eq!(desk.append(&retry).await, Err(UNIQUE_VIOLATION.into()));
    assert_eq!(desk.verdicts(&retry).await, [(1, "duplicate".to_owned(), Some(2))]);
    assert_eq!(verify(&desk.url).await, 2);
}

#[tokio::test]
async fn a_duplicate_is_told_before_the_conflict_it_causes() {
    let mut desk = Desk::new().await;
    let command = Uuid::now_v7();
    let first = || Batch::new().unit().create("invoices").keyed(command);
    desk.append(&first()).await.unwrap();
    assert_eq!(desk.verdicts(&first()).await, [(0, "duplicate".to_owned(), Some(1))]);
}

#[tokio::test]
async fn the_same_batch_sent_again_is_recognised() {
    let mut desk = Desk::new().await;
    let orders = desk.created("orders").await;
    let batch = Batch::new().unit().extend(&orders);
    assert!(desk.verdicts(&batch).await.is_empty());
    desk.append(&batch).await.unwrap();
    assert_eq!(desk.append(&batch).await, Err(UNIQUE_VIOLATION.into()));
    assert_eq!(desk.verdicts(&batch).await, [(-1, "committed".to_owned(), Some(2))]);
}

#[tokio::test]
async fn a_batch_decided_on_another_incarnation_is_refused() {
    let mut desk = Desk::new().await;
    let batch = Batch::new().unit().create("orders").of_incarnation(Uuid::now_v7());
    assert_eq!(desk.append(&batch).await, Err(OTHER_INCARNATION.into()));
    assert_eq!(desk.head().await, 0);
}
