//! What a hook dies of: a field it watches is deleted, or its scope. It says so once and never again.

use domain::bases::ids::TableId;
use serde_json::{Value, json};

use super::part::Part;
use super::{ChangedTable, DestroyedTable, Happening, Origin, Specification};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    Field,
    /// A table or view that was the scope, or the form whose submissions were asked for.
    Scope,
}

/// The last payload of a hook, if it dies of what happened. Filters do not spare it.
pub fn last_words(happening: &Happening, specification: &Specification) -> Option<Value> {
    let mut causes = Vec::new();
    let mut parts = Vec::new();
    for (id, table) in &happening.changed_tables {
        of_changed(specification, *id, table, &mut causes, &mut parts);
    }
    for (id, table) in &happening.destroyed_tables {
        of_destroyed(specification, *id, table, &mut causes, &mut parts);
    }
    let cause = causes.into_iter().next()?;
    Some(said(&happening.origin, cause, parts))
}

/// The last payload of a hook that dies of a field, whichever it was.
pub fn of_a_field(origin: &Origin) -> Value {
    said(origin, Cause::Field, Vec::new())
}

fn said(origin: &Origin, cause: Cause, parts: Vec<Part>) -> Value {
    let mut payload = origin.said();
    parts.into_iter().for_each(|part| part.put(&mut payload));
    payload.insert("error".into(), json!(true));
    payload.insert("code".into(), json!(code(cause)));
    Value::Object(payload)
}

fn of_changed(
    specification: &Specification,
    id: TableId,
    table: &ChangedTable,
    causes: &mut Vec<Cause>,
    parts: &mut Vec<Part>,
) {
    for field in table.destroyed_fields.iter().filter(|field| specification.needs_field(**field)) {
        causes.push(Cause::Field);
        let way = ["changedTablesById", id.as_str(), "destroyedFieldIds"];
        parts.push(Part::listed(&way, json!(field)));
    }
    if table.destroyed_views.iter().any(|view| specification.needs_view(*view)) {
        causes.push(Cause::Scope);
    }
}

fn of_destroyed(
    specification: &Specification,
    id: TableId,
    table: &DestroyedTable,
    causes: &mut Vec<Cause>,
    parts: &mut Vec<Part>,
) {
    let scope =
        specification.needs_table(id) || table.views.iter().any(|view| specification.needs_view(*view));
    let field = table.fields.iter().any(|field| specification.needs_field(*field));
    if scope || field {
        causes.push(if scope { Cause::Scope } else { Cause::Field });
        parts.push(Part::listed(&["destroyedTableIds"], json!(id)));
    }
}

/// Unsettled: which of the two codes stands for what.
fn code(cause: Cause) -> &'static str {
    match cause {
        Cause::Field => "INVALID_HOOK",
        Cause::Scope => "INVALID_FILTERS",
    }
}
