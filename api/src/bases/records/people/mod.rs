//! People in cells. Whoever is a member of the tenant is kept by id alone and called as they call themselves now; whom a base brought
//! along is called as its cells do.

mod named;
mod told;

pub use named::Named;
pub use told::told;

use std::collections::{BTreeMap, BTreeSet};

use domain::bases::airtable_id_of;
use domain::identity::{TenantId, UserId};
use projections::identity::members;

use super::RecordsFault;
use crate::Api;

/// Members are looked through so many at a time.
const PAGE: usize = 1_000;
/// What ids of people begin with.
const PERSON: &str = "usr";

/// Members by what Airtable's clients call them.
async fn members_called(
    api: &Api,
    tenant: &TenantId,
    ids: &BTreeSet<String>,
) -> Result<BTreeMap<String, UserId>, RecordsFault> {
    let (mut found, mut after) = (BTreeMap::new(), None);
    if ids.is_empty() {
        return Ok(found);
    }
    let mut queries = api.queries.begin(tenant).await?;
    loop {
        let rows = members::list(&mut queries, after.as_ref(), PAGE).await?;
        let is_last = rows.len() < PAGE;
        after = rows.last().map(|row| row.user.clone());
        let called = rows.into_iter().map(|row| (airtable_id_of(&row.user).to_string(), row.user));
        found.extend(called.filter(|(id, _)| ids.contains(id)));
        if is_last || found.len() == ids.len() {
            return Ok(found);
        }
    }
}
