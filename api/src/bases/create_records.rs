//! `POST /v1/bases/{base}/tables/{table}/records`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::bases::table::Fields;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::record_lists::FoundTable;
use super::record_writes::{Answered, RecordsWritten, Write, check_count};
use super::records::Asked;
use crate::Api;
use crate::http::{Call, Json, Problem, Query};

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRecords {
    #[schema(min_items = 1, max_items = 100)]
    records: Vec<NewRecord>,
    /// Whether values are to be understood: texts as numbers, names as choices or records that are made if they are not there.
    #[serde(default)]
    typecast: bool,
}

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRecord {
    /// Values by the ids or names of fields, as Airtable's API takes them.
    #[schema(value_type = Object, example = json!({ "Name": "Acme" }))]
    fields: Fields,
}

/// Create records
///
/// All or none.
#[utoipa::path(
    post, path = "/v1/bases/{base}/tables/{table}/records", tag = "bases", request_body = NewRecords,
    params(
        ("base" = String, Path, description = "The id of the base"),
        ("table" = String, Path, description = "The id of the table"),
        Answered,
    ),
    responses(
        (status = 201, description = "Created", body = RecordsWritten),
        (status = 422, description = "`bad_value`, `no_such_field`, `field_computed`, `no_such_choice`, `no_such_record`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn create(
    State(api): State<Api>,
    call: Call,
    found: FoundTable,
    Query(answered): Query<Answered>,
    Json(body): Json<NewRecords>,
) -> Result<Response, Problem> {
    check_count("/records", body.records.len())?;
    let asked = Asked::Create(body.records.iter().map(|record| record.fields.clone()).collect());
    let typecast = body.typecast;
    let write = Write { api: &api, call: &call, found: &found, body: &body, typecast, answered };
    write.carry_out(asked, StatusCode::CREATED).await
}
