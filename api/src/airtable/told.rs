//! What the document of the API tells of Airtable's bodies. Their values are made of JSON here, so these types describe only.

use serde::Serialize;
use utoipa::ToSchema;

/// Why a request was not carried out, as Airtable says it.
#[derive(Serialize, ToSchema)]
pub struct AirtableError {
    /// An object with `type` and mostly a `message`; where there is no such route, the word alone.
    #[schema(value_type = serde_json::Value, example = json!({ "type": "AUTHENTICATION_REQUIRED", "message": "Authentication required" }))]
    error: (),
}
