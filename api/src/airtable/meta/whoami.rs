//! `GET /v0/meta/whoami`.

use axum::extract::State;
use axum::response::Response;
use domain::bases::{Scope, airtable_id_of};
use domain::identity::Permission;
use serde_json::json;

use crate::Api;
use crate::access::Principal;
use crate::airtable::answer::said;
use crate::http::Problem;

/// Who asks
///
/// The id is the same whenever somebody asks. A service account has no address.
#[utoipa::path(
    get, path = "/v0/meta/whoami", tag = "airtable",
    responses((status = 200, description = "An id, and what the credential may be used for", body = serde_json::Value))
)]
pub async fn whoami(State(api): State<Api>, principal: Principal) -> Result<Response, Problem> {
    let mut body = json!({ "id": airtable_id_of(&principal.user), "scopes": scopes(&principal) });
    let known = api.user(&principal.user).await?;
    if let Some(email) = known.as_ref().and_then(|known| known.details.email.get()) {
        body["email"] = json!(email);
    }
    Ok(said(&body))
}

/// In Airtable's words.
fn scopes(principal: &Principal) -> Vec<Scope> {
    const READ: &[Scope] = &[Scope::RecordsRead, Scope::CommentsRead, Scope::SchemaRead];
    const WRITE: &[Scope] = &[Scope::RecordsWrite, Scope::CommentsWrite, Scope::SchemaWrite];
    let granted = [(Permission::BasesRead, READ), (Permission::BasesWrite, WRITE)];
    let granted = granted.into_iter().filter(|(permission, _)| principal.may(*permission));
    granted.flat_map(|(_, scopes)| scopes).copied().chain([Scope::EmailRead]).collect()
}
