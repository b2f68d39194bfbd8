//! The rows of a body: `{"fields"}` for one record, `{"records": [{"id", "fields"}]}` for several.

use serde_json::{Map, Value};

use super::Body;
use crate::bases::errors::ApiError;
use crate::bases::table::Fields;

#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub id: Option<String>,
    pub fields: Fields,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Rows {
    One(Fields),
    Many(Vec<Row>),
}

impl Rows {
    pub fn of(body: &Body) -> Result<Self, ApiError> {
        match (body.get("records"), body.get("fields")) {
            (Some(Value::Array(list)), _) => list.iter().map(row).collect::<Result<_, _>>().map(Self::Many),
            (Some(_), _) => Err(ApiError::InvalidRequest),
            (None, _) => fields(&body.object).map(Self::One),
        }
    }

    pub fn many(body: &Body) -> Result<Vec<Row>, ApiError> {
        match Self::of(body)? {
            Self::Many(rows) => Ok(rows),
            Self::One(_) => Err(ApiError::InvalidRequest),
        }
    }
}

fn row(value: &Value) -> Result<Row, ApiError> {
    let object = value.as_object().ok_or(ApiError::InvalidRequest)?;
    let id = match object.get("id") {
        None | Some(Value::Null) => None,
        Some(Value::String(id)) => Some(id.clone()),
        Some(_) => return Err(ApiError::InvalidRequest),
    };
    Ok(Row { id, fields: fields(object)? })
}

pub fn fields(object: &Map<String, Value>) -> Result<Fields, ApiError> {
    match object.get("fields") {
        Some(Value::Object(fields)) => Ok(fields.clone()),
        None | Some(Value::Null) => Err(ApiError::MissingFields),
        Some(_) => Err(ApiError::InvalidRequest),
    }
}
