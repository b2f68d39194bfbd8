//! `PATCH /v1/bases/{base}/tables/{table}/records`: by their ids, or whichever have the same values (upsert).

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::bases::table::{Fields, MERGE_FIELDS_MAX, Verb};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::record_lists::FoundTable;
use super::record_writes::{Answered, RecordsWritten, Write, check_count};
use super::records::Asked;
use crate::Api;
use crate::http::{Call, FieldError, Json, Problem, Query};

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordChanges {
    #[schema(min_items = 1, max_items = 100)]
    records: Vec<RecordChange>,
    /// Whether values are to be understood: texts as numbers, names as choices or records that are made if they are not there.
    #[serde(default)]
    typecast: bool,
    upsert: Option<Upsert>,
}

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordChange {
    /// Needed unless it is an upsert.
    id: Option<String>,
    /// Values by the ids or names of fields. What is left out stays; null empties a cell.
    #[schema(value_type = Object, example = json!({ "Amount": 12.5 }))]
    fields: Fields,
}

/// Records without id are those that have the same values in some fields, or new ones.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Upsert {
    /// By their ids or names.
    #[schema(min_items = 1, max_items = 3)]
    merge_on: Vec<String>,
}

/// Change records
///
/// All or none.
#[utoipa::path(
    patch, path = "/v1/bases/{base}/tables/{table}/records", tag = "bases", request_body = RecordChanges,
    params(
        ("base" = String, Path, description = "The id of the base"),
        ("table" = String, Path, description = "The id of the table"),
        Answered,
    ),
    responses(
        (status = 200, description = "Changed", body = RecordsWritten),
        (status = 409, description = "`merge_matches_many`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`bad_value`, `no_such_field`, `field_computed`, `no_such_choice`, `no_such_record`, `record_named_twice`, `merge_field_unusable`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn change(
    State(api): State<Api>,
    call: Call,
    found: FoundTable,
    Query(answered): Query<Answered>,
    Json(body): Json<RecordChanges>,
) -> Result<Response, Problem> {
    check_count("/records", body.records.len())?;
    let asked = body.asked()?;
    let typecast = body.typecast;
    let write = Write { api: &api, call: &call, found: &found, body: &body, typecast, answered };
    write.carry_out(asked, StatusCode::OK).await
}

impl RecordChanges {
    fn asked(&self) -> Result<Asked, Problem> {
        let verb = Verb::Patch;
        if let Some(Upsert { merge_on }) = &self.upsert {
            if !(1..=MERGE_FIELDS_MAX).contains(&merge_on.len()) {
                let message = format!("From 1 to {MERGE_FIELDS_MAX} fields.");
                return Err(wrong("/upsert/merge_on".into(), "out_of_range", message));
            }
            let rows = self.records.iter().map(|row| (row.id.clone(), row.fields.clone())).collect();
            return Ok(Asked::Upsert { verb, merge_on: merge_on.clone(), rows });
        }
        let row = |(place, row): (usize, &RecordChange)| match &row.id {
            Some(id) => Ok((id.clone(), row.fields.clone())),
            None => Err(wrong(format!("/records/{place}/id"), "missing", "Must be there.".into())),
        };
        Ok(Asked::Update { verb, rows: self.records.iter().enumerate().map(row).collect::<Result<_, _>>()? })
    }
}

fn wrong(pointer: String, code: &'static str, message: String) -> Problem {
    Problem::invalid(vec![FieldError::new(pointer, code, message)])
}
