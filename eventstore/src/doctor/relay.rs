//! The broker's copy of the log: whether it is there, is a copy, and how far it has come.

use async_nats::jetstream::stream::{State, Stream};
use sqlx::PgConnection;

use super::Finding;
use crate::broker::{Broker, connect, label};
use crate::chain_of;
use crate::database::{self, Role};
use crate::relay::{Generation, newest};

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
    vec![accounts(&broker), relay(database_url, &broker).await]
}

fn accounts(broker: &Broker) -> Finding {
    if broker.is_open_to_all() {
        let fix = "airtide creds nats, and let the server include what it writes";
        return Finding::warn(ACCOUNTS, "the server lets anybody in", fix);
    }
    Finding::ok(ACCOUNTS, format!("version {} asks who connects", broker.version()))
}

async fn relay(database_url: &str, broker: &Broker) -> Finding {
    let mut reader = match database::connect(database_url, Role::LogReader).await {
        Ok(reader) => reader,
        Err(unfit) => return Finding::unknown(RELAY, chain_of(&unfit)),
    };
    let found = match begun(&mut reader).await {
        Ok(found) => found,
        Err(error) => return Finding::unknown(RELAY, error.to_string()),
    };
    let Some(generation) = found else {
        let fix = "start `airtide serve` with the role relay";
        return Finding::warn(RELAY, "nothing of this incarnation was relayed yet", fix);
    };
    match broker.context().get_stream(&generation.name).await {
        Err(error) => Finding::fail(RELAY, format!("{}: {}", generation.name, chain_of(&error)), RUNBOOK),
        Ok(stream) => {
            // Before the log is asked for its end: what comes meanwhile makes no difference.
            let state = stream.cached_info().state.clone();
            let judged = judge(&mut reader, &generation, &stream, &state).await;
            judged.unwrap_or_else(|error| Finding::unknown(RELAY, error.to_string()))
        }
    }
}

async fn begun(reader: &mut PgConnection) -> sqlx::Result<Option<Generation>> {
    let incarnation =
        sqlx::query_scalar("select incarnation from log_batches order by last_position desc limit 1")
            .fetch_one(&mut *reader)
            .await?;
    newest(reader, incarnation).await
}

async fn judge(
    reader: &mut PgConnection,
    generation: &Generation,
    stream: &Stream,
    state: &State,
) -> sqlx::Result<Finding> {
    let position = generation.position_of(state.last_sequence);
    let (head, written): (i64, Option<String>) = sqlx::query_as(
        "select last_position, (select meta ->> 'event_id' from events where position = $1)
         from log_batches order by last_position desc limit 1",
    )
    .bind(position)
    .fetch_one(reader)
    .await?;
    let name = &generation.name;
    let relayed = match stream.get_raw_message(state.last_sequence).await {
        Ok(message) => label(&message.headers).ok().map(|label| label.event_id.to_string()),
        // Too old by now: only its place can be judged.
        Err(_) => written.clone(),
    };
    let is_copy = position <= head && (state.last_sequence == 0 || relayed == written);
    if !is_copy {
        let detail = format!("the stream {name} is no copy of the log at position {position}");
        return Ok(Finding::fail(RELAY, detail, RUNBOOK));
    }
    let detail = format!("the stream {name} has the log up to position {position} of {head}");
    let is_behind = head - position > LAG_MAX;
    Ok(if is_behind { Finding::warn(RELAY, detail, RUNBOOK) } else { Finding::ok(RELAY, detail) })
}
