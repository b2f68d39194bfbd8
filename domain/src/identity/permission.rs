//! What somebody may do: one word per right, `resource:action`, the same in code, documents and the event catalog.

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    TenantRead,
    TenantWrite,
    /// Take along all that is known of it.
    TenantExport,
    /// Close it.
    TenantClose,
    MembersRead,
    MembersWrite,
    WorkspacesRead,
    WorkspacesWrite,
    WorkspacesDelete,
    /// See bases: their tables, and what happens to them.
    BasesRead,
    /// Make bases, change their tables, delete them.
    BasesWrite,
    WebhooksRead,
    WebhooksWrite,
    /// See API keys: one's own, and with the audit those of everybody.
    KeysRead,
    /// Make, rotate and revoke API keys: one's own, and with the members those of everybody.
    KeysWrite,
    /// Open the event stream; what is on it is decided event by event.
    EventsRead,
    /// Read events that name no other permission.
    AuditRead,
}

impl Permission {
    pub const ALL: [Permission; 17] = [
        Permission::TenantRead,
        Permission::TenantWrite,
        Permission::TenantExport,
        Permission::TenantClose,
        Permission::MembersRead,
        Permission::MembersWrite,
        Permission::WorkspacesRead,
        Permission::WorkspacesWrite,
        Permission::WorkspacesDelete,
        Permission::BasesRead,
        Permission::BasesWrite,
        Permission::WebhooksRead,
        Permission::WebhooksWrite,
        Permission::KeysRead,
        Permission::KeysWrite,
        Permission::EventsRead,
        Permission::AuditRead,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Permission::TenantRead => "tenant:read",
            Permission::TenantWrite => "tenant:write",
            Permission::TenantExport => "tenant:export",
            Permission::TenantClose => "tenant:close",
            Permission::MembersRead => "members:read",
            Permission::MembersWrite => "members:write",
            Permission::WorkspacesRead => "workspaces:read",
            Permission::WorkspacesWrite => "workspaces:write",
            Permission::WorkspacesDelete => "workspaces:delete",
            Permission::BasesRead => "bases:read",
            Permission::BasesWrite => "bases:write",
            Permission::WebhooksRead => "webhooks:read",
            Permission::WebhooksWrite => "webhooks:write",
            Permission::KeysRead => "keys:read",
            Permission::KeysWrite => "keys:write",
            Permission::EventsRead => "events:read",
            Permission::AuditRead => "audit:read",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.as_str() == name)
    }
}
