//! What goes wrong while people edit: knobs of the stand-in, processes that die, and hooks that are lost.

use serde_json::{Value, json};
use support::api::call;
use support::random::Random;

use super::people::{list, text};
use crate::bases::mirror::{EDITOR, person};

/// So long that the stand-in has forgotten every hook.
const FORGOTTEN_SECONDS: u64 = 15 * 24 * 60 * 60;

/// Half of a time after which hooks have forgotten what they told, but are not forgotten themselves while they are refreshed.
const FORGETFUL_SECONDS: u64 = 4 * 24 * 60 * 60;
/// Knobs are in the way of whoever asks.
const TRIES_MAX: usize = 50;

/// A fault between two rounds of editing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    KilledWorkers,
    KilledBroker,
    /// Some hooks are deleted behind our back.
    DeletedHooks,
    /// Some hooks die, as of a field that is deleted.
    DeadHooks,
    /// All hooks and what they told are forgotten.
    ForgottenHooks,
    /// While nobody works all hooks forget what they told, and live on.
    LostCursors,
}

const FAULTS: [Fault; 6] = [
    Fault::KilledWorkers,
    Fault::KilledBroker,
    Fault::DeletedHooks,
    Fault::DeadHooks,
    Fault::ForgottenHooks,
    Fault::LostCursors,
];

/// Of a round: all take their time.
const FAULTS_OF_A_ROUND: usize = 4;

/// Some of them, in an order of the seed's.
pub fn order(random: &mut Random) -> Vec<Fault> {
    let mut left = FAULTS.to_vec();
    let mut order = Vec::new();
    while order.len() < FAULTS_OF_A_ROUND {
        order.push(left.swap_remove(random.below(left.len() as u64) as usize));
    }
    order
}

/// A client waits half a minute after a 429, so few of them are said, and none at the end.
pub fn turn_knobs(url: &str, random: &mut Random, may_limit: bool) {
    let percent = |random: &mut Random, most: u64| random.below(most + 1) as f64 / 100.0;
    let mut failures = vec![
        json!({ "route": "*", "status": 503, "chance": percent(random, 8) }),
        json!({ "route": "records.list", "status": 500, "chance": percent(random, 5) }),
    ];
    if may_limit && random.once_in(2) {
        failures.push(json!({ "route": "*", "status": 429, "chance": 0.01, "retry_after_seconds": 1 }));
    }
    let knobs = json!({
        "failures": failures,
        "after_commit": [{ "route": "webhooks.*", "chance": percent(random, 10), "do": "drop" }],
        "pings": {
            "lose_chance": percent(random, 60), "double_chance": percent(random, 60),
            "delay_ms": random.below(1_000), "retry_scale": 0.01,
        },
        "payloads": { "records_max": random.between(1, 4) },
    });
    call(url, "PATCH", "/_sim/knobs").json(knobs).send().expect(200);
}

pub fn turn_back(url: &str) {
    call(url, "DELETE", "/_sim/knobs").send().expect(200);
}

pub fn forget_hooks(url: &str) {
    advance(url, FORGOTTEN_SECONDS);
}

pub fn forget_payloads(url: &str, token: &str, airtable_ids: &[String]) {
    advance(url, FORGETFUL_SECONDS);
    for id in airtable_ids {
        of_hooks(url, token, id, "POST", "/refresh");
    }
    advance(url, FORGETFUL_SECONDS);
}

fn advance(url: &str, seconds: u64) {
    call(url, "POST", "/_sim/clock").json(json!({ "advance_seconds": seconds })).send().expect(200);
}

pub fn kill_hooks(url: &str, airtable_id: &str) {
    let path = format!("/_sim/bases/{airtable_id}/webhooks/kill");
    call(url, "POST", &path).json(json!({ EDITOR: person() })).send().expect(200);
}

/// As somebody with the same token may do.
pub fn delete_hooks(url: &str, token: &str, airtable_id: &str) {
    of_hooks(url, token, airtable_id, "DELETE", "");
}

/// Asks something of each hook of a base.
fn of_hooks(url: &str, token: &str, airtable_id: &str, method: &str, what: &str) {
    let hooks = format!("/v0/bases/{airtable_id}/webhooks");
    let listed = asked(url, token, "GET", &hooks).unwrap_or_default();
    for hook in list(&listed["webhooks"]) {
        asked(url, token, method, &format!("{hooks}/{}{what}", text(&hook["id"])));
    }
}

/// Nothing for what is refused.
fn asked(url: &str, token: &str, method: &str, path: &str) -> Option<Value> {
    let token = format!("Bearer {token}");
    for _ in 0..TRIES_MAX {
        let answer = call(url, method, path).header("authorization", &token).try_send();
        match answer {
            Ok(answer) if answer.status == 200 => return Some(answer.json()),
            Ok(answer) if answer.status / 100 == 4 && answer.status != 429 => return None,
            _ => {}
        }
    }
    panic!("{method} {path} is not answered");
}
