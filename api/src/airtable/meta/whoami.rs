//! `GET /v0/meta/whoami`.

use axum::extract::State;
use axum::response::Response;
use domain::bases::airtable_id_of;
use serde_json::json;

use crate::Api;
use crate::access::Principal;
use crate::airtable::answer::said;
use crate::http::Problem;

/// Who asks
///
/// The id is the same whenever somebody asks. A service account has no address. What a credential may be used for is told of tokens by
/// OAuth alone, as Airtable has it.
#[utoipa::path(
    get, path = "/v0/meta/whoami", tag = "airtable",
    responses((status = 200, description = "An id, and an address", body = serde_json::Value))
)]
pub async fn whoami(State(api): State<Api>, principal: Principal) -> Result<Response, Problem> {
    let mut body = json!({ "id": airtable_id_of(&principal.user) });
    let known = api.user(&principal.user).await?;
    if let Some(email) = known.as_ref().and_then(|known| known.details.email.get()) {
        body["email"] = json!(email);
    }
    Ok(said(&body))
}
