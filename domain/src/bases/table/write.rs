//! Saying a record as the API does: `{"id", "createdTime", "fields"}`.

use serde_json::{Map, Value, json};

use super::{Reading, Record};
use crate::bases::cells::{CellValue, Place, Shape, as_text, write, write_moment};
use crate::bases::errors::ApiError;
use crate::bases::ids::TableId;
use crate::bases::schema::{Field, Table};

/// What the keys of `fields` are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    Names,
    Ids,
}

/// Which fields of a table are said, and how.
#[derive(Debug)]
pub struct Saying<'a> {
    reading: &'a Reading<'a>,
    fields: Vec<&'a Field>,
    keys: Keys,
    shape: Shape,
    /// Where every cell is said as text.
    text: Option<Place>,
}

impl<'a> Saying<'a> {
    /// All fields; views do not hide any here.
    pub fn all(reading: &'a Reading<'a>, table: TableId, keys: Keys) -> Result<Self, ApiError> {
        let table = reading.tables().base().table(table).ok_or(ApiError::PermissionsOrModelNotFound)?;
        Ok(Self { reading, fields: table.fields.iter().collect(), keys, shape: Shape::V1, text: None })
    }

    /// The fields that `fields[]` names; all of them when it names none.
    pub fn only(mut self, table: &'a Table, called: &[&str]) -> Result<Self, ApiError> {
        if !called.is_empty() {
            let wanted: Vec<_> =
                called.iter().map(|called| table.field_called(called)).collect::<Result<_, _>>()?;
            self.fields.retain(|field| wanted.iter().any(|wanted| wanted.id == field.id));
        }
        Ok(self)
    }

    /// As the payloads of webhooks say cells.
    pub fn for_webhooks(self) -> Self {
        Self { keys: Keys::Ids, shape: Shape::V2, ..self }
    }

    /// Every cell as the text that people see there.
    pub fn as_text(self, place: Place) -> Self {
        Self { text: Some(place), ..self }
    }

    pub fn record(&self, record: &Record) -> Value {
        json!({ "id": record.id, "createdTime": write_moment(record.created.at), "fields": self.cells(record) })
    }

    /// The cells alone, as webhooks have them.
    pub fn cells(&self, record: &Record) -> Map<String, Value> {
        self.fields.iter().filter_map(|field| self.cell(record, field)).collect()
    }

    /// An empty cell is left out.
    fn cell(&self, record: &Record, field: &Field) -> Option<(String, Value)> {
        let value: CellValue = self.reading.cell(record, field)?;
        let said = match &self.text {
            Some(place) => json!(as_text(&field.kind, &value, place, self.reading)),
            None => write(&field.kind, &value, self.shape, self.reading)?,
        };
        let key = match self.keys {
            Keys::Names => field.name.clone(),
            Keys::Ids => field.id.to_string(),
        };
        Some((key, said))
    }
}
