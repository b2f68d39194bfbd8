//! The broker's copy of the log: whether it is there, is a copy, and how far it has come.

use super::Finding;
use crate::broker::{Broker, connect};
use crate::chain_of;
use crate::relay::{RelaySight, RelayState, look};

const ACCOUNTS: &str = "nats accounts";
const RELAY: &str = "relay";
const RUNBOOK: &str = "see docs/operations/relay.md";
/// Events that the stream may be behind before that is worth a word.
const LAG_MAX: i64 = 1_000;

/// What a log needs of the broker, as the user that the address names.
pub async fn examine_relay(database_url: &str, nats_url: &str) -> Vec<Finding> {
    let broker = match connect(nats_url, "airtide doctor").await {
        Ok(broker) => broker,
        Err(fault) => {
            let fix = "check the user and the password of NATS_URL; `airtide creds nats` makes both";
            return vec![Finding::fail(ACCOUNTS, chain_of(&fault), fix)];
        }
    };
    let relay = match look(database_url, &broker).await {
        Ok(seen) => judge(&seen),
        Err(fault) => Finding::unknown(RELAY, chain_of(&fault)),
    };
    vec![accounts(&broker), relay]
}

fn accounts(broker: &Broker) -> Finding {
    if broker.is_open_to_all() {
        let fix = "airtide creds nats, and let the server include what it writes";
        return Finding::warn(ACCOUNTS, "the server lets anybody in", fix);
    }
    Finding::ok(ACCOUNTS, format!("version {} asks who connects", broker.version()))
}

fn judge(seen: &RelaySight) -> Finding {
    let Some(stream) = &seen.stream else {
        let fix = "start `airtide serve` with the role relay";
        return Finding::warn(RELAY, "nothing of this incarnation was relayed yet", fix);
    };
    let (name, head) = (&stream.name, seen.head);
    let Some(holds) = &stream.holds else {
        let why = seen.detail.as_deref().unwrap_or("cannot be looked at");
        return Finding::fail(RELAY, format!("{name}: {why}"), RUNBOOK);
    };
    let position = holds.published;
    if seen.state == RelayState::NoCopy {
        let detail = format!("the stream {name} is no copy of the log at position {position}");
        return Finding::fail(RELAY, detail, RUNBOOK);
    }
    let detail = format!("the stream {name} has the log up to position {position} of {head}");
    let is_behind = holds.lag > LAG_MAX;
    if is_behind { Finding::warn(RELAY, detail, RUNBOOK) } else { Finding::ok(RELAY, detail) }
}
