//! Recovery codes, as hashes. Which set counts for a person, that person's stream says.

use std::time::Duration;

use domain::identity::{RecoveryCodesId, UserId};

use super::{KeptTables, in_time};

impl KeptTables {
    /// Keeps a set that counts for nobody yet.
    pub async fn keep_recovery_codes(
        &self,
        set: &RecoveryCodesId,
        user: &UserId,
        hashes: &[String],
    ) -> sqlx::Result<()> {
        let keeping = sqlx::query(
            "insert into recovery_codes(set_id, user_id, hash) select $1, $2, unnest($3::text[])",
        )
        .bind(set.as_str())
        .bind(user.as_str())
        .bind(hashes)
        .execute(&self.pool);
        in_time(keeping).await.map(|_| ())
    }

    /// Takes a code away, if it is there: of two who show it at once, one finds it.
    pub async fn use_recovery_code(
        &self,
        set: &RecoveryCodesId,
        user: &UserId,
        hash: &str,
    ) -> sqlx::Result<bool> {
        let using =
            sqlx::query("delete from recovery_codes where set_id = $1 and user_id = $2 and hash = $3")
                .bind(set.as_str())
                .bind(user.as_str())
                .bind(hash)
                .execute(&self.pool);
        Ok(in_time(using).await?.rows_affected() == 1)
    }

    pub async fn count_recovery_codes(&self, set: &RecoveryCodesId) -> sqlx::Result<i64> {
        let counting = sqlx::query_scalar("select count(*) from recovery_codes where set_id = $1")
            .bind(set.as_str())
            .fetch_one(&self.pool);
        in_time(counting).await
    }

    /// Marks a set that an event names, so that nobody has to look for that event again.
    pub async fn mark_recovery_codes_named(&self, set: &RecoveryCodesId) -> sqlx::Result<()> {
        let marking = sqlx::query("update recovery_codes set named_at = now() where set_id = $1")
            .bind(set.as_str())
            .execute(&self.pool);
        in_time(marking).await.map(|_| ())
    }

    /// Drops a set that nothing names, or names any more.
    pub async fn drop_recovery_codes(&self, set: &RecoveryCodesId) -> sqlx::Result<()> {
        let dropping = sqlx::query("delete from recovery_codes where set_id = $1")
            .bind(set.as_str())
            .execute(&self.pool);
        in_time(dropping).await.map(|_| ())
    }

    /// Old sets that no event is known to name, with whose they are.
    pub async fn unnamed_recovery_codes(
        &self,
        age: Duration,
        limit: i64,
    ) -> sqlx::Result<Vec<(String, String)>> {
        let asking = sqlx::query_as(
            "select distinct set_id, user_id from recovery_codes
             where named_at is null and created_at < now() - make_interval(secs => $1) order by set_id limit $2",
        )
        .bind(age.as_secs_f64())
        .bind(limit)
        .fetch_all(&self.pool);
        in_time(asking).await
    }
}
