//! Changing a schema as a person does in the client.

use domain::bases::ids::UserId;
use domain::bases::schema::{FieldDraft, Renaming, SchemaChange, TableDraft};
use serde::Deserialize;
use serde_json::json;

use super::{Answer, Asked};
use crate::airtable::world::{Actor, Held, write};

#[derive(Deserialize)]
struct Asking {
    #[serde(rename = "as")]
    person: UserId,
    #[serde(flatten)]
    change: Changing,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Changing {
    CreateTable(TableDraft),
    CreateField { table: String, field: FieldDraft },
    RenameTable { table: String, to: Renaming },
    RenameField { table: String, field: String, to: Renaming },
}

pub fn change(asked: &Asked<'_>, base: &str) -> Answer {
    let asking: Asking = asked.read()?;
    let person = super::edit::person(asked, asking.person)?;
    let held = asked.app.world.base(base)?;
    let mut held = write(&held);
    let changes = planned(asked, &held, asking.change)?;
    held.reshape(&changes, &Actor::client(person), asked.app.now());
    Ok(json!({ "changes": changes }))
}

fn planned(
    asked: &Asked<'_>,
    held: &Held,
    change: Changing,
) -> Result<Vec<SchemaChange>, domain::bases::errors::ApiError> {
    let base = held.tables.base();
    let mut mint = asked.app.mint();
    match change {
        Changing::CreateTable(draft) => base.plan_table(draft, &mut mint),
        Changing::CreateField { table, field } => base.plan_field(held.table(&table)?.id, field, &mut mint),
        Changing::RenameTable { table, to } => base.plan_table_renaming(&table, to),
        Changing::RenameField { table, field, to } => {
            base.plan_field_renaming(held.table(&table)?.id, &field, to)
        }
    }
}
