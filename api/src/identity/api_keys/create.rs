//! `POST /v1/api-keys`.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::identity::api_key::{ApiKeyCommand, BASES_MAX, LIFETIME, NamedBases, Owner};
use domain::identity::{ApiKey, ApiKeyId, Permission, ServiceAccount, UserId, WorkspaceId};
use eventstore::execute::Plan;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::found::location;
use super::secrets::{DrawnSecret, For};
use super::shown::ApiKeyWithText;
use crate::Api;
use crate::access::{Network, Principal};
use crate::bases::found::{FoundBase, Freshness};
use crate::http::{Call, FieldError, Json, Problem};
use crate::identity::pointers::pointed;
use crate::identity::{ids, recent};

/// Keys of one owner that are good for something at a time. Two that are made at once may both be the last.
const PER_OWNER_MAX: i64 = 100;

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewApiKey {
    #[schema(example = "Nightly import", min_length = 1, max_length = 120)]
    name: String,
    /// Permissions, of those that you have. What its owner may no longer do, the key may not either.
    #[schema(value_type = Vec<String>, example = json!(["workspaces:read", "events:read"]))]
    scopes: BTreeSet<String>,
    /// Without it: every workspace that is open to the owner.
    #[schema(value_type = Option<Vec<String>>)]
    workspaces: Option<BTreeSet<WorkspaceId>>,
    /// Bases that it is limited to, by the ids that Airtable's clients use; each with the tables in it, or null for all of them.
    /// Such a key holds `bases:read` and `bases:write` alone. Without it: every base that is open to the owner.
    #[schema(value_type = Option<std::collections::BTreeMap<String, Option<Vec<String>>>>, example = json!({ "appQ3vYk0Zr81LwTn": null }))]
    bases: Option<NamedBases>,
    /// Networks from which it may be used; without any, from anywhere.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 50, example = json!(["192.0.2.0/24"]))]
    networks: BTreeSet<String>,
    /// In 90 days unless said otherwise, and in 365 at most.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    /// The service account that it is for, where it is not for yourself.
    #[schema(value_type = Option<String>)]
    service_account: Option<UserId>,
}

