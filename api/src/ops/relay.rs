//! `GET /v1/ops/relay`: how far the broker's copy of the log is, and who reads it.

use axum::extract::State;
use eventstore::relay::{RelaySight, sight};

use super::faults::explain;
use crate::Api;
use crate::access::Operator;
use crate::http::{Answer, Problem};

/// The relay, and consumers of its stream
#[utoipa::path(
    get, path = "/v1/ops/relay", tag = "operations",
    responses((status = 200, description = "State, head, published position, generation and consumers",
        body = serde_json::Value))
)]
pub async fn show(State(api): State<Api>, _: Operator) -> Result<Answer<RelaySight>, Problem> {
    let places = &api.ops.places;
    let seen = sight(&places.database_url, places.nats_url.as_deref()).await;
    Ok(Answer::new(seen.map_err(|fault| explain(&fault))?))
}
