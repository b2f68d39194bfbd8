//! What goes wrong while people edit: knobs of the stand-in, processes that die, and hooks that are lost.

use serde_json::{Value, json};
use support::api::call;
use support::random::Random;

/// So long that the stand-in has forgotten every hook.
const FORGOTTEN_SECONDS: u64 = 15 * 24 * 60 * 60;

/// A fault between two rounds of editing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    KilledWorkers,
    KilledBroker,
    /// Some hooks are deleted behind our back.
    DeletedHooks,
    /// All hooks and what they told are forgotten.
    ForgottenHooks,
}

/// Each of them once, in an order of the seed's.
pub fn order(random: &mut Random) -> Vec<Fault> {
    let mut left =
        vec![Fault::KilledWorkers, Fault::KilledBroker, Fault::DeletedHooks, Fault::ForgottenHooks];
    let mut order = Vec::new();
    while !left.is_empty() {
        order.push(left.swap_remove(random.below(left.len() as u64) as usize));
    }
    order
}

/// A client waits half a minute after a 429, so few of them are said.
pub fn turn_knobs(url: &str, random: &mut Random) {
    let percent = |random: &mut Random, most: u64| random.below(most + 1) as f64 / 100.0;
    let mut failures = vec![
        json!({ "route": "*", "status": 503, "chance": percent(random, 15) }),
        json!({ "route": "records.list", "status": 500, "chance": percent(random, 10) }),
    ];
    if random.once_in(2) {
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
    let clock = json!({ "advance_seconds": FORGOTTEN_SECONDS });
    call(url, "POST", "/_sim/clock").json(clock).send().expect(200);
}

/// As somebody with the same token may do. Knobs may be in the way, and then it lives on.
pub fn delete_hooks(url: &str, token: &str, airtable_id: &str) {
    let token = format!("Bearer {token}");
    let hooks = format!("/v0/bases/{airtable_id}/webhooks");
    let ask = |method, path: &str| {
        let asked = call(url, method, path).header("authorization", &token).try_send();
        asked.ok().filter(|answer| answer.status == 200)
    };
    let listed = ask("GET", &hooks).map_or(Value::Null, |answer| answer.at("/webhooks"));
    for hook in listed.as_array().into_iter().flatten() {
        ask("DELETE", &format!("{hooks}/{}", hook["id"].as_str().unwrap_or_default()));
    }
}
