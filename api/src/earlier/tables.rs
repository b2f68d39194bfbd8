//! `GET /api/airtable/tables`: all tables of all bases. Nothing there is an empty list, never an error.

use axum::extract::State;
use domain::bases::ids::{BaseId, TableId};
use projections::bases::bases;
use serde::Serialize;
use utoipa::ToSchema;

use super::BASES_MAX;
use crate::Api;
use crate::access::Principal;
use crate::http::{Answer, Problem};

#[derive(Serialize, ToSchema)]
pub struct EarlierTables {
    tables: Vec<EarlierTable>,
}

#[derive(Serialize, ToSchema)]
pub struct EarlierTable {
    #[schema(value_type = String, example = "tblQ3vYk0Zr81LwTn")]
    id: TableId,
    name: String,
    /// What Airtable's clients call it.
    #[schema(value_type = String, example = "appQ3vYk0Zr81LwTn")]
    base_id: BaseId,
}

/// List the tables of all bases
///
/// As the platform before this one did; of the first thousand bases.
#[utoipa::path(
    get, path = "/api/airtable/tables", tag = "earlier",
    responses((status = 200, description = "They, base by base", body = EarlierTables))
)]
pub async fn list(State(api): State<Api>, principal: Principal) -> Result<Answer<EarlierTables>, Problem> {
    let mut queries = api.queries.begin(&principal.tenant).await?;
    let rows = bases::tables(&mut queries, &principal.visible(), BASES_MAX).await?;
    let open = rows.into_iter().filter(|row| principal.opens_table(row.base, row.id));
    let tables = open.map(|row| EarlierTable { id: row.id, name: row.name, base_id: row.base });
    Ok(Answer::new(EarlierTables { tables: tables.collect() }))
}
