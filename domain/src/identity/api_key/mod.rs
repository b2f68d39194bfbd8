//! An API key: what a program shows instead of a session, and what it may do with it. The events name its secret; the
//! hash of that is a row outside the log, which is good for nothing unless they do.

mod bases;
mod commands;
mod events;
mod owner;
mod refusal;
#[cfg(test)]
mod tests;

pub use bases::{BASES_MAX, NamedBases, TABLES_MAX};
pub use commands::ApiKeyCommand;
pub use events::ApiKeyEvent;
pub use owner::{Owner, RevokeReason};
pub use refusal::ApiKeyRefusal;

use std::collections::BTreeSet;
use std::time::Duration;

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ApiKeySecretId, Permission, WorkspaceId, name};
use crate::bases::ids::{BaseId, TableId};
use crate::stored::Stored;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How long a key is good for when nobody says otherwise.
pub const LIFETIME: Duration = DAY.saturating_mul(90);
/// And at most.
pub const LIFETIME_MAX: Duration = DAY.saturating_mul(365);
/// How long the secret before may be good for beside a new one.
pub const GRACE_MAX: Duration = DAY.saturating_mul(7);
pub const NETWORKS_MAX: usize = 50;
pub const WORKSPACES_MAX: usize = 1_000;
/// All that a key may hold that names bases: whatever else there is to see could tell of others.
const ABOUT_BASES: [Permission; 2] = [Permission::BasesRead, Permission::BasesWrite];

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ApiKey {
    details: Option<Details>,
    revoked: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Details {
    pub owner: Owner,
    pub name: String,
    /// Permissions by name. One that there is no more grants nothing.
    pub scopes: BTreeSet<String>,
    pub workspaces: Option<BTreeSet<WorkspaceId>>,
    pub bases: Option<NamedBases>,
    pub networks: BTreeSet<String>,
    pub expires_at: Timestamp,
    pub secret: ApiKeySecretId,
    pub previous: Option<PreviousSecret>,
}

/// The secret before, while it is good.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PreviousSecret {
    pub secret: ApiKeySecretId,
    pub until: Timestamp,
}

type Decision = Result<Vec<ApiKeyEvent>, ApiKeyRefusal>;

impl ApiKey {
    /// What the key is, revoked or not.
    pub fn details(&self) -> Option<&Details> {
        self.details.as_ref()
    }

    pub fn is_revoked(&self) -> bool {
        self.revoked
    }

    /// What a secret of the key stands for at a moment, and until when; nothing when it is good for nothing.
    pub fn opened_with(&self, secret: &ApiKeySecretId, now: Timestamp) -> Option<(&Details, Timestamp)> {
        let details = self.details.as_ref().filter(|_| !self.revoked)?;
        let until = details.good_until(secret).filter(|until| now < *until)?;
        Some((details, until))
    }

    /// Decides what a command leads to. A command already carried out leads to nothing, so callers may safely
    /// repeat it; a wrong one is refused, never taken for done.
    pub fn decide(&self, command: ApiKeyCommand) -> Decision {
        use {ApiKeyCommand as Command, ApiKeyRefusal as Refusal};
        match (&self.details, command) {
            (None, command @ Command::Create { .. }) => create(command),
            (Some(details), Command::Create { secret, .. }) if details.secret == secret => Ok(vec![]),
            (Some(_), Command::Create { .. }) => Err(Refusal::KeyExists),
            (None, _) => Err(Refusal::UnknownKey),
            (Some(_), Command::Revoke { .. }) if self.revoked => Ok(vec![]),
            (Some(_), Command::Revoke { because }) => Ok(vec![ApiKeyEvent::Revoked { because }]),
            (Some(_), _) if self.revoked => Err(Refusal::KeyRevoked),
            (Some(details), Command::Rename { name }) => details.rename(&name),
            (Some(details), Command::Rotate { secret, previous_until, at }) => {
                details.rotate(secret, previous_until, at)
            }
        }
    }
}

fn create(command: ApiKeyCommand) -> Decision {
    use ApiKeyRefusal as Refusal;
    let ApiKeyCommand::Create { owner, name, scopes, workspaces, bases, networks, expires_at, secret, at } =
        command
    else {
        return Err(Refusal::UnknownKey);
    };
    let name = name::checked(&name).ok_or(Refusal::BadName)?;
    if scopes.is_empty() {
        return Err(Refusal::NoScopes);
    }
    if expires_at <= at || expires_at > at + LIFETIME_MAX {
        return Err(Refusal::BadExpiry);
    }
    if workspaces.as_ref().is_some_and(|named| !(1..=WORKSPACES_MAX).contains(&named.len())) {
        return Err(Refusal::BadWorkspaces);
    }
    if bases.as_ref().is_some_and(|named| !named.is_sound()) {
        return Err(Refusal::BadBases);
    }
    if bases.is_some() && !scopes.iter().all(|scope| is_about_bases(scope)) {
        return Err(Refusal::ScopesBeyondBases);
    }
    if networks.len() > NETWORKS_MAX {
        return Err(Refusal::TooManyNetworks);
    }
    Ok(vec![ApiKeyEvent::Created { owner, name, scopes, workspaces, bases, networks, expires_at, secret }])
}

