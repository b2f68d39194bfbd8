//! What time it is here: moved on, stopped, or the machine's again.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::json;

use super::{Answer, Asked};

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Setting {
    AdvanceSeconds(i64),
    StopAt(Timestamp),
    Reset {},
}

pub fn show(asked: &Asked<'_>) -> Answer {
    Ok(json!({ "now": asked.app.now() }))
}

pub fn set(asked: &Asked<'_>) -> Answer {
    let clock = &asked.app.clock;
    match asked.read()? {
        Setting::AdvanceSeconds(seconds) => clock.advance(SignedDuration::from_secs(seconds)),
        Setting::StopAt(at) => clock.stop(at),
        Setting::Reset {} => clock.reset(),
    }
    show(asked)
}
