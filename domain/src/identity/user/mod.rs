//! A user: a person who signs in. One person is one user, in however many tenants.

mod commands;
mod decide;
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

use super::{CredentialId, ProofId, RecoveryCodesId, SecondFactorId, TenantId, WorkspaceId};
use crate::personal::Personal;
use crate::stored::Stored;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct User {
    details: Option<Details>,
    /// There was somebody, and is nobody any more.
    is_gone: bool,
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
    pub awaited: Awaited,
    /// Whether the platform keeps them out.
    pub suspended: bool,
    /// Asked for besides the password, where there is one.
    pub second_factor: Option<SecondFactor>,
}

/// What shows codes, and the codes for when it is lost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SecondFactor {
    pub id: SecondFactorId,
    pub recovery_codes: RecoveryCodesId,
}

/// The proofs that would count if they came. Each counts once, and the last that was asked for counts alone.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Awaited {
    email: Option<ProofId>,
    password_reset: Option<ProofId>,
    email_change: Option<(Personal<String>, ProofId)>,
    email_revert: Option<(Personal<String>, ProofId)>,
}

impl Awaited {
    pub fn is_email_proof(&self, proof: &ProofId) -> bool {
        self.email.as_ref() == Some(proof)
    }

    pub fn is_password_reset(&self, proof: &ProofId) -> bool {
        self.password_reset.as_ref() == Some(proof)
    }

    pub fn is_email_change(&self, proof: &ProofId) -> bool {
        self.email_change.as_ref().is_some_and(|(_, awaited)| awaited == proof)
    }

    pub fn is_email_revert(&self, proof: &ProofId) -> bool {
        self.email_revert.as_ref().is_some_and(|(_, awaited)| awaited == proof)
    }

    /// The address that a person wants to change to.
    pub fn new_email(&self) -> Option<&Personal<String>> {
        self.email_change.as_ref().map(|(email, _)| email)
    }

    /// The address before the last change, while that can be taken back.
    pub fn previous_email(&self) -> Option<&Personal<String>> {
        self.email_revert.as_ref().map(|(email, _)| email)
    }
}

impl User {
    /// Nothing for who is gone.
    pub fn details(&self) -> Option<&Details> {
        self.details.as_ref()
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
                let (tenants, awaited) = (vec![tenant], Awaited::default());
                *details = Some(Details {
                    email,
                    username,
                    name,
                    credential,
                    email_verified,
                    tenants,
                    awaited,
                    suspended: false,
                    second_factor: None,
                });
            }
            (UserEvent::Discarded {} | UserEvent::Deleted {} | UserEvent::Erased {}, details) => {
                *details = None;
                self.is_gone = true;
            }
            (event, Some(details)) => details.apply(event),
            // The stream of a user begins with the registration; nothing before it can change details.
            (_, None) => {}
        }
    }
}

impl Details {
    fn apply(&mut self, event: UserEvent) {
        match event {
            UserEvent::Registered { .. }
            | UserEvent::Discarded {}
            | UserEvent::Deleted {}
            | UserEvent::Erased {}
            | UserEvent::SignInsFailed { .. } => {}
            UserEvent::ProfileChanged { username, name } => {
                self.username = username;
                self.name = name;
            }
            UserEvent::TenantJoined { tenant } => self.tenants.push(tenant),
            UserEvent::TenantLeft { tenant } => self.tenants.retain(|each| *each != tenant),
            UserEvent::EmailProofRequested { proof } => self.awaited.email = Some(proof),
            UserEvent::EmailVerified {} => {
                self.email_verified = true;
                self.awaited.email = None;
            }
            UserEvent::PasswordResetRequested { proof } => self.awaited.password_reset = Some(proof),
            UserEvent::PasswordChanged { credential } | UserEvent::PasswordReset { credential } => {
                self.credential = credential;
                self.awaited.password_reset = None;
            }
            UserEvent::EmailChangeRequested { email, proof } => {
                self.awaited.email_change = Some((email, proof));
            }
            UserEvent::EmailChanged { email, previous, revert } => {
                self.email = email;
                self.awaited = Awaited { email_revert: Some((previous, revert)), ..Awaited::default() };
            }
            UserEvent::EmailReverted { email } => {
                self.email = email;
                self.awaited = Awaited::default();
            }
            UserEvent::SecondFactorAdded { factor, recovery_codes } => {
                self.second_factor = Some(SecondFactor { id: factor, recovery_codes });
            }
            UserEvent::SecondFactorRemoved {} => self.second_factor = None,
            UserEvent::RecoveryCodesRenewed { recovery_codes } => {
                if let Some(factor) = &mut self.second_factor {
                    factor.recovery_codes = recovery_codes;
                }
            }
            // How many are left, the rows say.
            UserEvent::RecoveryCodeUsed { .. } => {}
            // No link that was sent before is good for anything when they are let in again.
            UserEvent::Suspended { .. } => {
                self.suspended = true;
                self.awaited = Awaited::default();
            }
            UserEvent::Restored { .. } => self.suspended = false,
            UserEvent::Exported {} => {}
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
