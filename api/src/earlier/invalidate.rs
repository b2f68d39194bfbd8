//! `POST /api/v1/airtable/cache/invalidate`. There is no cache here: whoever wants nothing old has the bases read again that follow
//! Airtable.

use axum::extract::State;
use domain::bases::BaseSync;
use domain::bases::base_sync::BaseSyncCommand;
use domain::bases::ids::BaseId;
use eventstore::execute::Plan;
use projections::bases::bases::{self, Wanted};
use serde::Serialize;
use utoipa::ToSchema;

use super::BASES_MAX;
use crate::Api;
use crate::access::Principal;
use crate::bases::found::{FoundBase, Freshness};
use crate::http::{Answer, Call, Problem};

#[derive(Serialize, ToSchema)]
pub struct Invalidated {
    /// Those that will be read again.
    #[schema(value_type = Vec<String>)]
    bases: Vec<BaseId>,
}

/// Read the bases of Airtable again
///
/// Those that are open to the caller; of the first thousand.
#[utoipa::path(
    post, path = "/api/v1/airtable/cache/invalidate", tag = "earlier",
    responses((status = 200, description = "Asked for", body = Invalidated))
)]
pub async fn invalidate(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
) -> Result<Answer<Invalidated>, Problem> {
    let wanted = Wanted { workspace: None, named: principal.named_bases() };
    let mut queries = api.queries.begin(&principal.tenant).await?;
    let rows = bases::list(&mut queries, &principal.visible(), &wanted, None, BASES_MAX).await?;
    drop(queries);
    let mut asked = Vec::new();
    for row in rows.into_iter().filter(|row| principal.opens_all_of(row.airtable_id)) {
        let found = FoundBase::called(&api, principal.clone(), row.airtable_id, Freshness::Now).await?;
        if found.now.state.is_mirrored() {
            let plan =
                Plan::new().decide::<BaseSync>(&found.tenant, found.stream()?, BaseSyncCommand::AskResync);
            let request = call.unkeyed(&found.tenant).by(principal.user.as_str());
            let request = request.in_workspace(found.workspace.clone());
            api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
            asked.push(row.airtable_id);
        }
    }
    Ok(Answer::new(Invalidated { bases: asked }))
}
