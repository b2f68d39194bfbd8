//! `GET /v1/bases/{base}/changes`: what changes in a base, as it changes, as server-sent events.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use super::found::FoundBase;
use crate::Api;
use crate::events::{self, ChangeShown, Filter, OfBase};
use crate::http::{PositionToken, Problem, Query};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Changes {
    /// Go on after this position. Without it, and without `Last-Event-ID`, the stream begins now.
    #[param(inline)]
    after: Option<PositionToken>,
}

/// What changes in a base, as it changes
///
/// Server-sent events: `id` is a position to resume from, `event` the type, as `record.changed`, `data` a `ChangeShown`. Besides,
/// `watermark` says up to where everything was looked at, `reset` that the log has begun another history, and `end` why the stream
/// ends. Whoever is limited to some tables of the base is told of their records alone.
#[utoipa::path(
    get, path = "/v1/bases/{base}/changes", tag = "bases",
    params(
        ("base" = String, Path, description = "Its id"),
        ("Last-Event-ID" = Option<PositionToken>, Header, description = "Go on after this position; counts more than `after`"),
        Changes,
    ),
    responses((status = 200, description = "Changes without end", body = ChangeShown, content_type = "text/event-stream"))
)]
pub async fn follow(
    State(api): State<Api>,
    found: FoundBase,
    headers: HeaderMap,
    Query(query): Query<Changes>,
) -> Result<Response, Problem> {
    // One that was deleted is not there any more.
    found.schema()?;
    let of_base = OfBase { base: found.id.clone(), tables: found.named_tables()? };
    let filter = Filter::of_base(found.workspace.clone(), of_base);
    events::open(api, found.into_principal(), &headers, query.after, filter).await
}
