//! Filling in what a computed field promises: whether it is valid, what it reads, which type comes of it.

use super::Computed;
use super::nature;
use super::recipe::{Values, path};
use super::references::{break_off, fields_of};
use super::result::{of_linked, result};
use crate::bases::errors::ApiError;
use crate::bases::formula::{FieldNames, Formula, ProblemKind};
use crate::bases::ids::{FieldId, TableId};
use crate::bases::schema::{Base, FieldType, FormulaOptions, RollupOptions};

impl Base {
    /// Fills in what a base that was written by hand leaves out of its computed fields.
    pub fn complete_all(&mut self) -> Result<(), ApiError> {
        let fields = self.tables.iter().flat_map(|table| &table.fields);
        let unfinished: Vec<_> = fields.filter(|field| is_unfinished(&field.kind)).map(|it| it.id).collect();
        self.complete(&unfinished)
    }

    /// Formulas of the given fields are read with the names of the day and kept with ids. Unsettled: a formula that
    /// names what is not there makes a field that is not valid; one that is no formula makes none.
    pub fn complete(&mut self, fields: &[FieldId]) -> Result<(), ApiError> {
        if fields.is_empty() {
            return Ok(());
        }
        for field in fields {
            self.understand(*field)?;
        }
        // What one promises may hang on what another does; in a circle none ever promises anything.
        for _ in 0..=fields.len() {
            let before = self.clone();
            fields.iter().for_each(|field| self.promise(*field));
            if *self == before {
                break;
            }
        }
        let computed = Computed::of(self);
        for field in fields {
            self.disappoint(*field, &computed);
        }
        Ok(())
    }

    fn understand(&mut self, field: FieldId) -> Result<(), ApiError> {
        let Some((table, found)) = self.field(field) else { return Ok(()) };
        let refused = ApiError::InvalidFieldOptions { field: found.name.clone() };
        let names = table.names();
        let id = table.id;
        match self.kind_mut(id, field) {
            Some(kind @ FieldType::Formula(_)) => return understand_formula(kind, &names).ok_or(refused),
            Some(FieldType::Rollup(RollupOptions { formula: Some(text), .. })) => {
                *text = Formula::read(text, &Values).map_err(|_| refused)?.stored();
            }
            _ => {}
        }
        Ok(())
    }

    fn kind_mut(&mut self, table: TableId, field: FieldId) -> Option<&mut FieldType> {
        self.table_mut(table)?.field_mut(field).map(|field| &mut field.kind)
    }

    fn promise(&mut self, id: FieldId) {
        let Some((table, field)) = self.field(id) else { return };
        let mut kind = field.kind.clone();
        match &mut kind {
            FieldType::Formula(options) if options.is_valid => {
                let formula = Formula::restore(&options.formula).ok();
                let sort = formula.map(|formula| nature::of_formula(self, &formula).sort);
                options.result = sort.map(|sort| Box::new(result(sort)));
            }
            FieldType::Rollup(options) => {
                let path = options.record_link_field_id.zip(options.field_id_in_linked_table);
                let path = path.and_then(|(link, field)| path_of(self, table.id, link, field));
                options.is_valid = path.is_some();
                options.referenced_field_ids.get_or_insert_default();
                let formula = options.formula.as_deref().and_then(|text| Formula::read(text, &Values).ok());
                let sort = path.zip(formula).map(|(field, it)| nature::of_rollup(self, &it, field).sort);
                options.result = sort.map(|sort| Box::new(result(sort)));
            }
            FieldType::MultipleLookupValues(options) => {
                let path = options.record_link_field_id.zip(options.field_id_in_linked_table);
                let path = path.and_then(|(link, field)| path_of(self, table.id, link, field));
                options.is_valid = path.is_some();
                let linked = path.and_then(|field| self.field(field));
                options.result = linked.and_then(|(_, linked)| of_linked(&linked.kind));
            }
            FieldType::Count(options) => {
                let link = options.record_link_field_id.filter(|link| table.field(*link).is_some());
                options.is_valid = link.is_some_and(|link| self.link(link).is_some());
            }
            _ => return,
        }
        let table = table.id;
        if let Some(place) = self.kind_mut(table, id) {
            *place = kind;
        }
    }

    /// What comes to no end is not valid after all.
    fn disappoint(&mut self, id: FieldId, computed: &Computed) {
        let Some((table, field)) = self.field(id) else { return };
        let table = table.id;
        let expected = match &field.kind {
            FieldType::Rollup(options) => options.formula.is_some(),
            FieldType::Formula(_) | FieldType::MultipleLookupValues(_) => true,
            _ => false,
        };
        if expected
            && computed.work(id).is_none()
            && let Some(kind) = self.kind_mut(table, id)
        {
            break_off(kind);
        }
    }
}

/// The field in the linked table, if the link leads there.
fn path_of(base: &Base, table: TableId, link: FieldId, field: FieldId) -> Option<FieldId> {
    path(base, base.table(table)?, link, field).map(|path| path.field)
}

/// Nothing where the text is no formula.
fn understand_formula(kind: &mut FieldType, names: &FieldNames) -> Option<()> {
    let FieldType::Formula(options) = kind else { return Some(()) };
    match Formula::read(&options.formula, names) {
        Ok(formula) => {
            let reads = Some(fields_of(&formula));
            *options = FormulaOptions {
                formula: formula.stored(),
                is_valid: true,
                referenced_field_ids: reads,
                result: None,
            };
            Some(())
        }
        Err(problem) if matches!(problem.kind, ProblemKind::UnknownFields(_)) => {
            break_off(kind);
            Some(())
        }
        Err(_) => None,
    }
}

fn is_unfinished(kind: &FieldType) -> bool {
    match kind {
        FieldType::Formula(options) => !options.is_valid && options.result.is_none(),
        FieldType::Rollup(options) => !options.is_valid && options.result.is_none(),
        FieldType::MultipleLookupValues(options) => !options.is_valid && options.result.is_none(),
        FieldType::Count(options) => !options.is_valid,
        _ => false,
    }
}
