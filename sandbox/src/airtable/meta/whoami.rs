//! Who the token is of.

use serde_json::json;

use crate::airtable::edge::{Call, Said, said};
use crate::airtable::world::Scope;

/// Scopes are named to integrations only.
pub fn whoami(call: &Call<'_>) -> Said {
    let caller = &call.caller;
    let mut body = json!({ "id": caller.person.id });
    if caller.has(Scope::EmailRead) {
        body["email"] = json!(caller.person.email);
    }
    if caller.integration.is_some() {
        body["scopes"] = json!(caller.scopes);
    }
    said(&body)
}
