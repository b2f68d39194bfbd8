//! Whether there is what a filter names. A name that is misspelt would look like one of which nothing happened.

use domain::identity::TenantId;

use super::Inspector;
use crate::event::StreamId;
use crate::read::Filter;

impl Inspector {
    /// What of a filter names nothing that is in the log, as a sentence.
    pub async fn named_in_vain(&self, filter: &Filter) -> sqlx::Result<Option<String>> {
        if let Some(tenant) = &filter.tenant
            && !self.has_tenant(tenant).await?
        {
            return Ok(Some(format!("there is no tenant {tenant} in the log")));
        }
        let Some((aggregate, id)) = filter.aggregate.as_ref().zip(filter.id.as_ref()) else {
            return Ok(None);
        };
        let has_stream = self.has_stream(filter.tenant.as_ref(), aggregate, id).await?;
        Ok((!has_stream).then(|| format!("there is no stream {aggregate}/{id} where it was looked for")))
    }

    /// Most tenants have a stream of their own name, which is found at once; otherwise all streams are looked at.
    pub async fn has_tenant(&self, tenant: &TenantId) -> sqlx::Result<bool> {
        sqlx::query_scalar(
            "select exists(select from streams where id = $1 and tenant = $1)
                 or exists(select from streams where tenant = $1)",
        )
        .bind(tenant.as_str())
        .fetch_one(&self.pool)
        .await
    }

    async fn has_stream(
        &self,
        tenant: Option<&TenantId>,
        aggregate: &str,
        id: &StreamId,
    ) -> sqlx::Result<bool> {
        sqlx::query_scalar(
            "select exists(select from streams where id = $1 and type = $2 and ($3::text is null or tenant = $3))",
        )
        .bind(id.as_str())
        .bind(aggregate)
        .bind(tenant.map(TenantId::as_str))
        .fetch_one(&self.pool)
        .await
    }
}
