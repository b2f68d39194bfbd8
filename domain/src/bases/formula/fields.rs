//! Fields by name and by id.

use std::collections::HashMap;
use std::sync::Arc;

/// What a table tells a formula of its fields.
pub trait Fields {
    /// The id of what a formula calls so: by its exact name, by its id, or by its name in other case.
    fn id_of(&self, written: &str) -> Option<Arc<str>>;

    fn name_of(&self, id: &str) -> Option<Arc<str>>;
}

/// Ids and names, made once for a table.
#[derive(Debug, Clone, Default)]
pub struct FieldNames {
    by_name: HashMap<Arc<str>, Arc<str>>,
    by_lower_name: HashMap<String, Arc<str>>,
    by_id: HashMap<Arc<str>, Arc<str>>,
}

impl FieldNames {
    /// From pairs of id and name. Of two names that differ in case alone, the earlier is found by other cases.
    pub fn new<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut names = Self::default();
        for (id, name) in fields {
            let (id, name): (Arc<str>, Arc<str>) = (id.into(), name.into());
            names.by_lower_name.entry(name.to_lowercase()).or_insert_with(|| Arc::clone(&id));
            names.by_name.insert(Arc::clone(&name), Arc::clone(&id));
            names.by_id.insert(id, name);
        }
        names
    }
}

impl Fields for FieldNames {
    fn id_of(&self, written: &str) -> Option<Arc<str>> {
        let by_id = || self.by_id.get_key_value(written).map(|(id, _)| id);
        let by_lower_name = || self.by_lower_name.get(&written.to_lowercase());
        self.by_name.get(written).or_else(by_id).or_else(by_lower_name).cloned()
    }

    fn name_of(&self, id: &str) -> Option<Arc<str>> {
        self.by_id.get(id).cloned()
    }
}

/// Whether a word has the shape of a field's id: `fld` and 14 letters and digits.
pub fn looks_like_id(word: &str) -> bool {
    word.len() == 17 && word.starts_with("fld") && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Takes every field as it is written: for formulas that are stored with ids.
pub struct AsWritten;

impl Fields for AsWritten {
    fn id_of(&self, written: &str) -> Option<Arc<str>> {
        Some(written.into())
    }

    fn name_of(&self, id: &str) -> Option<Arc<str>> {
        Some(id.into())
    }
}
