//! Reading a specification: every id in it must be of the base.

use std::collections::{BTreeMap, BTreeSet};

use domain::bases::errors::ApiError;
use domain::bases::ids::{FieldId, TableId, ViewId};
use domain::bases::schema::Base;
use serde::Deserialize;
use serde_json::Value;

use super::written::{IncludedCells, SourceOptions, Written};
use super::{Included, Scope, Specification};

impl Specification {
    pub fn parse(given: &Value, base: &Base) -> Result<Self, ApiError> {
        let written = Written::deserialize(given).map_err(|_| ApiError::InvalidRequest)?;
        let (filters, includes) = (written.options.filters, written.options.includes.unwrap_or_default());
        if filters.data_types.is_empty() {
            return Err(ApiError::InvalidRequest);
        }
        let (form, page) = forms(filters.source_options.unwrap_or_default(), base)?;
        let watched_schemas = given_list(filters.watch_schemas_of_field_ids);
        let watched_data = given_list(filters.watch_data_in_field_ids);
        watched_schemas.iter().try_for_each(|fields| owners(fields, base).map(drop))?;
        Ok(Self {
            given: given.clone(),
            data_types: filters.data_types,
            scope: filters.record_change_scope.map_or(Ok(Scope::Base), |id| scope(&id, base))?,
            change_types: given_list(filters.change_types),
            sources: given_list(filters.from_sources),
            watched_data: watched_data.map(|fields| owners(&fields, base)).transpose()?,
            watched_schemas,
            form,
            page,
            included: included(includes.include_cell_values_in_field_ids, base)?,
            previous_cells: includes.include_previous_cell_values.unwrap_or_default(),
            previous_fields: includes.include_previous_field_definitions.unwrap_or_default(),
        })
    }
}

/// Unsettled: an empty list filters nothing.
fn given_list<T>(list: Option<BTreeSet<T>>) -> Option<BTreeSet<T>> {
    list.filter(|list| !list.is_empty())
}

fn scope(id: &str, base: &Base) -> Result<Scope, ApiError> {
    let table = TableId::parse(id).ok().filter(|id| base.table(*id).is_some()).map(Scope::Table);
    let view = || {
        let view = ViewId::parse(id).ok()?;
        Some(Scope::View { table: table_of(view, base)?, view })
    };
    table.or_else(view).ok_or(ApiError::InvalidRequest)
}

fn table_of(view: ViewId, base: &Base) -> Option<TableId> {
    let mut tables = base.tables.iter();
    tables.find(|table| table.views.iter().any(|one| one.id == view)).map(|table| table.id)
}

fn forms(options: SourceOptions, base: &Base) -> Result<(Option<ViewId>, Option<String>), ApiError> {
    let form = options.form_submission.map(|form| form.view_id);
    if form.is_some_and(|form| table_of(form, base).is_none()) {
        return Err(ApiError::InvalidRequest);
    }
    Ok((form, options.form_page_submission.map(|form| form.page_id)))
}

fn included(cells: Option<IncludedCells>, base: &Base) -> Result<Included, ApiError> {
    match cells {
        None => Ok(Included::Fields(BTreeSet::new())),
        Some(IncludedCells::Word(_)) => Ok(Included::All),
        Some(IncludedCells::Fields(fields)) => owners(&fields, base).map(|_| Included::Fields(fields)),
    }
}

/// The table of each field.
fn owners(fields: &BTreeSet<FieldId>, base: &Base) -> Result<BTreeMap<FieldId, TableId>, ApiError> {
    let owner = |id: &FieldId| Some((*id, base.field(*id)?.0.id));
    fields.iter().map(|id| owner(id).ok_or(ApiError::InvalidRequest)).collect()
}
