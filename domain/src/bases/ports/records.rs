//! Records: read by pages, written by batches of ten that happen whole or not at all.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::Deserialize;

use super::Fault;
use crate::bases::cells::{self, CellValue};
use crate::bases::ids::{BaseId, FieldId, RecordId, TableId, ViewId};
use crate::bases::schema::Table;
use crate::bases::table::{Direction, Fields, Verb};

/// More rows than `RECORDS_MAX` are refused without asking, and none are nothing to ask for.
#[async_trait]
pub trait Records: Send + Sync {
    /// One page; the first without an offset.
    async fn page(&self, place: Place, query: &Query, offset: Option<&str>) -> Result<Page, Fault>;

    async fn get(&self, place: Place, record: RecordId) -> Result<FoundRecord, Fault>;

    /// In the order of the rows.
    async fn create(&self, place: Place, rows: &[Fields], typecast: bool) -> Result<Vec<FoundRecord>, Fault>;

    async fn update(
        &self,
        place: Place,
        verb: Verb,
        rows: &[(RecordId, Fields)],
        typecast: bool,
    ) -> Result<Vec<FoundRecord>, Fault>;

    async fn upsert(
        &self,
        place: Place,
        verb: Verb,
        merge_on: &[FieldId],
        rows: &[Row],
        typecast: bool,
    ) -> Result<Upserted, Fault>;

    /// The records that are gone now.
    async fn delete(&self, place: Place, records: &[RecordId]) -> Result<Vec<RecordId>, Fault>;
}

/// Where records lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    pub base: BaseId,
    pub table: TableId,
}

/// What is asked of a list. Fields come back by id.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query {
    /// All fields, if none is named.
    pub fields: Vec<FieldId>,
    pub formula: Option<String>,
    pub view: Option<ViewId>,
    /// Wins over the order of the view.
    pub sort: Vec<SortBy>,
    pub page_size: Option<usize>,
    /// Over all pages.
    pub max_records: Option<usize>,
    pub with_comment_counts: bool,
    /// How formulas understand times of day.
    pub time_zone: Option<String>,
    pub user_locale: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SortBy {
    pub field: FieldId,
    pub direction: Direction,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Page {
    pub records: Vec<FoundRecord>,
    /// Where the next page begins, if there is one. It dies when nobody asks for a while.
    pub offset: Option<String>,
}

/// A record as Airtable says it. Empty cells are left out.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FoundRecord {
    pub id: RecordId,
    pub created_time: Timestamp,
    /// By field id.
    #[serde(default)]
    pub fields: Fields,
    pub comment_count: Option<u64>,
}

/// A row of an upsert. One with an id is no matter of matching.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub id: Option<RecordId>,
    pub fields: Fields,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Upserted {
    pub records: Vec<FoundRecord>,
    #[serde(default)]
    pub created_records: Vec<RecordId>,
    #[serde(default)]
    pub updated_records: Vec<RecordId>,
}

/// A cell does not fit the schema as it is known, or its field is not known: the schema is to be read again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the cell of field {0} does not fit the schema")]
pub struct UnreadableCell(pub String);

impl FoundRecord {
    /// What stands in its cells.
    pub fn cells(&self, table: &Table) -> Result<BTreeMap<FieldId, CellValue>, UnreadableCell> {
        let mut read = BTreeMap::new();
        for (called, value) in &self.fields {
            let unreadable = || UnreadableCell(called.clone());
            let field = FieldId::parse(called).ok().and_then(|id| table.field(id)).ok_or_else(unreadable)?;
            if let Some(cell) = cells::read(&field.kind, value).map_err(|_| unreadable())? {
                read.insert(field.id, cell);
            }
        }
        Ok(read)
    }
}
