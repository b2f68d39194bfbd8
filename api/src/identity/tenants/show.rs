//! `GET /v1/tenant`.

use axum::extract::State;

use super::shown::{TenantShown, shown};
use crate::Api;
use crate::access::Principal;
use crate::http::{Answer, Problem};

/// Show your tenant
#[utoipa::path(
    get, path = "/v1/tenant", tag = "members",
    responses((status = 200, description = "The tenant", body = TenantShown))
)]
pub async fn show(State(api): State<Api>, principal: Principal) -> Result<Answer<TenantShown>, Problem> {
    let tenant = shown(&principal.tenant, &api.tenant(&principal.tenant).await?)?;
    let version = tenant.version;
    Ok(Answer::new(tenant).etag(version))
}
