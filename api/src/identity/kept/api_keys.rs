//! Secrets of API keys, as hashes. Which of them count, the streams of the keys say; a row can only take one away.

use std::time::Duration;

use domain::identity::api_key::RevokeReason;
use domain::identity::{ApiKeyId, ApiKeySecretId, TenantId, UserId};
use jiff::Timestamp;
use sqlx::Row;
use sqlx::postgres::PgRow;

use super::sessions::id_of;
use super::{KeptTables, in_time};

/// How exactly the last use of a key is known.
const USE_NOTED_EVERY: Duration = Duration::from_secs(5 * 60);

/// A secret that is to be kept.
pub struct NewKeySecret<'a> {
    pub id: &'a ApiKeySecretId,
    pub key: &'a ApiKeyId,
    pub tenant: &'a TenantId,
    pub owner: &'a UserId,
    pub hash: &'a [u8],
    pub last_four: &'a str,
    pub expires_at: Timestamp,
}

/// A secret that was shown, and of whose key.
pub struct ShownSecret {
    pub secret: ApiKeySecretId,
    pub tenant: TenantId,
    /// Whether its last use was noted too long ago.
    pub is_use_due: bool,
}

/// A secret as lists tell of it.
pub struct KeySecret {
    pub id: ApiKeySecretId,
    pub key: ApiKeyId,
    pub last_four: String,
    pub used_at: Option<Timestamp>,
}

/// A secret that no event is known to name.
pub struct UnnamedSecret {
    pub id: ApiKeySecretId,
    pub key: ApiKeyId,
    pub tenant: TenantId,
}

/// A revoked key of which no event is known to tell.
pub struct KeyEnd {
    pub key: ApiKeyId,
    pub tenant: TenantId,
    pub because: RevokeReason,
}

impl KeptTables {
    pub async fn keep_key_secret(&self, new: &NewKeySecret<'_>) -> sqlx::Result<()> {
        let keeping = sqlx::query(
            "insert into api_keys(secret_id, key_id, tenant, owner, secret_hash, last_four, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(new.id.as_str())
        .bind(new.key.as_str())
        .bind(new.tenant.as_str())
        .bind(new.owner.as_str())
        .bind(new.hash)
        .bind(new.last_four)
        .bind(jiff_sqlx::Timestamp::from(new.expires_at))
        .execute(&self.pool);
        in_time(keeping).await.map(|_| ())
    }

    /// The secret of a key with a hash, if it was neither revoked nor has expired.
    pub async fn shown_secret(&self, key: &ApiKeyId, hash: &[u8]) -> sqlx::Result<Option<ShownSecret>> {
        let asking = sqlx::query(
            "select secret_id, tenant,
                    coalesce(used_at < now() - make_interval(secs => $3), true) as is_use_due
             from api_keys
             where key_id = $1 and secret_hash = $2 and revoked_at is null and expires_at > now()",
        )
        .bind(key.as_str())
        .bind(hash)
        .bind(USE_NOTED_EVERY.as_secs_f64())
        .fetch_optional(&self.pool);
        let shown = |row: PgRow| {
            Ok(ShownSecret {
                secret: id_of(&row, "secret_id")?,
                tenant: id_of(&row, "tenant")?,
                is_use_due: row.try_get("is_use_due")?,
            })
        };
        in_time(asking).await?.map(shown).transpose()
    }

    pub async fn note_use(&self, secret: &ApiKeySecretId) -> sqlx::Result<()> {
        let noting = sqlx::query(
            "update api_keys set used_at = now()
             where secret_id = $1 and (used_at is null or used_at < now() - make_interval(secs => $2))",
        )
        .bind(secret.as_str())
        .bind(USE_NOTED_EVERY.as_secs_f64())
        .execute(&self.pool);
        in_time(noting).await.map(|_| ())
    }

    /// An event names it: nobody has to look for that event again.
    pub async fn mark_key_secret_named(&self, secret: &ApiKeySecretId) -> sqlx::Result<()> {
        let marking = sqlx::query("update api_keys set named_at = now() where secret_id = $1")
            .bind(secret.as_str())
            .execute(&self.pool);
        in_time(marking).await.map(|_| ())
    }

    pub async fn drop_key_secret(&self, secret: &ApiKeySecretId) -> sqlx::Result<()> {
        let dropping = sqlx::query("delete from api_keys where secret_id = $1 and named_at is null")
            .bind(secret.as_str())
            .execute(&self.pool);
        in_time(dropping).await.map(|_| ())
    }

    /// Revokes a key with all its secrets; whether it was not before.
    pub async fn revoke_key(&self, key: &ApiKeyId, because: RevokeReason) -> sqlx::Result<bool> {
        let revoking = sqlx::query(
            "update api_keys set revoked_at = now(), revoked_because = $2
             where key_id = $1 and revoked_at is null",
        )
        .bind(key.as_str())
        .bind(because.as_str())
        .execute(&self.pool);
        Ok(in_time(revoking).await?.rows_affected() > 0)
    }

    /// Revokes all keys of one owner, and says which those are.
    pub async fn revoke_keys_of(
        &self,
        tenant: &TenantId,
        owner: &UserId,
        because: RevokeReason,
    ) -> sqlx::Result<Vec<ApiKeyId>> {
        let revoking = sqlx::query(
            "with revoked as (
               update api_keys set revoked_at = now(), revoked_because = $3
               where tenant = $1 and owner = $2 and revoked_at is null and named_at is not null
               returning key_id)
             select distinct key_id from revoked",
        )
        .bind(tenant.as_str())
        .bind(owner.as_str())
        .bind(because.as_str())
        .fetch_all(&self.pool);
        in_time(revoking).await?.iter().map(|row| id_of(row, "key_id")).collect()
    }

