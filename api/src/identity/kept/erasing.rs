//! What of an erased person ends in these tables, and what is left of them.

use domain::identity::UserId;
use domain::identity::api_key::RevokeReason;
use sqlx::AssertSqlSafe;

use super::{KeptTables, in_time};

/// A name that somebody has taken.
pub struct TakenName {
    pub kind: String,
    pub key: String,
}

/// What is kept of a person and would be good for something, or tell something: where, and which rows.
const LEFT: &[(&str, &str)] = &[
    ("passwords", "credentials where user_id = $1"),
    ("second factors", "second_factors where user_id = $1"),
    ("recovery codes", "recovery_codes where user_id = $1"),
    ("sessions that hold", "sessions where user_id = $1 and revoked_at is null and expires_at > now()"),
    ("sessions that tell of a client", "sessions where user_id = $1 and client is not null"),
    ("trusted devices", "trusted_devices where user_id = $1"),
    ("keys of theirs that hold", "api_keys where owner = $1 and revoked_at is null and expires_at > now()"),
    ("names they have taken", "reservations where owner = $1"),
];

impl KeptTables {
    /// Passwords, and what is asked for besides.
    pub async fn drop_credentials_of(&self, user: &UserId) -> sqlx::Result<u64> {
        let codes = self.changed("delete from recovery_codes where user_id = $1", user).await?;
        let factors = self.changed("delete from second_factors where user_id = $1", user).await?;
        let passwords = self.changed("delete from credentials where user_id = $1", user).await?;
        Ok(codes + factors + passwords)
    }

    /// What their sessions were begun with, as it called itself.
    pub async fn forget_clients_of(&self, user: &UserId) -> sqlx::Result<u64> {
        self.changed("update sessions set client = null where user_id = $1 and client is not null", user)
            .await
    }

    /// Their keys in every tenant, whether an event names them or not.
    pub async fn revoke_keys_everywhere(&self, owner: &UserId) -> sqlx::Result<u64> {
        let revoking = sqlx::query(
            "update api_keys set revoked_at = now(), revoked_because = $2 where owner = $1 and revoked_at is null",
        )
        .bind(owner.as_str())
        .bind(RevokeReason::OwnerRemoved.as_str())
        .execute(&self.pool);
        Ok(in_time(revoking).await?.rows_affected())
    }

    /// Mails kept for developers that hold one of the texts.
    pub async fn drop_kept_mails(&self, texts: &[String]) -> sqlx::Result<u64> {
        let dropping = sqlx::query(
            "delete from dev_mailbox m where exists (
               select from unnest($1::text[]) text
               where strpos(lower(m.recipient || ' ' || m.subject || ' ' || m.body), lower(text)) > 0)",
        )
        .bind(texts)
        .execute(&self.pool);
        Ok(in_time(dropping).await?.rows_affected())
    }

    pub async fn names_of(&self, owner: &str) -> sqlx::Result<Vec<TakenName>> {
        let asking = sqlx::query_as("select kind, key from reservations where owner = $1")
            .bind(owner)
            .fetch_all(&self.pool);
        let names: Vec<(String, String)> = in_time(asking).await?;
        Ok(names.into_iter().map(|(kind, key)| TakenName { kind, key }).collect())
    }

    /// How much is left of a person, place by place.
    pub async fn left_of(&self, user: &str) -> sqlx::Result<Vec<(&'static str, i64)>> {
        let mut left = Vec::with_capacity(LEFT.len());
        for (place, rows) in LEFT {
            let sql = format!("select count(*) from {rows}");
            let counting = sqlx::query_scalar(AssertSqlSafe(sql)).bind(user).fetch_one(&self.pool);
            left.push((*place, in_time(counting).await?));
        }
        Ok(left)
    }

    async fn changed(&self, sql: &'static str, user: &UserId) -> sqlx::Result<u64> {
        Ok(in_time(sqlx::query(sql).bind(user.as_str()).execute(&self.pool)).await?.rows_affected())
    }
}
