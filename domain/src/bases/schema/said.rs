//! A schema as the meta API says it: without what only we know of it.

use serde_json::{Map, Value, json};

use super::{Field, FieldType, Table, View, ViewType};
use crate::bases::ids::FieldId;

impl Table {
    /// Which fields a view shows is said only to who asks for it.
    pub fn said(&self, include_visible_field_ids: bool) -> Value {
        let fields: Vec<_> = self.fields.iter().map(Field::said).collect();
        let views: Vec<_> =
            self.views.iter().map(|view| view.said(self, include_visible_field_ids)).collect();
        let mut said = Map::new();
        said.insert("id".into(), json!(self.id));
        said.insert("name".into(), json!(self.name));
        said.extend(self.description.as_ref().map(|text| ("description".into(), json!(text))));
        said.insert("primaryFieldId".into(), json!(self.primary_field_id));
        said.insert("fields".into(), Value::Array(fields));
        said.insert("views".into(), Value::Array(views));
        let settings = self.date_dependency_settings.clone();
        said.extend(settings.map(|settings| ("dateDependencySettings".into(), settings)));
        Value::Object(said)
    }
}

impl Field {
    /// Airtable does not tell the formula of a rollup.
    pub fn said(&self) -> Value {
        let mut told = self.clone();
        if let FieldType::Rollup(options) = &mut told.kind {
            options.formula = None;
        }
        json!(told)
    }
}

impl View {
    /// The visible fields are those of grids alone; all of them where the view does not say.
    pub fn said(&self, table: &Table, include_visible_field_ids: bool) -> Value {
        let shown = (include_visible_field_ids && self.kind == ViewType::Grid).then(|| self.visible(table));
        json!(View { visible_field_ids: shown, filter: None, sort: Vec::new(), ..self.clone() })
    }

    /// Fields that are gone are passed over.
    fn visible(&self, table: &Table) -> Vec<FieldId> {
        match &self.visible_field_ids {
            Some(fields) => fields.iter().filter(|field| table.field(**field).is_some()).copied().collect(),
            None => table.fields.iter().map(|field| field.id).collect(),
        }
    }
}
