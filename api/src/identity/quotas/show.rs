//! `GET /v1/tenant/quotas`.

use axum::extract::State;

use super::{Asked, Quotas};
use crate::Api;
use crate::access::Principal;
use crate::http::{Answer, Problem, Query};

/// The quotas of your tenant
///
/// How much may be used, and how much is. Those without a limit are listed, too.
#[utoipa::path(
    get, path = "/v1/tenant/quotas", tag = "members", params(Asked),
    responses((status = 200, description = "All of them", body = Quotas))
)]
pub async fn show(
    State(api): State<Api>,
    principal: Principal,
    Query(asked): Query<Asked>,
) -> Result<Answer<Quotas>, Problem> {
    Ok(Answer::new(Quotas::of(&api, &principal.tenant, asked).await?))
}
