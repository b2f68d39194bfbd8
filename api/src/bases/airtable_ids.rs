//! The ids by which Airtable's clients know bases: within a tenant each is held by one base, as long as that is there.

use cqrs_es::Aggregate;
use domain::bases::Base;
use domain::bases::ids::BaseId;
use domain::identity::TenantId;
use eventstore::event::{StreamId, StreamName};

pub fn key(tenant: &TenantId, id: BaseId) -> String {
    format!("{tenant}.{id}")
}

/// What the keys of all bases of a tenant begin with.
pub fn of_tenant(tenant: &TenantId) -> String {
    format!("{tenant}.")
}

/// Whose first event says in which workspace the base is.
pub fn stream(tenant: &TenantId, id: StreamId) -> StreamName {
    StreamName { tenant: tenant.clone(), aggregate: Base::TYPE.into(), id }
}
