//! Backends of Postgres, looked at from beside, and what can be done to them.

use std::time::Duration;

use sqlx::{Connection, PgConnection};

use crate::{database, wait};

const QUIET_WITHIN: Duration = Duration::from_secs(30);

/// A backend that last called the function `append`.
pub async fn appending(observer: &mut PgConnection) -> Option<u32> {
    let pid: Option<i32> = sqlx::query_scalar(
        "select pid from pg_stat_activity
         where datname = current_database() and query like '%from append(%' and pid <> pg_backend_pid()
         order by random() limit 1",
    )
    .fetch_optional(observer)
    .await
    .ok()?;
    pid.map(number)
}

/// Whether a backend holds the lock of the log.
pub async fn holds_the_lock(observer: &mut PgConnection, backend: u32) -> bool {
    sqlx::query_scalar(
        "select exists (select from pg_locks
                        where pid = $1 and relation = 'log_lock'::regclass and mode = 'ExclusiveLock' and granted)",
    )
    .bind(backend as i32)
    .fetch_one(observer)
    .await
    .unwrap_or(false)
}

pub async fn terminate(observer: &mut PgConnection, backend: u32) {
    sqlx::query("select pg_terminate_backend($1)")
        .bind(backend as i32)
        .execute(observer)
        .await
        .expect("a backend is terminated");
}

/// Waits until nobody is at work in a database: a client may be gone long before its backend is.
pub async fn none_left(url: &str) {
    wait::until_true("every backend has ended", QUIET_WITHIN, async || {
        let Ok(mut observer) = database::try_superuser(url).await else {
            return false;
        };
        let quiet = sqlx::query_scalar(
            "select not exists (select from pg_stat_activity
                                where datname = current_database() and pid <> pg_backend_pid()
                                  and backend_type = 'client backend')",
        )
        .fetch_one(&mut observer)
        .await;
        let _ = observer.close().await;
        quiet.unwrap_or(false)
    })
    .await;
}

fn number(pid: i32) -> u32 {
    pid.try_into().expect("a process number")
}
