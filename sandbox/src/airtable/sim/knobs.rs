//! Looking at the knobs, turning some, and setting all back.

use serde_json::{Value, json};

use super::{Answer, Asked};
use crate::airtable::knobs::Knobs;

pub fn show(asked: &Asked<'_>) -> Answer {
    Ok(json!(*asked.app.knobs()))
}

pub fn turn(asked: &Asked<'_>) -> Answer {
    let by: Value = asked.read()?;
    let knobs = asked.app.knobs().turned(&by)?;
    asked.app.turn(knobs);
    show(asked)
}

pub fn reset(asked: &Asked<'_>) -> Answer {
    asked.app.turn(Knobs::default());
    show(asked)
}
