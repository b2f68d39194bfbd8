//! What a member is in a tenant. Which role may do what stands in one table, [`Role::may`].

use serde::{Deserialize, Serialize};

use super::Permission;

/// From the most trusted to the least, as far as giving roles goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Owner,
    Admin,
    /// Works on data; `member` is what the earlier platform called it.
    #[serde(alias = "member")]
    Editor,
    /// Runs what others have made.
    Operator,
    Viewer,
    /// Sees everything, audit included, and changes nothing.
    Auditor,
}

impl Role {
    pub const ALL: [Role; 6] =
        [Role::Owner, Role::Admin, Role::Editor, Role::Operator, Role::Viewer, Role::Auditor];

    pub fn as_str(self) -> &'static str {
        match self {
            Role::Owner => "owner",
            Role::Admin => "admin",
            Role::Editor => "editor",
            Role::Operator => "operator",
            Role::Viewer => "viewer",
            Role::Auditor => "auditor",
        }
    }

    pub fn may(self, permission: Permission) -> bool {
        use Permission as P;
        match permission {
            P::TenantRead
            | P::MembersRead
            | P::WorkspacesRead
            | P::BasesRead
            | P::EventsRead
            | P::KeysRead => true,
            P::BasesWrite => matches!(self, Role::Owner | Role::Admin | Role::Editor),
            P::KeysWrite => !matches!(self, Role::Viewer | Role::Auditor),
            P::TenantWrite | P::WorkspacesWrite | P::MembersWrite | P::WebhooksWrite => {
                matches!(self, Role::Owner | Role::Admin)
            }
            P::WorkspacesDelete | P::TenantExport | P::TenantClose => matches!(self, Role::Owner),
            P::AuditRead | P::WebhooksRead => matches!(self, Role::Owner | Role::Admin | Role::Auditor),
        }
    }

    /// Whether every workspace of the tenant is open to this role, named or not.
    pub fn sees_every_workspace(self) -> bool {
        matches!(self, Role::Owner | Role::Admin | Role::Auditor)
    }

    /// Nobody gives or takes a role above their own; only owners make owners.
    pub fn may_give(self, other: Role) -> bool {
        self.may(Permission::MembersWrite) && self <= other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earlier_member_reads_as_editor() {
        let read: Role = serde_json::from_str("\"member\"").unwrap();
        assert_eq!(read, Role::Editor);
        assert_eq!(serde_json::to_string(&read).unwrap(), "\"editor\"");
    }

    #[test]
    fn a_role_writes_as_it_is_called() {
        for role in Role::ALL {
            assert_eq!(serde_json::to_string(&role).unwrap(), format!("\"{}\"", role.as_str()));
        }
    }

    #[test]
    fn nobody_gives_more_than_they_have() {
        assert!(Role::Owner.may_give(Role::Owner));
        assert!(Role::Admin.may_give(Role::Admin));
        assert!(!Role::Admin.may_give(Role::Owner));
        assert!(!Role::Editor.may_give(Role::Viewer));
    }

    #[test]
    fn whoever_changes_nothing_may_only_read() {
        let writes = |role: Role| {
            let held = Permission::ALL.into_iter().filter(move |each| role.may(*each));
            held.filter(|each| !each.as_str().ends_with(":read")).collect::<Vec<_>>()
        };
        assert_eq!(writes(Role::Viewer), []);
        assert_eq!(writes(Role::Auditor), []);
        // Keys of their own, which may no more than they do.
        assert_eq!(writes(Role::Operator), [Permission::KeysWrite]);
    }
}
