//! Who asks. Built in one place from one credential; whatever a body, a path or a header says about people or tenants
//! makes nobody.

use std::sync::Arc;

use domain::identity::membership::Details as Membership;
use domain::identity::{Permission, Role, SessionId, TenantId, UserId, WorkspaceId};
use jiff::Timestamp;
use projections::Visible;

#[derive(Debug, Clone)]
pub struct Principal {
    pub user: UserId,
    pub tenant: TenantId,
    pub session: SessionId,
    /// When the token ends.
    pub expires_at: Timestamp,
    membership: Arc<Membership>,
}

impl Principal {
    pub(crate) fn new(
        tenant: TenantId,
        session: SessionId,
        expires_at: Timestamp,
        membership: Arc<Membership>,
    ) -> Self {
        Self { user: membership.user.clone(), tenant, session, expires_at, membership }
    }

    /// The same person, with other rights.
    pub(crate) fn with_membership(&self, membership: Arc<Membership>) -> Self {
        Self { membership, ..self.clone() }
    }

    pub fn role(&self) -> Role {
        self.membership.role
    }

    pub fn may(&self, permission: Permission) -> bool {
        self.role().may(permission)
    }

    /// Whether a workspace of the tenant is open to this person.
    pub fn opens(&self, workspace: &WorkspaceId) -> bool {
        self.membership.opens(workspace)
    }

    /// Which workspaces of the tenant are.
    pub fn visible(&self) -> Visible {
        match self.role().sees_every_workspace() {
            true => Visible::All,
            false => Visible::Only(self.membership.workspaces.clone()),
        }
    }

    pub fn permissions(&self) -> Vec<&'static str> {
        Permission::ALL.into_iter().filter(|each| self.may(*each)).map(Permission::as_str).collect()
    }
}
