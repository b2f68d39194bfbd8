//! `GET /api/v1/airtable/bases/{base}/schema`.

use axum::extract::State;
use domain::bases::ids::BaseId;
use projections::bases::bases;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::Api;
use crate::access::Principal;
use crate::http::{Answer, Path, Problem};

#[derive(Serialize, ToSchema)]
pub struct EarlierSchema {
    /// What Airtable's clients call it.
    #[schema(value_type = String, example = "appQ3vYk0Zr81LwTn")]
    base_id: BaseId,
    /// As Airtable's meta API tells of them.
    #[schema(value_type = Vec<Object>)]
    tables: Vec<Value>,
}

/// Show the tables of a base as before
///
/// As the platform before this one did.
#[utoipa::path(
    get, path = "/api/v1/airtable/bases/{base}/schema", tag = "earlier",
    params(("base" = String, Path, description = "What Airtable's clients call it")),
    responses((status = 200, description = "Its tables, with fields and views", body = EarlierSchema))
)]
pub async fn show(
    State(api): State<Api>,
    principal: Principal,
    Path(base): Path<String>,
) -> Result<Answer<EarlierSchema>, Problem> {
    let base_id = BaseId::parse(&base).map_err(|_| Problem::not_found())?;
    if !principal.opens_base(base_id) {
        return Err(Problem::not_found());
    }
    let mut queries = api.queries.begin(&principal.tenant).await?;
    let found = bases::schema(&mut queries, &principal.visible(), base_id).await?;
    let (schema, version) = found.ok_or_else(Problem::not_found)?;
    let open = schema.tables.iter().filter(|table| principal.opens_table(base_id, table.id));
    let tables = open.map(|table| table.said(true)).collect();
    Ok(Answer::new(EarlierSchema { base_id, tables }).etag(version))
}
