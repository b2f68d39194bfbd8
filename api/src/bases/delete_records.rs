//! `DELETE /v1/bases/{base}/tables/{table}/records`: by their ids, which stand in the query.

use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use serde::Serialize;

use super::record_lists::FoundTable;
use super::record_writes::{Answered, RecordsWritten, Write, check_count};
use super::records::Asked;
use crate::Api;
use crate::http::{Call, FieldError, Problem};

/// Ids of records; the only parameter of a query that may be there more than once.
#[derive(Serialize)]
pub struct Named(Vec<String>);

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        read(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

fn read(query: &str) -> Result<Vec<String>, Problem> {
    let mut ids = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if name != "id" {
            return Err(Problem::invalid_query(vec![FieldError::new(
                "",
                "unknown_field",
                "There is only `id` here, as often as it takes.",
            )]));
        }
        ids.extend(value.split(',').map(|id| id.trim().to_owned()).filter(|id| !id.is_empty()));
    }
    Ok(ids)
}

/// Delete records
///
/// All or none. It is answered as soon as it is in the log.
#[utoipa::path(
    delete, path = "/v1/bases/{base}/tables/{table}/records", tag = "bases",
    params(
        ("base" = String, Path, description = "The id of the base"),
        ("table" = String, Path, description = "The id of the table"),
        ("id" = String, Query, description = "The id of a record, or several with commas between them; may be there often"),
    ),
    responses(
        (status = 200, description = "Deleted", body = RecordsWritten),
        (status = 422, description = "`no_such_record`, `record_named_twice`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn delete(
    State(api): State<Api>,
    call: Call,
    found: FoundTable,
    named: Named,
) -> Result<Response, Problem> {
    check_count("/id", named.0.len())?;
    let asked = Asked::Delete(named.0.clone());
    let answered = Answered::at_once();
    let write = Write { api: &api, call: &call, found: &found, body: &named, typecast: false, answered };
    write.carry_out(asked, StatusCode::OK).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_may_stand_beside_each_other_or_in_one() {
        assert_eq!(read("id=rec1&id=rec2%2C%20rec3&id=").unwrap(), ["rec1", "rec2", "rec3"]);
        assert_eq!(read("records=rec1").unwrap_err().code(), "invalid_query");
        assert!(read("").unwrap().is_empty());
    }
}
