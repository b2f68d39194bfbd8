//! Who asks. Built in one place from one credential; whatever a body, a path or a header says about people or tenants
//! makes nobody.

use std::sync::Arc;

use domain::bases::ids::{BaseId, TableId};
use domain::identity::api_key::NamedBases;
use domain::identity::membership::Details as Membership;
use domain::identity::{Permission, Role, SessionId, TenantId, UserId, WorkspaceId};
use jiff::Timestamp;
use projections::Visible;

use super::api_keys::ActingKey;
use crate::http::Problem;

#[derive(Debug, Clone)]
pub struct Principal {
    /// Who acts: a person, or a service account.
    pub user: UserId,
    pub tenant: TenantId,
    /// When the credential ends.
    pub expires_at: Timestamp,
    credential: Credential,
    membership: Arc<Membership>,
}

/// A session that holds.
#[derive(Debug, Clone)]
pub struct ActingSession {
    pub id: SessionId,
    /// Whether its person showed a code besides the password.
    pub with_code: bool,
    /// Whether a cookie was shown, and no token.
    pub by_cookie: bool,
}

/// What was shown.
#[derive(Debug, Clone)]
enum Credential {
    Session(ActingSession),
    Key(Arc<ActingKey>),
}

impl Principal {
    pub(crate) fn new(
        tenant: TenantId,
        session: ActingSession,
        expires_at: Timestamp,
        membership: Arc<Membership>,
    ) -> Self {
        let credential = Credential::Session(session);
        Self { user: membership.user.clone(), tenant, expires_at, credential, membership }
    }

    /// Whoever a key is of, with no more rights than both of them have.
    pub(crate) fn by_key(key: Arc<ActingKey>, membership: Arc<Membership>) -> Self {
        let (user, tenant, expires_at) = (membership.user.clone(), key.tenant.clone(), key.expires_at);
        Self { user, tenant, expires_at, credential: Credential::Key(key), membership }
    }

    /// The same person, with other rights.
    pub(crate) fn with_membership(&self, membership: Arc<Membership>) -> Self {
        Self { membership, ..self.clone() }
    }

    /// What only a person may do asks for it.
    pub fn session(&self) -> Result<&SessionId, Problem> {
        match &self.credential {
            Credential::Session(session) => Ok(&session.id),
            Credential::Key(_) => Err(Problem::session_required()),
        }
    }

    /// Whether it is a session in which a code was shown besides the password.
    pub fn has_shown_code(&self) -> bool {
        matches!(&self.credential, Credential::Session(session) if session.with_code)
    }

    pub fn is_by_cookie(&self) -> bool {
        matches!(&self.credential, Credential::Session(session) if session.by_cookie)
    }

    pub fn key(&self) -> Option<&ActingKey> {
        match &self.credential {
            Credential::Session(_) => None,
            Credential::Key(key) => Some(key),
        }
    }

    /// What the owner of the credential is. What they may do with it, `may` says.
    pub fn role(&self) -> Role {
        self.membership.role
    }

    pub fn may(&self, permission: Permission) -> bool {
        self.role().may(permission) && self.key().is_none_or(|key| key.details.holds(permission))
    }

    /// Whether a workspace of the tenant is open to this person.
    pub fn opens(&self, workspace: &WorkspaceId) -> bool {
        self.membership.opens(workspace) && self.key().is_none_or(|key| key.details.opens(workspace))
    }

    /// Whether a base is open, by the id that Airtable's clients use; that its workspace is, `opens` says.
    pub fn opens_base(&self, base: BaseId) -> bool {
        self.key().is_none_or(|key| key.details.opens_base(base))
    }

    pub fn opens_table(&self, base: BaseId, table: TableId) -> bool {
        self.key().is_none_or(|key| key.details.opens_table(base, table))
    }

    /// The bases that a key is limited to; nothing where there is no such limit.
    pub fn named_bases(&self) -> Option<&NamedBases> {
        self.key().and_then(|key| key.details.bases.as_ref())
    }

    /// Whether tables beyond those that are there are open in a base, as long as nobody limits that.
    pub fn opens_all_of(&self, base: BaseId) -> bool {
        self.named_bases().is_none_or(|named| named.opens_all_of(base))
    }

    /// Which workspaces of the tenant are.
    pub fn visible(&self) -> Visible {
        let by_key = self.key().and_then(|key| key.details.workspaces.as_ref());
        match (self.role().sees_every_workspace(), by_key) {
            (true, None) => Visible::All,
            (true, Some(named)) => Visible::Only(named.clone()),
            (false, None) => Visible::Only(self.membership.workspaces.clone()),
            (false, Some(named)) => {
                Visible::Only(self.membership.workspaces.intersection(named).cloned().collect())
            }
        }
    }

    pub fn permissions(&self) -> Vec<&'static str> {
        Permission::ALL.into_iter().filter(|each| self.may(*each)).map(Permission::as_str).collect()
    }
}
