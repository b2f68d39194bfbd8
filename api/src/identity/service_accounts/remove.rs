//! `DELETE /v1/service-accounts/{account}`: it is a member no more, and its keys are good for nothing.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::api_key::RevokeReason;
use domain::identity::membership::MembershipCommand;
use domain::identity::service_account::ServiceAccountCommand;
use eventstore::execute::Plan;

use super::found::FoundAccount;
use super::{account, check_role, membership};
use crate::Api;
use crate::http::{Call, Problem};
use crate::identity::api_keys;

/// Remove a service account
///
/// For ever, with its keys.
#[utoipa::path(
    delete, path = "/v1/service-accounts/{account}", tag = "service accounts",
    params(("account" = String, Path, description = "Its id")),
    responses((status = 204, description = "Removed"))
)]
pub async fn remove(State(api): State<Api>, call: Call, found: FoundAccount) -> Result<Response, Problem> {
    let (tenant, id) = (&found.principal.tenant, &found.id);
    check_role(&found.principal, found.details.role)?;
    let ended = api_keys::end_all_of(&api, tenant, id).await?;
    let plan = account(Plan::new(), tenant, id, ServiceAccountCommand::Remove)?;
    let plan = membership(plan, tenant, id, MembershipCommand::Remove)?;
    let plan = api_keys::told(plan, tenant, &ended, RevokeReason::OwnerRemoved)?;
    let request = call.unkeyed(tenant).by(found.principal.user.as_str());
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    api_keys::recorded(&api, &ended).await;
    Ok(call.answer(&receipt, StatusCode::NO_CONTENT).into_response())
}
