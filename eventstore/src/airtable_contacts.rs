//! When Airtable was asked last about a base that follows one there, and how often this month: rows beside the log, because nothing
//! happened.

use domain::bases::BaseKey;
use domain::identity::TenantId;
use jiff::Timestamp;
use sqlx::{PgPool, Row};

use crate::database::{self, Role, Unfit};
use crate::load::in_time;

const CONNECTIONS: u32 = 1;

/// The rows of the role `identity`. Cheap to clone.
#[derive(Clone)]
pub struct AirtableContacts {
    pool: PgPool,
}

/// How a base stood in touch with Airtable.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contact {
    /// All that happened before is here.
    pub asked_at: Option<Timestamp>,
    /// Of this month, in UTC.
    pub requests: u64,
}

impl AirtableContacts {
    pub fn open(database_url: &str) -> Result<Self, Unfit> {
        Ok(Self { pool: database::pool(database_url, Role::Identity, CONNECTIONS)? })
    }

    /// Adds requests to those of the month. Where nothing was asked of what happened, it stays known when that was last.
    pub async fn note(
        &self,
        tenant: &TenantId,
        base: &BaseKey,
        asked_at: Option<Timestamp>,
        requests: u64,
    ) -> sqlx::Result<()> {
        let noting = sqlx::query(
            "insert into airtable_contacts as known(tenant, base, asked_at, month, requests)
             values ($1, $2, $3, date_trunc('month', now() at time zone 'utc')::date, $4)
             on conflict (tenant, base) do update
               set asked_at = greatest(excluded.asked_at, known.asked_at),
                   month = excluded.month,
                   requests = excluded.requests
                     + case when known.month = excluded.month then known.requests else 0 end",
        )
        .bind(tenant.as_str())
        .bind(base.as_str())
        .bind(asked_at.map(jiff_sqlx::Timestamp::from))
        .bind(i64::try_from(requests).unwrap_or(i64::MAX))
        .execute(&self.pool);
        in_time(noting).await.map(drop)
    }

    /// Nothing asked and nothing sent, where nothing is noted.
    pub async fn of(&self, tenant: &TenantId, base: &BaseKey) -> sqlx::Result<Contact> {
        let asking = sqlx::query(
            "select asked_at,
                    case when month = date_trunc('month', now() at time zone 'utc')::date then requests else 0 end
                      as requests
             from airtable_contacts where tenant = $1 and base = $2",
        )
        .bind(tenant.as_str())
        .bind(base.as_str())
        .fetch_optional(&self.pool);
        let Some(row) = in_time(asking).await? else { return Ok(Contact::default()) };
        let asked_at: Option<jiff_sqlx::Timestamp> = row.try_get("asked_at")?;
        let requests: i64 = row.try_get("requests")?;
        Ok(Contact {
            asked_at: asked_at.map(jiff_sqlx::Timestamp::to_jiff),
            requests: requests.unsigned_abs(),
        })
    }

    /// Of a base that is not there any more.
    pub async fn drop_one(&self, tenant: &TenantId, base: &BaseKey) -> sqlx::Result<()> {
        let dropping = sqlx::query("delete from airtable_contacts where tenant = $1 and base = $2")
            .bind(tenant.as_str())
            .bind(base.as_str())
            .execute(&self.pool);
        in_time(dropping).await.map(drop)
    }

    /// Of a tenant that is not there any more.
    pub async fn drop_all_of_tenant(&self, tenant: &TenantId) -> sqlx::Result<()> {
        let dropping = sqlx::query("delete from airtable_contacts where tenant = $1")
            .bind(tenant.as_str())
            .execute(&self.pool);
        in_time(dropping).await.map(drop)
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}
