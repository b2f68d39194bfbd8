//! `airtide config show`: every value with its origin, secrets masked.

use serde::Serialize;

use super::layers::Values;
use super::secret::mask_urls;
use super::settings::{SETTINGS, Setting};

#[derive(Serialize)]
pub struct Shown {
    pub key: &'static str,
    pub value: Option<String>,
    pub origin: String,
    pub doc: &'static str,
}

pub fn all(values: &Values) -> Vec<Shown> {
    SETTINGS.iter().map(|setting| shown(setting, values)).collect()
}

fn shown(setting: &Setting, values: &Values) -> Shown {
    let value =
        values.text(setting.key).map(|text| if setting.secret { mask_urls(text) } else { text.to_owned() });
    let origin = values.origin(setting).map_or_else(|| "not set".to_owned(), ToString::to_string);
    Shown { key: setting.key, value, origin, doc: setting.doc }
}
