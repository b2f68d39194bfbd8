//! `GET /v1/ops/tenants/{tenant}`.

use axum::extract::State;
use domain::identity::TenantId;

use super::TenantTold;
use crate::Api;
use crate::access::Operator;
use crate::http::{Answer, Path, Problem};

/// A tenant
#[utoipa::path(
    get, path = "/v1/ops/tenants/{tenant}", tag = "operations",
    params(("tenant" = String, Path, description = "Its id")),
    responses((status = 200, description = "As it is now", body = TenantTold))
)]
pub async fn show(
    State(api): State<Api>,
    _: Operator,
    Path(tenant): Path<TenantId>,
) -> Result<Answer<TenantTold>, Problem> {
    Ok(Answer::new(TenantTold::now(&api, &tenant).await?))
}
