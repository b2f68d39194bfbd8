//! `GET /api/v1/airtable/bases/{base}/tables/{table}/records`.

use axum::extract::State;
use domain::bases::ids::BaseId;
use domain::bases::table::list::Query as Asked;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use crate::Api;
use crate::access::Principal;
use crate::bases::found::{FoundBase, Freshness};
use crate::bases::records::{self, Form, Offset};
use crate::http::{Answer, Path, Problem, Query};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// What the page before ended with.
    offset: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct EarlierRecords {
    /// As Airtable's API tells of them.
    #[schema(value_type = Vec<Object>)]
    records: Vec<Box<RawValue>>,
    /// Where the next page begins; the last one has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<String>,
}

/// List the records of a table as before
///
/// As the platform before this one did; a hundred on a page.
#[utoipa::path(
    get, path = "/api/v1/airtable/bases/{base}/tables/{table}/records", tag = "earlier",
    params(
        ("base" = String, Path, description = "What Airtable's clients call it"),
        ("table" = String, Path, description = "The id of the table, or its name"),
        Page,
    ),
    responses((status = 200, description = "A page of them", body = EarlierRecords))
)]
pub async fn list(
    State(api): State<Api>,
    principal: Principal,
    Path((base, table)): Path<(String, String)>,
    Query(page): Query<Page>,
) -> Result<Answer<EarlierRecords>, Problem> {
    let base = BaseId::parse(&base).map_err(|_| Problem::not_found())?;
    let found = FoundBase::called(&api, principal, base, Freshness::Now).await?;
    let called = found.schema()?.table_called(&table).map_err(|_| Problem::not_found())?.id;
    let table = found.table(called)?.id;
    let place = found.place();
    let (asked, form) = (Asked::default(), Form::default());
    let listed = records::list(&api, place, table.as_str(), &asked, page.offset.as_deref(), &form).await?;
    let offset = listed.offset.as_ref().map(Offset::to_string);
    Ok(Answer::new(EarlierRecords { records: listed.records, offset }))
}
