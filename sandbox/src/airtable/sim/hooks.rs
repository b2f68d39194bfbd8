//! Hooks that die, whatever they watch.

use domain::bases::ids::UserId;
use serde::Deserialize;
use serde_json::json;

use super::{Answer, Asked};
use crate::airtable::world::{Actor, write};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Killing {
    #[serde(rename = "as")]
    person: UserId,
}

/// As if that person had deleted a field that they watch.
pub fn kill(asked: &Asked<'_>, base: &str) -> Answer {
    let Killing { person } = asked.read()?;
    let person = super::edit::person(asked, person)?;
    let held = asked.app.world.base(base)?;
    let by = person.id;
    let effects = write(&held).kill_hooks(&Actor::client(person), asked.app.now());
    let killed = effects.len();
    asked.note("sim.webhooks", base, by, effects);
    Ok(json!({ "killed": killed }))
}
