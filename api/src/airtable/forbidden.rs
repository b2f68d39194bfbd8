//! Airtable names the table to whoever may see it and makes records in it without being allowed to.

use axum::extract::{FromRequestParts, MatchedPath};
use axum::http::Method;
use axum::http::request::Parts;
use domain::bases::errors::ApiError;

use super::base::AtTable;
use crate::Api;
use crate::http::Problem;

const RECORDS: &str = "/v0/{base}/{table}";

/// The same refusal, in other words where Airtable has some.
pub(crate) async fn forbidden(api: &Api, problem: Problem, parts: &mut Parts) -> Problem {
    let route = parts.extensions.get::<MatchedPath>().map(|route| route.as_str().trim_end_matches('/'));
    let makes = parts.method == Method::POST && route == Some(RECORDS);
    if !makes || problem.airtable.is_some() || problem.code() != "forbidden" {
        return problem;
    }
    let Ok(at) = AtTable::from_request_parts(parts, api).await else { return problem };
    let table = at.base.schema().ok().and_then(|schema| schema.table(at.table));
    match table {
        Some(table) => {
            problem.said_as(ApiError::NotPermittedToCreate { table: table.name.clone(), id: table.id })
        }
        None => problem,
    }
}
