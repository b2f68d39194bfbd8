//! A user: a person who signs in. One person is one user, in however many tenants.

mod commands;
mod events;
mod refusal;
#[cfg(test)]
mod tests;

pub use commands::UserCommand;
pub use events::UserEvent;
pub use refusal::UserRefusal;

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};

use super::{CredentialId, TenantId, WorkspaceId, address, name, username};
use crate::personal::Personal;
use crate::stored::Stored;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct User {
    details: Option<Details>,
}

/// What is known of a user that exists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Details {
    pub email: Personal<String>,
    pub username: Option<Personal<String>>,
    pub name: Option<Personal<String>>,
    pub credential: CredentialId,
    pub email_verified: bool,
    /// In the order of joining.
    pub tenants: Vec<TenantId>,
}

impl User {
    pub fn details(&self) -> Option<&Details> {
        self.details.as_ref()
    }

    /// Decides what a command leads to. A command already carried out leads to nothing, so callers may safely
    /// repeat it; a wrong one is refused, never taken for done.
    pub fn decide(&self, command: UserCommand) -> Result<Vec<UserEvent>, UserRefusal> {
        use {UserCommand as Command, UserRefusal as Refusal};
        match (&self.details, command) {
            (None, Command::Register { email, username, name, credential, email_verified, tenant }) => {
                let event =
                    UserEvent::Registered { email, username, name, credential, email_verified, tenant };
                check_registration(&event).map(|()| vec![event])
            }
            (Some(_), Command::Register { .. }) => Err(Refusal::UserExists),
            (None, _) => Err(Refusal::UnknownUser),
            (Some(details), Command::ChangeProfile { username, name }) => {
                details.change_profile(username, name)
            }
            (Some(details), Command::JoinTenant { tenant }) => Ok(details.join(tenant)),
            (Some(details), Command::LeaveTenant { tenant }) => Ok(details.leave(tenant)),
        }
    }
}

fn check_registration(event: &UserEvent) -> Result<(), UserRefusal> {
    let UserEvent::Registered { email, username, name, .. } = event else {
        return Ok(());
    };
    email.get().and_then(|email| address::normalized(email)).ok_or(UserRefusal::BadEmail)?;
    check_profile(username.as_ref(), name.as_ref())
}

fn check_profile(
    username: Option<&Personal<String>>,
    name: Option<&Personal<String>>,
) -> Result<(), UserRefusal> {
    let is_good = |text: &Personal<String>, check: fn(&str) -> Option<String>| {
        text.get().is_some_and(|text| check(text).as_ref() == Some(text))
    };
    if username.is_some_and(|text| !is_good(text, username::normalized)) {
        return Err(UserRefusal::BadUsername);
    }
    if name.is_some_and(|text| !is_good(text, name::checked)) {
        return Err(UserRefusal::BadName);
    }
    Ok(())
}

impl Details {
    fn change_profile(
        &self,
        username: Option<Personal<String>>,
        name: Option<Personal<String>>,
    ) -> Result<Vec<UserEvent>, UserRefusal> {
        check_profile(username.as_ref(), name.as_ref())?;
        if self.username == username && self.name == name {
            return Ok(vec![]);
        }
        Ok(vec![UserEvent::ProfileChanged { username, name }])
    }

    fn join(&self, tenant: TenantId) -> Vec<UserEvent> {
        if self.tenants.contains(&tenant) { vec![] } else { vec![UserEvent::TenantJoined { tenant }] }
    }

    fn leave(&self, tenant: TenantId) -> Vec<UserEvent> {
        if self.tenants.contains(&tenant) { vec![UserEvent::TenantLeft { tenant }] } else { vec![] }
    }
}

impl Aggregate for User {
    const TYPE: &'static str = "user";
    type Command = UserCommand;
    type Event = UserEvent;
    type Error = UserRefusal;
    type Services = ();

    async fn handle(
        &mut self,
        command: UserCommand,
        _: &(),
        sink: &EventSink<Self>,
    ) -> Result<(), UserRefusal> {
        for event in self.decide(command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: UserEvent) {
        match (event, &mut self.details) {
            (
                UserEvent::Registered { email, username, name, credential, email_verified, tenant },
                details,
            ) => {
                let tenants = vec![tenant];
                *details = Some(Details { email, username, name, credential, email_verified, tenants });
            }
            (UserEvent::ProfileChanged { username, name }, Some(details)) => {
                details.username = username;
                details.name = name;
            }
            (UserEvent::TenantJoined { tenant }, Some(details)) => details.tenants.push(tenant),
            (UserEvent::TenantLeft { tenant }, Some(details)) => {
                details.tenants.retain(|each| *each != tenant)
            }
            // The stream of a user begins with the registration; nothing before it can change details.
            (
                UserEvent::ProfileChanged { .. }
                | UserEvent::TenantJoined { .. }
                | UserEvent::TenantLeft { .. },
                None,
            ) => {}
        }
    }
}

impl Stored for User {
    const STATE_SOURCE: &'static str = include_str!("mod.rs");

    /// People belong to no workspace.
    fn scope(_: &str, _: Option<&WorkspaceId>) -> Option<WorkspaceId> {
        None
    }
}
