//! What others answered when work failed may repeat an address: what holds such a text goes, and all of a tenant that ended.

use domain::identity::TenantId;
use sqlx::Connection;

use crate::database::{self, Role, Unfit};

/// Drops what is told of failed work where that holds one of the texts; says of how much work.
pub async fn forget_failures(database_url: &str, texts: &[String]) -> Result<u64, Unfit> {
    let mut worker = database::connect(database_url, Role::Worker).await?;
    let mut forgotten = 0;
    for statement in [
        "update work set reason = null
          where exists (select from unnest($1::text[]) text where strpos(lower(reason), lower(text)) > 0)",
        "delete from work_attempts
          where exists (select from unnest($1::text[]) text where strpos(lower(said), lower(text)) > 0)",
    ] {
        let done = sqlx::query(statement).bind(texts).execute(&mut worker).await;
        forgotten += done.map_err(Unfit::Unanswered)?.rows_affected();
    }
    worker.close().await.map_err(Unfit::Unanswered)?;
    Ok(forgotten)
}

/// Drops what is told of a tenant's failed work, whatever it says.
pub async fn forget_failures_of(database_url: &str, tenant: &TenantId) -> Result<(), Unfit> {
    let mut worker = database::connect(database_url, Role::Worker).await?;
    for statement in [
        "delete from work_attempts a using work w where w.claim = a.claim and w.tenant = $1",
        "update work set reason = null where tenant = $1 and reason is not null",
    ] {
        let done = sqlx::query(statement).bind(tenant.as_str()).execute(&mut worker).await;
        done.map_err(Unfit::Unanswered)?;
    }
    worker.close().await.map_err(Unfit::Unanswered)
}
