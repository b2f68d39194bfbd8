//! `GET /v1/ops/log/stats`: how much there is in the log.

use axum::extract::State;
use eventstore::inspect::{Size, Stats};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::Api;
use crate::access::Operator;
use crate::http::{Answer, Problem, Query};

/// Types and days that are told.
const TOLD_MAX: u16 = 1_000;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Types of events that are told, the most frequent first.
    #[serde(default = "types")]
    #[param(minimum = 0, maximum = 1000, default = 10)]
    types: u16,
    /// Days that are told, the newest first.
    #[serde(default = "days")]
    #[param(minimum = 0, maximum = 1000, default = 14)]
    days: u16,
}

fn types() -> u16 {
    10
}

fn days() -> u16 {
    14
}

/// How much there is in the log
///
/// Counted in one walk through it: 503 `too_late` when that takes longer than a request may. `airtide log stats` takes
/// its time.
#[utoipa::path(
    get, path = "/v1/ops/log/stats", tag = "operations", params(Wanted),
    responses((status = 200, description = "Numbers", body = serde_json::Value))
)]
pub async fn show(
    State(api): State<Api>,
    _: Operator,
    Query(wanted): Query<Wanted>,
) -> Result<Answer<Stats>, Problem> {
    let told = Size { types: wanted.types.min(TOLD_MAX).into(), days: wanted.days.min(TOLD_MAX).into() };
    Ok(Answer::new(api.ops.inspection.inspector.stats(told).await?))
}
