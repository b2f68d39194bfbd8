//! A specification as it stands in a request. What is not known there is refused.

use std::collections::BTreeSet;

use domain::bases::ids::{FieldId, ViewId};
use serde::Deserialize;

use crate::airtable::webhooks::Source;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    pub options: Options,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    pub filters: Filters,
    pub includes: Option<Includes>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Filters {
    pub data_types: BTreeSet<DataType>,
    pub record_change_scope: Option<String>,
    pub change_types: Option<BTreeSet<ChangeType>>,
    pub from_sources: Option<BTreeSet<Source>>,
    pub source_options: Option<SourceOptions>,
    pub watch_data_in_field_ids: Option<BTreeSet<FieldId>>,
    pub watch_schemas_of_field_ids: Option<BTreeSet<FieldId>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub enum DataType {
    #[serde(rename = "tableData")]
    Data,
    #[serde(rename = "tableFields")]
    Fields,
    #[serde(rename = "tableMetadata")]
    Metadata,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ChangeType {
    Add,
    Remove,
    Update,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SourceOptions {
    pub form_submission: Option<Form>,
    pub form_page_submission: Option<FormPage>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Form {
    pub view_id: ViewId,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct FormPage {
    pub page_id: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub struct Includes {
    pub include_cell_values_in_field_ids: Option<IncludedCells>,
    pub include_previous_cell_values: Option<bool>,
    pub include_previous_field_definitions: Option<bool>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub enum IncludedCells {
    Fields(BTreeSet<FieldId>),
    Word(Word),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Word {
    All,
}
