//! The way to query read models, records aside (`bases/records/reader.rs`): in a transaction that has named its tenant. The database shows it nothing else.

use domain::identity::TenantId;
use eventstore::database::{self, Role, Unfit};
use sqlx::{AssertSqlSafe, PgConnection, PgPool, PgTransaction};

/// Connections for queries. Cheap to clone.
#[derive(Clone)]
pub struct TenantQueries {
    pool: PgPool,
}

impl TenantQueries {
    pub fn open(database_url: &str, connections_max: u32) -> Result<Self, Unfit> {
        Ok(Self { pool: database::pool(database_url, Role::App, connections_max)? })
    }

    /// Begins to query one tenant.
    pub async fn begin(&self, tenant: &TenantId) -> sqlx::Result<TenantTx> {
        // One round trip. An id has no character that could end the text.
        let begin = format!("begin read only; set local airtide.tenant = '{tenant}'");
        let transaction = self.pool.begin_with(AssertSqlSafe(begin)).await?;
        Ok(TenantTx { transaction, tenant: tenant.clone() })
    }

    /// Whether the read models could be asked.
    pub async fn check(&self) -> sqlx::Result<()> {
        sqlx::query("select from read.workspaces where false").execute(&self.pool).await.map(|_| ())
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// Queries of one tenant. They read only, so dropping it is as good as committing.
pub struct TenantTx {
    transaction: PgTransaction<'static>,
    tenant: TenantId,
}

impl TenantTx {
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// The connection, and the tenant that every query names besides.
    pub(crate) fn parts(&mut self) -> (&mut PgConnection, &str) {
        (&mut self.transaction, self.tenant.as_str())
    }
}
