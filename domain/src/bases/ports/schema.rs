//! Bases and what they are made of. Tables and fields can be made and renamed, never deleted or made another type.

use async_trait::async_trait;
use serde::Deserialize;

use super::Fault;
use crate::bases::ids::{BaseId, FieldId, TableId, WorkspaceId};
use crate::bases::schema::{Base, Field, FieldDraft, Table, TableDraft};

#[async_trait]
pub trait MetaSchema: Send + Sync {
    /// The bases that the token may see, a thousand a page.
    async fn bases(&self, offset: Option<&str>) -> Result<BasesPage, Fault>;

    /// All tables, with the fields that each grid shows.
    async fn tables(&self, base: BaseId) -> Result<Vec<Table>, Fault>;

    async fn create_base(
        &self,
        workspace: WorkspaceId,
        name: &str,
        tables: &[TableDraft],
    ) -> Result<Base, Fault>;

    async fn create_table(&self, base: BaseId, table: &TableDraft) -> Result<Table, Fault>;

    async fn create_field(&self, base: BaseId, table: TableId, field: &FieldDraft) -> Result<Field, Fault>;

    async fn describe_table(
        &self,
        base: BaseId,
        table: TableId,
        described: &Described,
    ) -> Result<Table, Fault>;

    async fn describe_field(
        &self,
        base: BaseId,
        table: TableId,
        field: FieldId,
        described: &Described,
    ) -> Result<Field, Fault>;
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct BasesPage {
    pub bases: Vec<BaseSeen>,
    pub offset: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BaseSeen {
    pub id: BaseId,
    pub name: String,
    /// `none`, `read`, `comment`, `edit` or `create`; kept as it came, as there may be others.
    pub permission_level: String,
}

/// Another name, another description; what is not given stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Described {
    pub name: Option<String>,
    pub description: Option<String>,
}
