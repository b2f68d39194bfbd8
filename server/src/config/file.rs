//! Reads `airtide.toml`: one table per section, every key of it known.

use std::path::Path;

use toml::{Table, Value};

use super::layers::Layers;
use super::origin::Origin;

pub const DEFAULT_PATH: &str = "airtide.toml";

pub fn read(path: &Path, layers: &mut Layers) {
    let name = path.display();
    match std::fs::read_to_string(path) {
        Ok(text) => parse(path, &text, layers),
        Err(error) => layers.mistake(format!("{name}: cannot be read: {error}")),
    }
}

fn parse(path: &Path, text: &str, layers: &mut Layers) {
    match text.parse::<Table>() {
        Ok(table) => read_sections(path, table, layers),
        Err(error) => layers.mistake(format!("{}: {}", path.display(), error.to_string().trim())),
    }
}

fn read_sections(path: &Path, table: Table, layers: &mut Layers) {
    for (section, content) in table {
        match content {
            Value::Table(values) => read_values(path, &section, values, layers),
            _ => layers.mistake(format!("{}: `{section}` must be a section, as [{section}]", path.display())),
        }
    }
}

fn read_values(path: &Path, section: &str, values: Table, layers: &mut Layers) {
    for (name, value) in values {
        let key = format!("{section}.{name}");
        match as_text(&value) {
            Some(text) => layers.set(&key, text, Origin::File(path.to_owned())),
            None => {
                layers.mistake(format!("{}: {key} must be text, a number or a list of texts", path.display()))
            }
        }
    }
}

fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Array(items) => {
            let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
            texts.map(|texts| texts.join(","))
        }
        _ => None,
    }
}
