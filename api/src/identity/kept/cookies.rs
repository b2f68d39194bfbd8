//! Sessions of browsers, found by the hash of their cookie.

use std::time::Duration;

use domain::identity::{SessionId, TenantId, UserId};
use jiff::Timestamp;
use sqlx::Row;
use sqlx::postgres::PgRow;

use super::sessions::{COOKIE_IDLE, id_of};
use super::{KeptTables, in_time};

/// How exactly the last use of a cookie is known.
const USE_NOTED_EVERY: Duration = Duration::from_secs(5 * 60);

/// A session that holds, by its cookie.
pub struct CookieSession {
    pub id: SessionId,
    pub user: UserId,
    pub tenant: TenantId,
    pub with_code: bool,
    pub expires_at: Timestamp,
    /// Whether its last use was noted too long ago.
    pub is_use_due: bool,
}

impl KeptTables {
    pub async fn session_of_cookie(&self, hash: &[u8]) -> sqlx::Result<Option<CookieSession>> {
        let asking = sqlx::query(
            "select id, user_id, tenant, second_factor, expires_at,
                    used_at < now() - make_interval(secs => $2) as is_use_due
             from sessions where cookie_hash = $1 and revoked_at is null and expires_at > now()",
        )
        .bind(hash)
        .bind(USE_NOTED_EVERY.as_secs_f64())
        .fetch_optional(&self.pool);
        let found = |row: PgRow| {
            Ok(CookieSession {
                id: id_of(&row, "id")?,
                user: id_of(&row, "user_id")?,
                tenant: id_of(&row, "tenant")?,
                with_code: row.try_get("second_factor")?,
                expires_at: row.try_get::<jiff_sqlx::Timestamp, _>("expires_at")?.to_jiff(),
                is_use_due: row.try_get("is_use_due")?,
            })
        };
        in_time(asking).await?.map(found).transpose()
    }

    /// It goes on, as long as it may in any case.
    pub async fn note_use_of_cookie(&self, id: &SessionId) -> sqlx::Result<()> {
        let noting = sqlx::query(
            "update sessions set used_at = now(),
                    expires_at = least(now() + make_interval(secs => $2), ends_at)
             where id = $1 and revoked_at is null and expires_at > now()",
        )
        .bind(id.as_str())
        .bind(COOKIE_IDLE.as_secs_f64())
        .execute(&self.pool);
        in_time(noting).await.map(|_| ())
    }

    /// Another cookie takes the place of the one before, which is good for nothing from now on.
    pub async fn replace_cookie(&self, id: &SessionId, hash: &[u8]) -> sqlx::Result<()> {
        let replacing = sqlx::query(
            "update sessions set cookie_hash = $2 where id = $1 and cookie_hash is not null and revoked_at is null",
        )
        .bind(id.as_str())
        .bind(hash)
        .execute(&self.pool);
        in_time(replacing).await.map(|_| ())
    }
}
