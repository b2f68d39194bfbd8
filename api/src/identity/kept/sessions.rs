//! Sessions: which sign-ins are valid at this moment, and where each is at work.

use std::time::Duration;

use domain::identity::{SessionId, TenantId, UserId};

use super::{KeptTables, in_time};

/// How long a sign-in lasts, however often its token is exchanged.
const LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);

/// A sign-in that is to be kept.
pub struct Session<'a> {
    pub id: &'a SessionId,
    pub user: &'a UserId,
    pub tenant: &'a TenantId,
}

/// What is known of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    Valid,
    Revoked,
}

impl KeptTables {
    pub async fn keep_session(&self, session: &Session<'_>) -> sqlx::Result<()> {
        let keeping = sqlx::query(
            "insert into sessions(id, user_id, tenant, expires_at)
             values ($1, $2, $3, now() + make_interval(secs => $4))",
        )
        .bind(session.id.as_str())
        .bind(session.user.as_str())
        .bind(session.tenant.as_str())
        .bind(LIFETIME.as_secs_f64())
        .execute(&self.pool);
        in_time(keeping).await.map(|_| ())
    }

    /// Moves a valid session to another tenant; false when it is not valid any more.
    pub async fn move_session(&self, id: &SessionId, tenant: &TenantId) -> sqlx::Result<bool> {
        let moving = sqlx::query(
            "update sessions set tenant = $2, used_at = now()
             where id = $1 and revoked_at is null and expires_at > now()",
        )
        .bind(id.as_str())
        .bind(tenant.as_str())
        .execute(&self.pool);
        Ok(in_time(moving).await?.rows_affected() == 1)
    }

    pub async fn revoke_session(&self, id: &SessionId) -> sqlx::Result<()> {
        let revoking =
            sqlx::query("update sessions set revoked_at = now() where id = $1 and revoked_at is null")
                .bind(id.as_str())
                .execute(&self.pool);
        in_time(revoking).await.map(|_| ())
    }

    pub async fn session(&self, id: &SessionId) -> sqlx::Result<Kept> {
        let asking = sqlx::query_scalar(
            "select exists (select from sessions where id = $1 and revoked_at is null and expires_at > now())",
        )
        .bind(id.as_str())
        .fetch_one(&self.pool);
        Ok(if in_time(asking).await? { Kept::Valid } else { Kept::Revoked })
    }

    /// Sessions revoked within a time; a token outlives its session by no more than its own life.
    pub async fn revoked_within(&self, time: Duration) -> sqlx::Result<Vec<String>> {
        let asking = sqlx::query_scalar(
            "select id from sessions where revoked_at > now() - make_interval(secs => $1)",
        )
        .bind(time.as_secs_f64())
        .fetch_all(&self.pool);
        in_time(asking).await
    }

    /// The tenant that a person was at work in last.
    pub async fn last_tenant(&self, user: &UserId) -> sqlx::Result<Option<String>> {
        let asking = sqlx::query_scalar(
            "select tenant from sessions where user_id = $1 order by used_at desc limit 1",
        )
        .bind(user.as_str())
        .fetch_optional(&self.pool);
        in_time(asking).await
    }

    /// Drops sessions that ended long ago, and says how many.
    pub async fn drop_ended_sessions(&self, age: Duration) -> sqlx::Result<u64> {
        let dropping =
            sqlx::query("delete from sessions where expires_at < now() - make_interval(secs => $1)")
                .bind(age.as_secs_f64())
                .execute(&self.pool);
        Ok(in_time(dropping).await?.rows_affected())
    }
}
