//! Scopes as OAuth writes them, parted by spaces.

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};
use serde_json::Value;

use super::refused::Refused;
use crate::airtable::world::Scope;

pub fn read(text: &str) -> Result<Vec<Scope>, Refused> {
    let mut scopes: Vec<Scope> = Vec::new();
    for name in text.split_ascii_whitespace() {
        let named: StrDeserializer<'_, Error> = name.into_deserializer();
        let scope = Scope::deserialize(named).map_err(|_| Refused::Scope)?;
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    if scopes.is_empty() { Err(Refused::Scope) } else { Ok(scopes) }
}

pub fn written(scopes: &[Scope]) -> String {
    let names = scopes.iter().filter_map(|scope| serde_json::to_value(scope).ok());
    let names: Vec<String> = names.filter_map(|name: Value| name.as_str().map(str::to_owned)).collect();
    names.join(" ")
}
