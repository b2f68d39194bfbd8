//! Who works here: tenants (a customer), their workspaces (where work is kept apart), and the people in them.
//!
//! Everything belongs to one tenant. People and names that are unique everywhere belong to [`PLATFORM_TENANT`].

pub mod name;
pub mod tenant;
pub mod workspace;

use crate::id::Id;

pub use tenant::Tenant;
pub use workspace::Workspace;

/// Marks the ids of people.
pub struct User;

pub type TenantId = Id<Tenant>;
pub type WorkspaceId = Id<Workspace>;
pub type UserId = Id<User>;

/// The reserved tenant of people and of names unique everywhere; only this context reads it.
pub const PLATFORM_TENANT: &str = "platform";
