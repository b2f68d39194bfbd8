//! What is held: seen as a whole, loaded, exported, copied, and let go.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Asked};
use crate::airtable::seed::{Seed, copied, export as export_seed, export_base, load as load_seed};
use crate::airtable::world::{Held, read};

pub fn overview(asked: &Asked<'_>, origin: &str) -> Answer {
    let bases: Vec<Value> = asked.app.world.bases().iter().map(|held| told(&read(held))).collect();
    Ok(json!({ "airtable_url": origin, "now": asked.app.now(), "bases": bases }))
}

fn told(held: &Held) -> Value {
    let tables: Vec<Value> = held.tables.base().tables.iter().map(|table| {
            json!({ "id": table.id, "name": table.name, "records": held.tables.records(table.id).count() })
        }).collect();
    json!({ "id": held.id(), "name": held.tables.base().name, "tables": tables })
}

pub fn export_all(asked: &Asked<'_>) -> Answer {
    Ok(serde_json::to_value(export_seed(asked.app))?)
}

pub fn export(asked: &Asked<'_>, base: &str) -> Answer {
    let held = asked.app.world.base(base)?;
    let held = read(&held);
    Ok(serde_json::to_value(Seed { bases: vec![export_base(&asked.app.files, &held)], ..Seed::default() })?)
}

pub fn load(asked: &Asked<'_>) -> Answer {
    let seed: Seed = asked.read()?;
    Ok(json!({ "bases": load_seed(asked.app, seed)? }))
}

pub fn reset(asked: &Asked<'_>) -> Answer {
    asked.app.world.clear();
    asked.app.grants.clear();
    asked.app.syncs.clear();
    asked.app.files.forget_all_but(&BTreeSet::new());
    asked.app.journal.clear();
    asked.app.clock.reset();
    Ok(json!({}))
}

pub fn delete(asked: &Asked<'_>, base: &str) -> Answer {
    let held = asked.app.world.base(base)?;
    let id = read(&held).id();
    asked.app.world.remove(id);
    Ok(json!({ "deleted": id }))
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Copy {
    name: Option<String>,
}

/// The copy has ids of its own.
pub fn copy(asked: &Asked<'_>, base: &str) -> Answer {
    let wanted: Copy = if asked.body.is_empty() { Copy::default() } else { asked.read()? };
    let held = asked.app.world.base(base)?;
    let mut copy = copied(&export_base(&asked.app.files, &read(&held)), &mut asked.app.mint())?;
    if let Some(name) = wanted.name {
        copy.name = name;
    }
    let id = copy.id;
    load_seed(asked.app, Seed { bases: vec![copy], ..Seed::default() })?;
    Ok(json!({ "base_id": id }))
}
