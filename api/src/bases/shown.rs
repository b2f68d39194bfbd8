//! What bases look like in answers.

use std::borrow::Borrow;

use domain::bases::base::Origin;
use domain::bases::ids::BaseId;
use domain::bases::schema::{self, Table};
use domain::bases::{Base, BaseKey};
use domain::identity::WorkspaceId;
use eventstore::read::StateAt;
use projections::bases::bases::BaseRow;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::http::Problem;

/// A base.
#[derive(Debug, Serialize, ToSchema)]
pub struct BaseShown {
    #[schema(value_type = String, example = "bas_0198a1b2c3d47e5f8a9b0c1d2e3f4a5b")]
    pub id: BaseKey,
    /// What Airtable's clients call it.
    #[schema(value_type = String, example = "appQ3vYk0Zr81LwTn")]
    pub airtable_id: BaseId,
    #[schema(value_type = String)]
    pub workspace: WorkspaceId,
    #[schema(example = "Company")]
    pub name: String,
    /// `local`: its records are here alone; `airtable`: it follows one there, and is changed there.
    #[schema(example = "local")]
    pub origin: String,
    /// How many tables it has.
    pub tables: usize,
    /// How many fields they have.
    pub fields: usize,
    /// Counts what happened to it; the `ETag` carries the same number.
    pub version: i64,
}

impl BaseShown {
    pub fn of(
        id: &BaseKey,
        workspace: &WorkspaceId,
        found: &StateAt<impl Borrow<Base>>,
    ) -> Result<Self, Problem> {
        let base: &Base = found.state.borrow();
        let schema = base.schema().ok_or_else(Problem::not_found)?;
        Ok(Self {
            id: id.clone(),
            airtable_id: schema.id,
            workspace: workspace.clone(),
            name: schema.name.clone(),
            origin: base.origin().map_or("", Origin::as_str).to_owned(),
            tables: schema.tables.len(),
            fields: schema.tables.iter().map(|table| table.fields.len()).sum(),
            version: found.version,
        })
    }
}

impl From<BaseRow> for BaseShown {
    fn from(row: BaseRow) -> Self {
        Self {
            id: row.id,
            airtable_id: row.airtable_id,
            workspace: row.workspace,
            name: row.name,
            origin: row.origin,
            tables: usize::try_from(row.tables).unwrap_or_default(),
            fields: usize::try_from(row.fields).unwrap_or_default(),
            version: row.version,
        }
    }
}

/// The tables of a base, as Airtable's meta API tells of them.
#[derive(Serialize, ToSchema)]
pub struct SchemaShown {
    #[schema(value_type = Vec<Object>)]
    tables: Vec<Value>,
}

impl SchemaShown {
    pub fn of<'a>(tables: impl Iterator<Item = &'a Table>) -> Self {
        Self { tables: tables.map(|table| table.said(true)).collect() }
    }
}

/// A table, as Airtable's meta API tells of it.
#[derive(Serialize, ToSchema)]
#[schema(value_type = Object)]
pub struct TableShown(Value);

impl TableShown {
    pub fn of(table: &Table) -> Self {
        Self(table.said(true))
    }
}

/// A field, as Airtable's meta API tells of it.
#[derive(Serialize, ToSchema)]
#[schema(value_type = Object)]
pub struct FieldShown(Value);

impl FieldShown {
    pub fn of(field: &schema::Field) -> Self {
        Self(field.said())
    }
}
