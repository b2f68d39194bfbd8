//! `GET /v1/invitations`: those that are open. There are few, so there is one page; nothing lags behind.

use axum::extract::State;
use domain::identity::InvitationId;
use serde::Serialize;
use utoipa::ToSchema;

use super::shown::InvitationShown;
use crate::Api;
use crate::access::Principal;
use crate::http::{Answer, Problem};
use crate::identity::ids;

#[derive(Serialize, ToSchema)]
pub struct Invitations {
    /// 50 at most, the oldest first.
    data: Vec<InvitationShown>,
}

/// List open invitations
///
/// Those whose mail has ended are among them, until they are sent again or revoked.
#[utoipa::path(
    get, path = "/v1/invitations", tag = "members",
    responses((status = 200, description = "All of them", body = Invitations))
)]
pub async fn list(State(api): State<Api>, principal: Principal) -> Result<Answer<Invitations>, Problem> {
    let mut data = Vec::new();
    for id in api.open_invitations(&principal.tenant).await? {
        let id: InvitationId = ids::checked(&id)?;
        let found = api.invitation(&principal.tenant, &id).await?;
        data.extend(found.state.open().map(|details| InvitationShown::of(id, details)));
    }
    // Ids are drawn in the order of time.
    data.sort_by(|one, next| one.id.cmp(&next.id));
    Ok(Answer::new(Invitations { data }))
}
