//! The fence: a worker's result goes in while its claim is its own, once; a locked claim is waited for.

use eventstore::database::{Role, connect};
use eventstore::execute::CommandError;
use sqlx::{Connection, Executor};
use support::database;
use support::log::{TestLog, create, request, to_workspace};
use support::work;

use super::call::{Batch, CLAIM_LOCKED, Desk, REFUSED, named};

#[tokio::test]
async fn a_claim_that_has_passed_on_is_fenced() {
    let mut desk = Desk::new().await;
    work::claimed(&mut desk.admin, "work-1", 2, 7).await;
    for (claim, attempt, epoch) in [("work-1", 1, 7), ("work-1", 2, 6), ("nothing", 2, 7)] {
        let stale = Batch::new().unit().create("free").unit().create("result").fence(claim, attempt, epoch);
        assert_eq!(desk.append(&stale).await, Err(REFUSED.into()));
        assert_eq!(desk.verdicts(&stale).await, [named(1, "fenced")]);
    }
}

#[tokio::test]
async fn a_claim_is_done_once() {
    let mut desk = Desk::new().await;
    work::claimed(&mut desk.admin, "work-1", 2, 7).await;
    let result = |id: &str| Batch::new().unit().create(id).fence("work-1", 2, 7);
    assert_eq!(desk.append(&result("first")).await, Ok(1));
    let zombie = result("second");
    assert_eq!(desk.append(&zombie).await, Err(REFUSED.into()));
    assert_eq!(desk.verdicts(&zombie).await, [named(0, "fenced")]);
}

#[tokio::test]
async fn a_locked_claim_is_told_at_once_and_passes_later() {
    let mut desk = Desk::new().await;
    work::claimed(&mut desk.admin, "work-1", 2, 7).await;
    let result = Batch::new().unit().create("result").fence("work-1", 2, 7);

    let mut other = connect(&desk.url, Role::LogWriter).await.unwrap();
    let mut holding = other.begin().await.unwrap();
    holding.execute("select from work where claim = 'work-1' for update").await.unwrap();
    assert_eq!(desk.append(&result).await, Err(CLAIM_LOCKED.into()));
    assert!(desk.verdicts(&result).await.is_empty());
    holding.rollback().await.unwrap();
    assert_eq!(desk.append(&result).await, Ok(1));
}

/// Other commands go on while one waits for its claim, and its own goes in once the claim is free.
#[tokio::test]
async fn a_command_waits_for_its_locked_claim_and_holds_up_nobody() {
    let log = TestLog::open().await;
    let mut holder = database::superuser(&log.url).await;
    work::claimed(&mut holder, "work-1", 2, 7).await;
    let mut holding = holder.begin().await.unwrap();
    holding.execute("select from work where claim = 'work-1' for update").await.unwrap();

    let executor = log.executor();
    let waiting = tokio::spawn(async move {
        let result = to_workspace("result", create("Result")).fence("work-1", 2, 7);
        executor.execute(&request(), result).await
    });
    for number in 0..3 {
        let id = format!("free-{number}");
        let plan = to_workspace(&id, create("Free"));
        log.executor().execute(&request(), plan).await.unwrap();
    }
    assert!(!waiting.is_finished());
    holding.rollback().await.unwrap();
    let receipt = waiting.await.unwrap().unwrap();
    assert_eq!((receipt.version(), log.verify().await), (1, 4));
}

/// One claim that stays locked costs neither those with other claims nor the end of the log their time.
#[tokio::test]
async fn a_claim_that_stays_locked_is_given_up_and_stops_nobody() {
    let log = TestLog::open().await;
    let mut holder = database::superuser(&log.url).await;
    work::claimed(&mut holder, "work-1", 2, 7).await;
    work::claimed(&mut holder, "work-2", 1, 1).await;
    let mut holding = holder.begin().await.unwrap();
    holding.execute("select from work where claim = 'work-1' for update").await.unwrap();

    let executor = log.executor();
    let waiting = tokio::spawn(async move {
        let result = to_workspace("result", create("Result")).fence("work-1", 2, 7);
        executor.execute(&request(), result).await
    });
    for number in 0..50 {
        let plan = to_workspace(&format!("free-{number}"), create("Free"));
        log.executor().execute(&request(), plan).await.unwrap();
    }
    let other = to_workspace("other", create("Other")).fence("work-2", 1, 1);
    log.executor().execute(&request(), other).await.unwrap();
    assert!(!waiting.is_finished());
    let error = waiting.await.unwrap().unwrap_err();
    assert!(matches!(error, CommandError::Unavailable(_)), "{error:?}");
    log.log.close().await;
}
