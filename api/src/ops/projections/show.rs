//! `GET /v1/ops/projections/{name}`: one read model with its versions, its tables and what is set aside of it.

use axum::extract::State;
use projections::runtime::rebuild::{self, Told};

use super::named;
use crate::Api;
use crate::access::Operator;
use crate::http::{Answer, Path, Problem};
use crate::ops::faults::explain;

/// One read model
#[utoipa::path(
    get, path = "/v1/ops/projections/{name}", tag = "operations",
    params(("name" = String, Path, description = "As the list has it", example = "workspaces")),
    responses((status = 200, description = "Its versions, tables, and what is set aside", body = serde_json::Value))
)]
pub async fn show(
    State(api): State<Api>,
    _: Operator,
    Path(name): Path<String>,
) -> Result<Answer<Told>, Problem> {
    let told = rebuild::show(&api.ops.places.database_url, named(&name)?).await;
    Ok(Answer::new(told.map_err(|fault| explain(&fault))?))
}
