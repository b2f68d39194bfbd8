//! Work in somebody's hands, without a worker.

use sqlx::PgConnection;

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
