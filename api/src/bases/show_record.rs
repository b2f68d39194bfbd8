//! `GET /v1/bases/{base}/tables/{table}/records/{record}`.

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::record_lists::{FoundTable, RecordShown};
use super::record_refusals::unread;
use super::records::{self, Form};
use crate::Api;
use crate::http::{Answer, Path, PositionToken, Problem, Query};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Shown {
    /// Whether fields are called by their ids.
    #[serde(default)]
    by_field_id: bool,
    /// Not older than this: the `Airtide-Position` of an answer.
    #[param(inline)]
    wait_for: Option<PositionToken>,
}

#[derive(Deserialize)]
pub struct Segments {
    record: String,
}

/// Show a record
#[utoipa::path(
    get, path = "/v1/bases/{base}/tables/{table}/records/{record}", tag = "bases",
    params(
        ("base" = String, Path, description = "The id of the base"),
        ("table" = String, Path, description = "The id of the table"),
        ("record" = String, Path, description = "The id of the record"),
        Shown,
    ),
    responses((status = 200, description = "The record", body = RecordShown))
)]
pub async fn show(
    State(api): State<Api>,
    found: FoundTable,
    Path(Segments { record }): Path<Segments>,
    Query(query): Query<Shown>,
) -> Result<Answer<RecordShown>, Problem> {
    found.caught_up(&api, query.wait_for).await?;
    let form = Form { by_ids: query.by_field_id, ..Form::default() };
    let shown = records::one(&api, found.place(), found.id.as_str(), &record, &form).await;
    shown.map(|record| Answer::new(RecordShown(record))).map_err(unread)
}
