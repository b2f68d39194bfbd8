//! A command that was carried out on another day is found, although the unique index knows one day only.

use uuid::Uuid;

use super::call::{Batch, Desk, REFUSED};

/// A desk on which a command was carried out at position 1.
async fn after(command: Uuid) -> Desk {
    let mut desk = Desk::new().await;
    let batch = Batch::new().unit().create("invoices").keyed(command);
    assert_eq!(desk.append(&batch).await, Ok(1));
    desk
}

async fn assert_found(desk: &mut Desk, command: Uuid) {
    let retry = Batch::new().unit().create("invoices-2").keyed(command);
    assert_eq!(desk.append(&retry).await, Err(REFUSED.into()));
    assert_eq!(desk.verdicts(&retry).await, [(0, "duplicate".to_owned(), Some(1))]);
    assert_eq!(desk.head().await, 1);
}

/// Makes all that was written a day older.
async fn a_day_passes(desk: &mut Desk) {
    desk.run(
        "do $$ begin
           execute format('create table command_log_yesterday partition of command_log for values in (%L)',
                          (now() at time zone 'UTC')::date - 1);
         end $$",
    )
    .await;
    desk.run("update command_log set day = day - 1, recorded_at = recorded_at - interval '1 day'").await;
}

/// The time of a batch is never before that of the one before it, so this is the next day for all that follow,
/// while whoever looks at the clock still sees this day: as if midnight had come while the lock was waited for.
async fn midnight_comes_while_the_lock_is_waited_for(desk: &mut Desk) {
    desk.run("update log_batches set recorded_at = recorded_at + interval '1 day' where last_position = 1")
        .await;
}

#[tokio::test]
async fn a_command_of_yesterday_is_found() {
    let command = Uuid::now_v7();
    let mut desk = after(command).await;
    a_day_passes(&mut desk).await;
    assert_found(&mut desk, command).await;
}

#[tokio::test]
async fn a_command_of_the_day_that_has_just_ended_is_found() {
    let command = Uuid::now_v7();
    let mut desk = after(command).await;
    midnight_comes_while_the_lock_is_waited_for(&mut desk).await;
    assert_found(&mut desk, command).await;
}

#[tokio::test]
async fn other_commands_pass_and_are_logged_under_the_day_of_their_batch() {
    let mut desk = after(Uuid::now_v7()).await;
    midnight_comes_while_the_lock_is_waited_for(&mut desk).await;
    let other = Batch::new().unit().create("orders").keyed(Uuid::now_v7());
    assert_eq!(desk.append(&other).await, Ok(2));
    let under_its_day = "select count(*) from command_log
                         where first_position = 2 and day = (recorded_at at time zone 'UTC')::date
                           and day > (now() at time zone 'UTC')::date";
    assert_eq!(desk.count(under_its_day).await, 1);
}
