//! Tables and fields as callers ask for them: in the words of Airtable's meta API, without ids.

use domain::bases::base::BaseRefusal;
use domain::bases::errors::ApiError;
use domain::bases::ids::{BaseId, Mint};
use domain::bases::schema::{self, FieldDraft, Table, TableDraft};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::http::{FieldError, Problem};

/// Tables that one request makes: each is planned on those before it.
pub const TABLES_AT_ONCE_MAX: usize = 100;
/// Fields that one request makes, in all of its tables.
pub const FIELDS_AT_ONCE_MAX: usize = 1_000;

#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTable {
    #[schema(example = "Invoices", min_length = 1)]
    pub name: String,
    #[schema(max_length = 20000)]
    description: Option<String>,
    /// The first one is the name of each record.
    #[schema(min_items = 1, max_items = 500)]
    fields: Vec<NewField>,
}

#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewField {
    #[schema(example = "Amount", min_length = 1)]
    pub name: String,
    #[schema(max_length = 20000)]
    description: Option<String>,
    /// As Airtable calls it.
    #[serde(rename = "type")]
    #[schema(example = "number")]
    kind: String,
    /// As Airtable's meta API takes them.
    #[schema(value_type = Option<Object>, example = json!({ "precision": 2 }))]
    options: Option<Value>,
}

impl From<NewTable> for TableDraft {
    fn from(table: NewTable) -> Self {
        let fields = table.fields.into_iter().map(FieldDraft::from).collect();
        Self { name: table.name, description: table.description, fields }
    }
}

impl From<NewField> for FieldDraft {
    fn from(field: NewField) -> Self {
        let NewField { name, description, kind, options } = field;
        Self { name, description, kind, options }
    }
}

/// Whether one request does not ask for too much.
pub fn check(tables: &[NewTable]) -> Result<(), Problem> {
    check_counts(tables.len(), tables.iter().map(|table| table.fields.len()).sum())
}

/// The same where it is known how many there are, and of fields in all of them.
pub fn check_counts(tables: usize, fields: usize) -> Result<(), Problem> {
    let message = if tables > TABLES_AT_ONCE_MAX {
        format!("At most {TABLES_AT_ONCE_MAX} tables at once.")
    } else if fields > FIELDS_AT_ONCE_MAX {
        format!("At most {FIELDS_AT_ONCE_MAX} fields at once, in all tables.")
    } else {
        return Ok(());
    };
    Err(Problem::invalid(vec![FieldError::new("/tables", "too_many", message)]))
}

/// The tables of a new base.
pub fn planned(id: BaseId, drafts: Vec<NewTable>, mint: &mut Mint) -> Result<Vec<Table>, Problem> {
    let mut schema = schema::Base { id, name: String::new(), tables: Vec::new() };
    for (place, draft) in drafts.into_iter().enumerate() {
        let planned = schema.plan_table(draft.into(), mint);
        let changes = planned.map_err(|error| unsound(error).at(&format!("/tables/{place}")))?;
        changes.iter().for_each(|change| schema.apply(change));
    }
    Ok(schema.tables)
}

/// Why a plan does not come about, as the base itself would say it.
pub fn unsound(error: ApiError) -> Problem {
    Problem::refused(&BaseRefusal::SchemaUnsound(error.clone())).said_as(error)
}
