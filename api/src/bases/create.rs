//! `POST /v1/workspaces/{workspace}/bases`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::bases::ids::{BaseId, Mint};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::drafts::{self, NewTable};
use super::making::NewKept;
use super::shown::BaseShown;
use crate::Api;
use crate::access::Principal;
use crate::http::{Call, Json, Problem};
use crate::identity::place::Place;

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBase {
    #[schema(example = "Company", min_length = 1, max_length = 255)]
    name: String,
    /// At most 1,000 fields in all of them. A link names a table that is there already, by its id.
    #[serde(default)]
    #[schema(max_items = 100)]
    tables: Vec<NewTable>,
}

/// Create a base
///
/// Its tables are told as Airtable's meta API takes them; all ids are drawn here.
#[utoipa::path(
    post, path = "/v1/workspaces/{workspace}/bases", tag = "bases", request_body = NewBase,
    params(("workspace" = String, Path, description = "Where it will be")),
    responses(
        (status = 201, description = "Created", body = BaseShown),
        (status = 422, description = "`bad_name`, or `schema_unsound` with what Airtable would say", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn create(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    Place(workspace): Place,
    Json(body): Json<NewBase>,
) -> Result<Response, Problem> {
    drafts::check(&body.tables)?;
    let tenant = &principal.tenant;
    let request = call.request(&api.executor, tenant, principal.user.as_str(), &body)?;
    let request = request.in_workspace(workspace.clone());
    // A retry makes the same ids.
    let mut mint = Mint::new(request.command_id);
    let airtable_id: BaseId = mint.make();
    let tables = drafts::planned(airtable_id, body.tables, &mut mint)?;
    let made =
        api.make_base(&call, &principal, &request, NewKept { airtable_id, name: body.name, tables }).await?;
    let shown = BaseShown::of(&made.id, &workspace, &made.now)?;
    let location = format!("/v1/bases/{}", made.id);
    Ok(call.answer(&made.receipt, StatusCode::CREATED).location(&location).json(&shown))
}
