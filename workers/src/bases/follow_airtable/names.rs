//! Ids that are drawn here.

use domain::bases::AirtableSecretId;
use domain::id::{Id, NotAnId};
use uuid::Uuid;

/// What ids of secrets for Airtable begin with.
const SECRET: &str = "ats";

pub fn new_secret() -> Result<AirtableSecretId, NotAnId> {
    Id::new(format!("{SECRET}_{}", Uuid::now_v7().simple()))
}
