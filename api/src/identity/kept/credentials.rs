//! Password hashes. Which one counts for a person, that person's stream says.

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
