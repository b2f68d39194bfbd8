//! Changing a schema as a person does in the client, who may delete and retype where the API may not.

use domain::bases::errors::ApiError;
use domain::bases::ids::{ChoiceId, TableId, UserId};
use domain::bases::schema::{FieldDraft, KindDraft, Renaming, SchemaChange, TableDraft, ViewDraft};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::refusal::Refusal;
use super::{Answer, Asked};
use crate::airtable::world::{Actor, Held, write};

#[derive(Deserialize)]
struct Asking {
    #[serde(rename = "as")]
    person: UserId,
    /// One, by what is to be done.
    #[serde(flatten)]
    change: Map<String, Value>,
}

/// Tables, fields and views are called by name or id.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Changing {
    CreateTable(TableDraft),
    RenameTable { table: String, to: Renaming },
    DeleteTable { table: String },
    CreateField { table: String, field: FieldDraft },
    RenameField { table: String, field: String, to: Renaming },
    RetypeField { table: String, field: String, to: KindDraft },
    DeleteField { table: String, field: String },
    RenameChoice { table: String, field: String, choice: ChoiceId, name: String },
    DeleteChoice { table: String, field: String, choice: ChoiceId },
    CreateView { table: String, view: ViewDraft },
    DeleteView { table: String, view: String },
}

pub fn change(asked: &Asked<'_>, base: &str) -> Answer {
    let asking: Asking = asked.read()?;
    if asking.change.len() != 1 {
        return Err(Refusal::misused("one change is made at a time"));
    }
    let change = Changing::deserialize(Value::Object(asking.change))?;
    let person = super::edit::person(asked, asking.person)?;
    let held = asked.app.world.base(base)?;
    let mut held = write(&held);
    let changes = planned(asked, &held, change)?;
    let by = person.id;
    let effects = held.reshape(&changes, &Actor::client(person), asked.app.now());
    asked.note("sim.schema", base, by, effects);
    Ok(json!({ "changes": changes }))
}

fn planned(asked: &Asked<'_>, held: &Held, change: Changing) -> Result<Vec<SchemaChange>, ApiError> {
    use Changing as C;
    let base = held.tables.base();
    let mut mint = asked.app.mint();
    let id = |called: &str| -> Result<TableId, ApiError> { Ok(held.table(called)?.id) };
    match change {
        C::CreateTable(draft) => base.plan_table(draft, &mut mint),
        C::RenameTable { table, to } => base.plan_table_renaming(&table, to),
        C::DeleteTable { table } => base.plan_table_deletion(&table),
        C::CreateField { table, field } => base.plan_field(id(&table)?, field, &mut mint),
        C::RenameField { table, field, to } => base.plan_field_renaming(id(&table)?, &field, to),
        C::RetypeField { table, field, to } => held.tables.plan_retyping(id(&table)?, &field, to, &mut mint),
        C::DeleteField { table, field } => base.plan_field_deletion(id(&table)?, &field),
        C::RenameChoice { table, field, choice, name } => {
            base.plan_choice_renaming(id(&table)?, &field, choice, &name)
        }
        C::DeleteChoice { table, field, choice } => base.plan_choice_deletion(id(&table)?, &field, choice),
        C::CreateView { table, view } => base.plan_view(id(&table)?, view, &mut mint),
        C::DeleteView { table, view } => base.plan_view_deletion(id(&table)?, &view),
    }
}
