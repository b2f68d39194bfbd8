//! `POST /v1/service-accounts`.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::identity::membership::MembershipCommand;
use domain::identity::service_account::{ID_PREFIX, ServiceAccountCommand};
use domain::identity::{Role, ServiceAccount, UserId, WorkspaceId};
use eventstore::execute::Plan;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shown::ServiceAccountShown;
use super::{check_role, membership};
use crate::Api;
use crate::access::Principal;
use crate::http::{Call, Json, Problem};
use crate::identity::ids;
use crate::identity::pointers::pointed;

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewServiceAccount {
    #[schema(example = "Importer", min_length = 1, max_length = 120)]
    name: String,
    /// Any but `owner`, and none above your own.
    #[schema(value_type = String, example = "editor")]
    role: Role,
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    workspaces: BTreeSet<WorkspaceId>,
}

/// Make a service account
///
/// A member of the tenant that is no person. Programs act for it with API keys of its own.
#[utoipa::path(
    post, path = "/v1/service-accounts", tag = "service accounts", request_body = NewServiceAccount,
    responses(
        (status = 201, description = "Made", body = ServiceAccountShown),
        (status = 409, description = "`over_quota`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn create(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    Json(body): Json<NewServiceAccount>,
) -> Result<Response, Problem> {
    check_role(&principal, body.role)?;
    let tenant = &principal.tenant;
    let request = call.request(&api.executor, tenant, principal.user.as_str(), &body)?;
    let id: UserId = ids::new(ID_PREFIX)?;
    let create = ServiceAccountCommand::Create { name: body.name };
    let plan = Plan::new().create::<ServiceAccount>(tenant, ids::stream(&id)?, create);
    let add = MembershipCommand::Add { user: id.clone(), role: body.role, workspaces: body.workspaces };
    let plan = membership(plan, tenant, &id, add)?;
    let receipt = match api.executor.execute(&request, plan).await {
        Ok(receipt) => receipt,
        Err(error) => return Err(pointed(api.refused_member(&call, tenant, error).await)),
    };
    // A retry is told of the one that its first attempt made.
    let (stream, _) = receipt.streams.first().ok_or_else(Problem::internal)?;
    let id: UserId = ids::checked(stream.id.as_str())?;
    let (name, details) = api.service_account(tenant, &id).await?.ok_or_else(Problem::not_found)?;
    let answer = call.answer(&receipt, StatusCode::CREATED).location(format!("/v1/service-accounts/{id}"));
    Ok(answer.json(&ServiceAccountShown::new(id, &name, &details)))
}
