//! Work in somebody's hands, without a worker, and in an operator's.

use eventstore::operations::{self, Operations};
use eventstore::work::{Deed, Moved, NotPlanned, Which, Work};
use sqlx::PgConnection;

use crate::log::TestLog;

/// Makes a piece of work that somebody claimed, as the fence of an append knows it.
pub async fn claimed(admin: &mut PgConnection, claim: &str, attempt: i32, epoch: i64) {
    sqlx::query(
        "insert into work(claim, worker, tenant, event_position, part, key, state, visible_at, attempt, epoch)
         values ($1, 'work', 'acme', 1, $1, $1, 'claimed', now(), $2, $3)",
    )
    .bind(claim)
    .bind(attempt)
    .bind(epoch)
    .execute(admin)
    .await
    .expect("work is made");
}

/// Does work again as an operator does, and says how much that was.
pub async fn retry(log: &TestLog, which: Which) -> Result<Moved, NotPlanned> {
    act(log, Deed::Retry, which).await
}

pub async fn retry_named(log: &TestLog, name: &str, even_if_done: bool) -> Result<Moved, NotPlanned> {
    retry(log, Which::Named { name: name.to_owned(), even_if_done }).await
}

pub async fn act(log: &TestLog, deed: Deed, which: Which) -> Result<Moved, NotPlanned> {
    let work = Work::open(&log.url, 2).expect("the database can be used");
    let plan = work.plan(&operations::new_id().expect("an id"), deed, &which).await?;
    let operations = Operations::by(log.executor(), "operator:ana");
    let moved = work.carry_out(&operations, &plan, "it is back", |_| ()).await.expect("work moves");
    work.close().await;
    Ok(moved)
}
