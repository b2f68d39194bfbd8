//! Password hashes. Which one counts for a person, that person's stream says.

use std::time::Duration;

use domain::identity::{CredentialId, UserId};

use super::{KeptTables, in_time};

impl KeptTables {
    /// Keeps a hash that counts for nobody yet.
    pub async fn keep_credential(&self, id: &CredentialId, user: &UserId, hash: &str) -> sqlx::Result<()> {
        let keeping = sqlx::query("insert into credentials(id, user_id, password_hash) values ($1, $2, $3)")
            .bind(id.as_str())
            .bind(user.as_str())
            .bind(hash)
            .execute(&self.pool);
        in_time(keeping).await.map(|_| ())
    }

    /// Marks a credential that an event names, so that nobody has to look for that event again.
    pub async fn mark_named(&self, id: &CredentialId) -> sqlx::Result<()> {
        let marking = sqlx::query("update credentials set named_at = now() where id = $1")
            .bind(id.as_str())
            .execute(&self.pool);
        in_time(marking).await.map(|_| ())
    }

    /// Takes the mark away again: the sweeper asks once more whether an event names it, and drops it otherwise.
    pub async fn unmark_named(&self, id: &CredentialId) -> sqlx::Result<()> {
        let unmarking = sqlx::query("update credentials set named_at = null where id = $1")
            .bind(id.as_str())
            .execute(&self.pool);
        in_time(unmarking).await.map(|_| ())
    }

    /// Old credentials that no event is known to name, the oldest first.
    pub async fn unnamed_credentials(
        &self,
        age: Duration,
        limit: i64,
    ) -> sqlx::Result<Vec<(String, String)>> {
        let asking = sqlx::query_as(
            "select id, user_id from credentials
             where named_at is null and created_at < now() - make_interval(secs => $1) order by created_at limit $2",
        )
        .bind(age.as_secs_f64())
        .bind(limit)
        .fetch_all(&self.pool);
        in_time(asking).await
    }

    /// The hash of a credential, if it is that person's.
    pub async fn password_hash(&self, id: &CredentialId, user: &UserId) -> sqlx::Result<Option<String>> {
        let asking =
            sqlx::query_scalar("select password_hash from credentials where id = $1 and user_id = $2")
                .bind(id.as_str())
                .bind(user.as_str())
                .fetch_optional(&self.pool);
        in_time(asking).await
    }

    /// Drops a hash that nothing came to name.
    pub async fn drop_credential(&self, id: &CredentialId) -> sqlx::Result<()> {
        let dropping =
            sqlx::query("delete from credentials where id = $1").bind(id.as_str()).execute(&self.pool);
        in_time(dropping).await.map(|_| ())
    }
}
