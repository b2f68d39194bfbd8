//! What connections are found by: the places that they hold until they are revoked.

use domain::bases::ConnectionId;
use domain::identity::{TenantId, UserId};

/// Connections that one person has at the same time. Two made in the same instant may pass it by one.
pub const CONNECTIONS_MAX: usize = 20;

pub fn key(tenant: &TenantId, owner: &UserId, id: &ConnectionId) -> String {
    format!("{}{id}", of_owner(tenant, owner))
}

/// What the places of one person begin with.
pub fn of_owner(tenant: &TenantId, owner: &UserId) -> String {
    format!("{}{owner}.", of_tenant(tenant))
}

/// And those of everybody in a tenant.
pub fn of_tenant(tenant: &TenantId) -> String {
    format!("{tenant}.")
}