    /// Revokes all keys of a tenant, and says which those are.
    pub async fn revoke_keys_in(
        &self,
        tenant: &TenantId,
        because: RevokeReason,
    ) -> sqlx::Result<Vec<ApiKeyId>> {
        let revoking = sqlx::query(
            "with revoked as (
               update api_keys set revoked_at = now(), revoked_because = $2
               where tenant = $1 and revoked_at is null and named_at is not null
               returning key_id)
             select distinct key_id from revoked",
        )
        .bind(tenant.as_str())
        .bind(because.as_str())
        .fetch_all(&self.pool);
        in_time(revoking).await?.iter().map(|row| id_of(row, "key_id")).collect()
    }

    /// Whether a key of a tenant is left that holds, or whose end no event is known to tell.
    pub async fn has_keys_to_end(&self, tenant: &TenantId) -> sqlx::Result<bool> {
        let asking = sqlx::query_scalar(
            "select exists (select from api_keys where tenant = $1 and named_at is not null
                            and (revoked_at is null or recorded_at is null))",
        )
        .bind(tenant.as_str())
        .fetch_one(&self.pool);
        in_time(asking).await
    }

    /// Keys of a tenant or of one owner in it, in the order in which they were made.
    pub async fn key_ids(
        &self,
        tenant: &TenantId,
        owner: Option<&UserId>,
        after: Option<&ApiKeyId>,
        limit: usize,
    ) -> sqlx::Result<Vec<ApiKeyId>> {
        let asking = sqlx::query(
            "select distinct key_id from api_keys
             where tenant = $1 and ($2::text is null or owner = $2) and key_id > coalesce($3, '')
             order by key_id limit $4",
        )
        .bind(tenant.as_str())
        .bind(owner.map(UserId::as_str))
        .bind(after.map(ApiKeyId::as_str))
        .bind(limit as i64)
        .fetch_all(&self.pool);
        in_time(asking).await?.iter().map(|row| id_of(row, "key_id")).collect()
    }

    pub async fn key_secrets(&self, keys: &[ApiKeyId]) -> sqlx::Result<Vec<KeySecret>> {
        let ids: Vec<&str> = keys.iter().map(ApiKeyId::as_str).collect();
        let asking =
            sqlx::query("select secret_id, key_id, last_four, used_at from api_keys where key_id = any($1)")
                .bind(ids)
                .fetch_all(&self.pool);
        in_time(asking).await?.iter().map(KeySecret::from_row).collect()
    }

    /// Keys of one owner that are good for something.
    pub async fn count_keys_of(&self, tenant: &TenantId, owner: &UserId) -> sqlx::Result<i64> {
        let counting = sqlx::query_scalar(
            "select count(distinct key_id) from api_keys
             where tenant = $1 and owner = $2 and revoked_at is null and expires_at > now()",
        )
        .bind(tenant.as_str())
        .bind(owner.as_str())
        .fetch_one(&self.pool);
        in_time(counting).await
    }

    /// Events tell of the ends of these keys.
    pub async fn key_ends_are_recorded(&self, keys: &[ApiKeyId]) -> sqlx::Result<()> {
        let ids: Vec<&str> = keys.iter().map(ApiKeyId::as_str).collect();
        let noting = sqlx::query(
            "update api_keys set recorded_at = now()
             where key_id = any($1) and revoked_at is not null and recorded_at is null",
        )
        .bind(ids)
        .execute(&self.pool);
        in_time(noting).await.map(|_| ())
    }

    /// Ends of a while ago of which no event is known to tell.
    pub async fn unrecorded_key_ends(&self, age: Duration, limit: i64) -> sqlx::Result<Vec<KeyEnd>> {
        let asking = sqlx::query(
            "select key_id, tenant, revoked_because from api_keys
             where revoked_at < now() - make_interval(secs => $1) and recorded_at is null
             order by revoked_at limit $2",
        )
        .bind(age.as_secs_f64())
        .bind(limit)
        .fetch_all(&self.pool);
        let end = |row: &PgRow| {
            let because: Option<String> = row.try_get("revoked_because")?;
            Ok(KeyEnd {
                key: id_of(row, "key_id")?,
                tenant: id_of(row, "tenant")?,
                because: because.as_deref().and_then(RevokeReason::named).unwrap_or(RevokeReason::ByHand),
            })
        };
        in_time(asking).await?.iter().map(end).collect()
    }

    pub async fn unnamed_key_secrets(&self, age: Duration, limit: i64) -> sqlx::Result<Vec<UnnamedSecret>> {
        let asking = sqlx::query(
            "select secret_id, key_id, tenant from api_keys
             where named_at is null and created_at < now() - make_interval(secs => $1)
             order by created_at limit $2",
        )
        .bind(age.as_secs_f64())
        .bind(limit)
        .fetch_all(&self.pool);
        let unnamed = |row: &PgRow| {
            Ok(UnnamedSecret {
                id: id_of(row, "secret_id")?,
                key: id_of(row, "key_id")?,
                tenant: id_of(row, "tenant")?,
            })
        };
        in_time(asking).await?.iter().map(unnamed).collect()
    }

    /// Drops secrets that ended long ago.
    pub async fn drop_ended_key_secrets(&self, age: Duration) -> sqlx::Result<()> {
        let dropping = sqlx::query(
            "delete from api_keys where least(expires_at, revoked_at) < now() - make_interval(secs => $1)
             and (revoked_at is null or recorded_at is not null)",
        )
        .bind(age.as_secs_f64())
        .execute(&self.pool);
        in_time(dropping).await.map(|_| ())
    }
}

impl KeySecret {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let used_at: Option<jiff_sqlx::Timestamp> = row.try_get("used_at")?;
        Ok(Self {
            id: id_of(row, "secret_id")?,
            key: id_of(row, "key_id")?,
            last_four: row.try_get("last_four")?,
            used_at: used_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    }
}
