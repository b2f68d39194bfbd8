//! What differs between the cells of a record before and after.

use domain::bases::ids::FieldId;
use serde_json::{Map, Value};

pub fn fields(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<FieldId> {
    let gone = before.keys().filter(|field| !after.contains_key(*field));
    let come =
        after.iter().filter(|(field, value)| before.get(*field) != Some(value)).map(|(field, _)| field);
    gone.chain(come).filter_map(|field| FieldId::parse(field).ok()).collect()
}
