//! `GET /api/v1/airtable/bases`.

use axum::extract::State;
use domain::bases::ids::BaseId;
use projections::bases::bases::{self, Wanted};
use serde::Serialize;
use utoipa::ToSchema;

use super::BASES_MAX;
use crate::Api;
use crate::access::Principal;
use crate::http::{Answer, Problem};

#[derive(Serialize, ToSchema)]
pub struct EarlierBases {
    bases: Vec<EarlierBase>,
}

#[derive(Serialize, ToSchema)]
pub struct EarlierBase {
    /// What Airtable's clients call it.
    #[schema(value_type = String, example = "appQ3vYk0Zr81LwTn")]
    id: BaseId,
    #[schema(example = "Company")]
    name: String,
}

/// List bases as before
///
/// As the platform before this one did; the first thousand.
#[utoipa::path(
    get, path = "/api/v1/airtable/bases", tag = "earlier",
    responses((status = 200, description = "They, the oldest first", body = EarlierBases))
)]
pub async fn list(State(api): State<Api>, principal: Principal) -> Result<Answer<EarlierBases>, Problem> {
    let mut queries = api.queries.begin(&principal.tenant).await?;
    let wanted = Wanted { workspace: None, named: principal.named_bases() };
    let rows = bases::list(&mut queries, &principal.visible(), &wanted, None, BASES_MAX).await?;
    let bases = rows.into_iter().map(|row| EarlierBase { id: row.airtable_id, name: row.name });
    Ok(Answer::new(EarlierBases { bases: bases.collect() }))
}
