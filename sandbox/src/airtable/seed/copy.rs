//! The same base with ids of its own, as if it had been made a second time.

use std::collections::{BTreeMap, BTreeSet};

use domain::bases::ids::{
    AttachmentId, BaseId, ChoiceId, CommentId, FieldId, LENGTH, Mint, RecordId, TableId, ViewId,
};
use serde_json::Value;

use super::SeedBase;

/// Ids are replaced wherever they stand, in formulas too.
pub fn copied(base: &SeedBase, mint: &mut Mint) -> Result<SeedBase, serde_json::Error> {
    let written = serde_json::to_string(base)?;
    let mut ids = BTreeSet::new();
    declared(&serde_json::from_str(&written)?, &mut ids);
    let others = ids.into_iter().filter_map(|id| other(&id, mint).map(|other| (id, other))).collect();
    serde_json::from_str(&replaced(&written, &others))
}

/// In one go, however many they are.
fn replaced(text: &str, others: &BTreeMap<String, String>) -> String {
    let mut copy = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let found = rest.get(..LENGTH).and_then(|id| others.get(id));
        match found {
            Some(other) => copy.push_str(other),
            None => copy.push(first),
        }
        rest = &rest[found.map_or(first.len_utf8(), |_| LENGTH)..];
    }
    copy
}

/// What is called `id` somewhere.
fn declared(value: &Value, ids: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            if let Some(Value::String(id)) = object.get("id")
                && id.len() == LENGTH
            {
                ids.insert(id.clone());
            }
            object.values().for_each(|value| declared(value, ids));
        }
        Value::Array(list) => list.iter().for_each(|value| declared(value, ids)),
        _ => {}
    }
}

/// People stay who they are.
fn other(id: &str, mint: &mut Mint) -> Option<String> {
    let made = match id.get(..3)? {
        "app" => BaseId::to_string(&mint.make()),
        "tbl" => TableId::to_string(&mint.make()),
        "fld" => FieldId::to_string(&mint.make()),
        "viw" => ViewId::to_string(&mint.make()),
        "rec" => RecordId::to_string(&mint.make()),
        "sel" => ChoiceId::to_string(&mint.make()),
        "att" => AttachmentId::to_string(&mint.make()),
        "com" => CommentId::to_string(&mint.make()),
        _ => return None,
    };
    Some(made)
}