/// Make an API key
///
/// The answer shows its text, this once. It acts for you, or for a service account, with the scopes that it is given and
/// no more than its owner may at the time. Whoever makes one has shown their password within ten minutes.
#[utoipa::path(
    post, path = "/v1/api-keys", tag = "api keys", request_body = NewApiKey,
    responses(
        (status = 201, description = "Made", body = ApiKeyWithText),
        (status = 403, description = "`session_required`, `reauth_required`, `forbidden`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`too_many_keys`, or `already_done`: a retry is told where it is, and not the text", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn create(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    Json(body): Json<NewApiKey>,
) -> Result<Response, Problem> {
    recent::proven(&api, &principal).await?;
    let owner = owner(&api, &principal, body.service_account.as_ref()).await?;
    let networks = check(&principal, &body)?;
    check_bases(&api, &principal, body.bases.as_ref()).await?;
    let request = call.request(&api.executor, &principal.tenant, principal.user.as_str(), &body)?;
    check_count(&api, &principal, &owner).await?;
    let (id, at): (ApiKeyId, _) = (ids::new(ids::API_KEY)?, Timestamp::now());
    let expires_at = body.expires_at.unwrap_or(at + LIFETIME);
    let of = For { key: &id, tenant: &principal.tenant, owner: owner.id(), expires_at };
    let secret = DrawnSecret::keep(&api, of).await?;
    let create = ApiKeyCommand::Create {
        owner,
        name: body.name,
        scopes: body.scopes,
        workspaces: body.workspaces,
        bases: body.bases,
        networks,
        expires_at,
        secret: secret.id.clone(),
        at,
    };
    let plan = Plan::new().create::<ApiKey>(&principal.tenant, ids::stream(&id)?, create);
    match api.executor.execute(&request, plan).await {
        Ok(receipt) if receipt.replayed => {
            secret.drop(&api).await;
            let (stream, _) = receipt.streams.first().ok_or_else(Problem::internal)?;
            let first: ApiKeyId = ids::checked(stream.id.as_str())?;
            Err(call.explain(Problem::already_done(&location(&first))))
        }
        Ok(receipt) => {
            secret.mark_named(&api).await;
            let api_key = api.key_shown(&principal, &id).await?;
            let answer = call.answer(&receipt, StatusCode::CREATED).etag(api_key.version);
            Ok(answer.location(location(&id)).json(&ApiKeyWithText { api_key, key: secret.text }))
        }
        Err(error) => {
            let problem = key_pointed(call.problem(error));
            // Where the outcome is open, an event may name it yet.
            if problem.status() != StatusCode::SERVICE_UNAVAILABLE {
                secret.drop(&api).await;
            }
            Err(problem)
        }
    }
}

/// Keys of service accounts are made by whoever looks after members.
async fn owner(api: &Api, principal: &Principal, account: Option<&UserId>) -> Result<Owner, Problem> {
    let Some(account) = account else {
        return Ok(Owner::Member(principal.user.clone()));
    };
    if !principal.may(Permission::MembersWrite) {
        return Err(Problem::forbidden());
    }
    let found = api.executor.state::<ServiceAccount>(&principal.tenant, ids::stream(account)?).await?;
    match found.state.name() {
        Some(_) => Ok(Owner::ServiceAccount(account.clone())),
        None => {
            let detail = "There is no such service account.";
            Err(Problem::invalid(vec![FieldError::new(
                "/service_account",
                "unknown_service_account",
                detail,
            )]))
        }
    }
}

/// Nobody gives what they do not have. Gives back the networks, each as it is written.
fn check(principal: &Principal, body: &NewApiKey) -> Result<BTreeSet<String>, Problem> {
    let mut errors = Vec::new();
    for (index, scope) in body.scopes.iter().enumerate() {
        let pointer = format!("/scopes/{index}");
        match Permission::named(scope) {
            None => errors.push(FieldError::new(pointer, "unknown_scope", "There is no such permission.")),
            Some(permission) if !principal.may(permission) => {
                errors.push(FieldError::new(pointer, "scope_not_held", "You do not have this yourself."));
            }
            Some(_) => {}
        }
    }
    let workspaces = body.workspaces.iter().flatten();
    if workspaces.into_iter().any(|workspace| !principal.opens(workspace)) {
        let detail = "One of these workspaces is not there for you.";
        errors.push(FieldError::new("/workspaces", "unknown_workspace", detail));
    }
    let networks: Result<BTreeSet<String>, _> =
        body.networks.iter().map(|text| text.parse().map(|network: Network| network.to_string())).collect();
    match networks {
        Ok(networks) if errors.is_empty() => Ok(networks),
        Ok(_) => Err(Problem::invalid(errors)),
        Err(_) => {
            let detail = "A network is its first address and a number of bits, as 192.0.2.0/24.";
            errors.push(FieldError::new("/networks", "bad_network", detail));
            Err(Problem::invalid(errors))
        }
    }
}

/// A key is limited to what is there, so that nobody waits for one that opens nothing.
async fn check_bases(api: &Api, principal: &Principal, bases: Option<&NamedBases>) -> Result<(), Problem> {
    for base in bases.into_iter().flat_map(NamedBases::ids).take(BASES_MAX) {
        match FoundBase::called(api, principal.clone(), base, Freshness::Now).await {
            Ok(_) => {}
            Err(problem) if problem.status() == StatusCode::NOT_FOUND => {
                let detail = "One of these bases is not there for you.";
                return Err(Problem::invalid(vec![FieldError::new("/bases", "unknown_base", detail)]));
            }
            Err(problem) => return Err(problem),
        }
    }
    Ok(())
}

async fn check_count(api: &Api, principal: &Principal, owner: &Owner) -> Result<(), Problem> {
    let held = api.identity.kept.count_keys_of(&principal.tenant, owner.id()).await?;
    if held < PER_OWNER_MAX {
        return Ok(());
    }
    Err(Problem::conflict("too_many_keys", "An owner has at most 100 keys at a time. Revoke one first."))
}

fn key_pointed(problem: Problem) -> Problem {
    match problem.code() {
        "no_scopes" => problem.at("/scopes"),
        "bad_expiry" => problem.at("/expires_at"),
        "bad_workspaces" => problem.at("/workspaces"),
        "bad_bases" => problem.at("/bases"),
        "scopes_beyond_bases" => problem.at("/scopes"),
        "too_many_networks" => problem.at("/networks"),
        _ => pointed(problem),
    }
}
