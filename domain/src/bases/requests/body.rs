//! The body of a request: an object of JSON. Keys that are not known are let be, as clients send some of their own.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::bases::errors::ApiError;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Body {
    pub object: Map<String, Value>,
}

impl Body {
    /// Nothing at all is an empty object: airtable.js sends `DELETE` with neither.
    pub fn parse(bytes: &[u8]) -> Result<Self, ApiError> {
        if bytes.is_empty() {
            return Ok(Self::default());
        }
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(object)) => Ok(Self { object }),
            Ok(_) => Err(ApiError::InvalidRequest),
            Err(_) => Err(ApiError::UnreadableBody),
        }
    }

    pub fn get(&self, name: &str) -> Option<&Value> {
        self.object.get(name).filter(|value| !value.is_null())
    }

    /// What is true, one or `"true"` there; anything else is not.
    pub fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| match value {
            Value::Bool(set) => *set,
            Value::Number(number) => number.as_u64() == Some(1),
            Value::String(text) => is_true(text),
            _ => false,
        })
    }

    /// The whole body as a type of ours.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        serde_json::from_value(Value::Object(self.object.clone())).map_err(|_| ApiError::InvalidRequest)
    }
}

/// As clients write it in addresses: one sends `1`, another `true`.
pub(super) fn is_true(text: &str) -> bool {
    matches!(text, "1" | "true")
}
