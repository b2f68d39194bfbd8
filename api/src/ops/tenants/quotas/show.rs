//! `GET /v1/ops/tenants/{tenant}/quotas`.

use axum::extract::State;
use domain::identity::TenantId;

use crate::Api;
use crate::access::Operator;
use crate::http::{Answer, Path, Problem, Query};
use crate::identity::quotas::{Asked, Quotas};

/// The quotas of a tenant
#[utoipa::path(
    get, path = "/v1/ops/tenants/{tenant}/quotas", tag = "operations",
    params(("tenant" = String, Path, description = "Its id"), Asked),
    responses((status = 200, description = "All of them", body = Quotas))
)]
pub async fn show(
    State(api): State<Api>,
    _: Operator,
    Path(tenant): Path<TenantId>,
    Query(asked): Query<Asked>,
) -> Result<Answer<Quotas>, Problem> {
    Ok(Answer::new(Quotas::of(&api, &tenant, asked).await?))
}