fn is_about_bases(scope: &str) -> bool {
    ABOUT_BASES.iter().any(|permission| permission.as_str() == scope)
}

impl Details {
    /// Whether its scopes hold a right. What its owner may do bounds it besides.
    pub fn holds(&self, permission: Permission) -> bool {
        let is_held = self.scopes.contains(permission.as_str());
        is_held && (self.bases.is_none() || ABOUT_BASES.contains(&permission))
    }

    /// Whether it names a workspace, or none at all.
    pub fn opens(&self, workspace: &WorkspaceId) -> bool {
        self.workspaces.as_ref().is_none_or(|named| named.contains(workspace))
    }

    /// The same of a base, by the id that Airtable's clients use.
    pub fn opens_base(&self, base: BaseId) -> bool {
        self.bases.as_ref().is_none_or(|named| named.opens(base))
    }

    pub fn opens_table(&self, base: BaseId, table: TableId) -> bool {
        self.bases.as_ref().is_none_or(|named| named.opens_table(base, table))
    }

    fn good_until(&self, secret: &ApiKeySecretId) -> Option<Timestamp> {
        if self.secret == *secret {
            return Some(self.expires_at);
        }
        let previous = self.previous.as_ref().filter(|previous| previous.secret == *secret)?;
        Some(previous.until.min(self.expires_at))
    }

    fn rename(&self, name: &str) -> Decision {
        let name = name::checked(name).ok_or(ApiKeyRefusal::BadName)?;
        if name == self.name { Ok(vec![]) } else { Ok(vec![ApiKeyEvent::Renamed { name }]) }
    }

    /// A key that has expired is not brought back by a new secret.
    fn rotate(&self, secret: ApiKeySecretId, previous_until: Option<Timestamp>, at: Timestamp) -> Decision {
        if self.secret == secret {
            return Ok(vec![]);
        }
        if self.expires_at <= at {
            return Err(ApiKeyRefusal::KeyExpired);
        }
        let previous_until = previous_until.map(|until| until.min(self.expires_at));
        if previous_until.is_some_and(|until| until <= at || until > at + GRACE_MAX) {
            return Err(ApiKeyRefusal::BadGrace);
        }
        Ok(vec![ApiKeyEvent::Rotated { secret, previous_until }])
    }

    fn take_secret(&mut self, secret: ApiKeySecretId, previous_until: Option<Timestamp>) {
        let before = std::mem::replace(&mut self.secret, secret);
        self.previous = previous_until.map(|until| PreviousSecret { secret: before, until });
    }
}

impl Aggregate for ApiKey {
    const TYPE: &'static str = "api_key";
    type Command = ApiKeyCommand;
    type Event = ApiKeyEvent;
    type Error = ApiKeyRefusal;
    type Services = ();

    async fn handle(
        &mut self,
        command: ApiKeyCommand,
        _: &(),
        sink: &EventSink<Self>,
    ) -> Result<(), ApiKeyRefusal> {
        for event in self.decide(command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: ApiKeyEvent) {
        use ApiKeyEvent as Event;
        match (event, &mut self.details) {
            (
                Event::Created { owner, name, scopes, workspaces, bases, networks, expires_at, secret },
                details,
            ) => {
                *details = Some(Details {
                    owner,
                    name,
                    scopes,
                    workspaces,
                    bases,
                    networks,
                    expires_at,
                    secret,
                    previous: None,
                });
            }
            (Event::Renamed { name }, Some(details)) => details.name = name,
            (Event::Rotated { secret, previous_until }, Some(details)) => {
                details.take_secret(secret, previous_until);
            }
            (Event::Revoked { .. }, _) => self.revoked = true,
            // The stream of a key begins with its creation; nothing before it can change details.
            (Event::Renamed { .. } | Event::Rotated { .. }, None) => {}
        }
    }
}

impl Stored for ApiKey {
    const STATE_SOURCE: &'static str = concat!(include_str!("mod.rs"), include_str!("bases.rs"));

    /// A key is of the tenant, whichever workspaces it names.
    fn scope(_: &str, _: Option<&WorkspaceId>) -> Option<WorkspaceId> {
        None
    }
}
