//! Integrations as they are registered.

use serde::{Deserialize, Serialize};

use super::refused::Refused;
use crate::airtable::world::Accounts;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Integration {
    pub client_id: String,
    /// One that has a secret shows it whenever it asks for tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    pub redirect_uris: Vec<String>,
}

/// Any integration is one while none is registered.
pub fn known<'a>(accounts: &'a Accounts, client_id: &str) -> Result<Option<&'a Integration>, Refused> {
    match accounts.integrations.get(client_id) {
        None if !accounts.integrations.is_empty() => Err(Refused::Client),
        found => Ok(found),
    }
}
