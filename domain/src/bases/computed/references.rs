//! Which fields a computed field hangs on.

use super::recipe::Work;
use super::result::of_linked;
use crate::bases::formula::Formula;
use crate::bases::ids::FieldId;
use crate::bases::schema::{Base, FieldType};

/// What is read to show a field. The names of linked records are read with a link.
pub fn references(base: &Base, field: FieldId, work: Option<&Work>) -> Vec<FieldId> {
    match work {
        Some(Work::Formula(recipe)) => fields_of(&recipe.formula),
        Some(Work::Rollup(path, _) | Work::Lookup(path)) => vec![path.field],
        None => base.link(field).and_then(|link| primary(base, link.linked_table_id)).into_iter().collect(),
    }
}

fn primary(base: &Base, table: crate::bases::ids::TableId) -> Option<FieldId> {
    base.table(table).map(|table| table.primary_field_id)
}

/// The fields of a formula, without `values`.
pub fn fields_of(formula: &Formula) -> Vec<FieldId> {
    formula.dependencies().fields.iter().filter_map(|id| FieldId::parse(id).ok()).collect()
}

/// Whether a field can no longer be worked out when another one is gone.
pub fn broken_without(kind: &FieldType, gone: FieldId) -> bool {
    let is_gone = |field: Option<FieldId>| field == Some(gone);
    match kind {
        FieldType::Formula(options) => {
            Formula::restore(&options.formula).is_ok_and(|formula| fields_of(&formula).contains(&gone))
        }
        FieldType::Rollup(options) => {
            is_gone(options.record_link_field_id) || is_gone(options.field_id_in_linked_table)
        }
        FieldType::MultipleLookupValues(options) => {
            is_gone(options.record_link_field_id) || is_gone(options.field_id_in_linked_table)
        }
        FieldType::Count(options) => is_gone(options.record_link_field_id),
        _ => false,
    }
}

/// Says of a computed field that it cannot be worked out.
pub fn break_off(kind: &mut FieldType) {
    match kind {
        FieldType::Formula(options) => (options.is_valid, options.result) = (false, None),
        FieldType::Rollup(options) => (options.is_valid, options.result) = (false, None),
        FieldType::MultipleLookupValues(options) => (options.is_valid, options.result) = (false, None),
        FieldType::Count(options) => options.is_valid = false,
        _ => {}
    }
}

/// Brings what looks at a field in line with the type that it has now.
pub fn follow(base: &mut Base, changed: FieldId) {
    let links = base.link(changed).is_some();
    let result = base.field(changed).and_then(|(_, field)| of_linked(&field.kind));
    for field in base.tables.iter_mut().flat_map(|table| &mut table.fields) {
        let link = match &mut field.kind {
            FieldType::MultipleLookupValues(options) => {
                if options.field_id_in_linked_table == Some(changed) && options.is_valid {
                    options.result.clone_from(&result);
                }
                options.record_link_field_id
            }
            FieldType::Rollup(options) => options.record_link_field_id,
            FieldType::Count(options) => options.record_link_field_id,
            _ => None,
        };
        if link == Some(changed) && !links {
            break_off(&mut field.kind);
        }
    }
}
