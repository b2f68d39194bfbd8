//! `PATCH /v1/service-accounts/{account}`.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::identity::membership::MembershipCommand;
use domain::identity::service_account::ServiceAccountCommand;
use domain::identity::{Role, WorkspaceId};
use eventstore::execute::Plan;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::found::FoundAccount;
use super::shown::ServiceAccountShown;
use super::{account, check_role, membership};
use crate::Api;
use crate::http::{Call, FieldError, Json, Problem};
use crate::identity::pointers::pointed;

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceAccountChange {
    #[schema(example = "Importer", min_length = 1, max_length = 120)]
    name: Option<String>,
    /// Any but `owner`, and none above your own.
    #[schema(value_type = Option<String>, example = "editor")]
    role: Option<Role>,
    /// Not together with a role.
    #[schema(value_type = Option<Vec<String>>)]
    workspaces: Option<BTreeSet<WorkspaceId>>,
}

/// Change a service account
///
/// What is left out stays. Its keys may do what it may from now on.
#[utoipa::path(
    patch, path = "/v1/service-accounts/{account}", tag = "service accounts", request_body = ServiceAccountChange,
    params(("account" = String, Path, description = "Its id")),
    responses((status = 200, description = "Changed", body = ServiceAccountShown))
)]
pub async fn change(
    State(api): State<Api>,
    call: Call,
    found: FoundAccount,
    Json(body): Json<ServiceAccountChange>,
) -> Result<Response, Problem> {
    let principal = &found.principal;
    // What somebody may not give they may not take either.
    check_role(principal, found.details.role)?;
    let request = call.request(&api.executor, &principal.tenant, principal.user.as_str(), &body)?;
    let plan = plan(&found, body)?;
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| pointed(call.problem(error)))?;
    let changed = api.service_account(&principal.tenant, &found.id).await?;
    let (name, details) = changed.ok_or_else(Problem::not_found)?;
    let shown = ServiceAccountShown::new(found.id, &name, &details);
    Ok(call.answer(&receipt, StatusCode::OK).json(&shown))
}

fn plan(found: &FoundAccount, body: ServiceAccountChange) -> Result<Plan, Problem> {
    let (tenant, id) = (&found.principal.tenant, &found.id);
    let name = body.name.unwrap_or_else(|| found.name.clone());
    let plan = account(Plan::new(), tenant, id, ServiceAccountCommand::Rename { name })?;
    match (body.role, body.workspaces) {
        (None, None) => Ok(plan),
        (Some(role), None) => {
            check_role(&found.principal, role)?;
            membership(plan, tenant, id, MembershipCommand::ChangeRole { role })
        }
        (None, Some(workspaces)) => {
            membership(plan, tenant, id, MembershipCommand::ChangeWorkspaces { workspaces })
        }
        (Some(_), Some(_)) => {
            let detail = "Change the role and the workspaces one after the other.";
            Err(Problem::invalid(vec![FieldError::new("/workspaces", "one_at_a_time", detail)]))
        }
    }
}
