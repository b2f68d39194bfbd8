//! What is known of somebody who is to be erased, for as long as it can be read: it is never written anywhere.

use std::collections::BTreeSet;

use cqrs_es::Aggregate;
use domain::identity::invitation::InvitationEvent;
use domain::identity::user::UserEvent;
use domain::identity::{InvitationId, PLATFORM_TENANT, TenantId, User};
use domain::personal::{Personal, SubjectId};
use eventstore::event::{Recorded, StreamId, StreamName};
use eventstore::limits::PAGE_EVENTS_MAX;
use eventstore::payload;

use super::{EraseFailed, Erasing};
use crate::identity::ids;

/// Rows of others that hold a shorter text by chance are not to go with it.
const LETTERS_MIN: usize = 6;

/// Somebody, and everything that hangs on them.
pub struct Person {
    pub subject: SubjectId,
    /// Whether there ever was a person of this id.
    pub is_person: bool,
    /// Everything personal that events tell of them, whether it was ever true or not.
    pub texts: BTreeSet<String>,
    /// Invitations to addresses that are theirs, or were; or the one that is to be erased itself.
    pub invitations: Vec<(TenantId, InvitationId)>,
    addresses: Addresses,
}

/// The addresses that somebody has shown to be theirs. One that was only asked for may be somebody else's.
#[derive(Default)]
struct Addresses {
    present: Option<String>,
    proven: BTreeSet<String>,
}

impl Person {
    /// Whose keys are destroyed.
    pub fn subjects(&self) -> Vec<SubjectId> {
        let invitations = self.invitations.iter().filter_map(|(_, id)| SubjectId::new(id.as_str()).ok());
        let others = invitations.filter(|id| *id != self.subject);
        std::iter::once(self.subject.clone()).chain(others).collect()
    }

    pub(super) fn long_texts(&self) -> Vec<String> {
        self.texts.iter().filter(|text| text.chars().count() >= LETTERS_MIN).cloned().collect()
    }

    fn note(&mut self, event: &UserEvent) {
        let (texts, addresses) = (&mut self.texts, &mut self.addresses);
        let mut note = |text: &Personal<String>| {
            let text = text.get().cloned();
            texts.extend(text.clone());
            text
        };
        match event {
            UserEvent::Registered { email, username, name, email_verified, .. } => {
                addresses.is_now(note(email), *email_verified);
                username.iter().chain(name).for_each(|text| drop(note(text)));
            }
            UserEvent::ProfileChanged { username, name } => {
                username.iter().chain(name).for_each(|text| drop(note(text)));
            }
            UserEvent::EmailChangeRequested { email, .. } => drop(note(email)),
            UserEvent::EmailChanged { email, previous, .. } => {
                note(previous);
                addresses.is_now(note(email), true);
            }
            UserEvent::EmailReverted { email } => addresses.is_now(note(email), true),
            UserEvent::EmailVerified {} => addresses.is_now(addresses.present.clone(), true),
            UserEvent::TenantJoined { .. }
            | UserEvent::TenantLeft { .. }
            | UserEvent::EmailProofRequested { .. }
            | UserEvent::Discarded {}
            | UserEvent::Erased {}
            | UserEvent::SignInsFailed { .. }
            | UserEvent::Suspended { .. }
            | UserEvent::Restored { .. }
            | UserEvent::Deleted {}
            | UserEvent::Exported {}
            | UserEvent::SecondFactorAdded { .. }
            | UserEvent::SecondFactorRemoved { .. }
            | UserEvent::RecoveryCodesRenewed { .. }
            | UserEvent::RecoveryCodeUsed { .. }
            | UserEvent::PasswordChanged { .. }
            | UserEvent::PasswordResetRequested { .. }
            | UserEvent::PasswordReset { .. } => {}
        }
    }
}

impl Addresses {
    fn is_now(&mut self, address: Option<String>, is_proven: bool) {
        if is_proven {
            self.proven.extend(address.clone());
        }
        self.present = address;
    }
}

impl Erasing {
    /// Reads everything that is known of a subject, and changes nothing. Of somebody who is erased, that they were.
    pub async fn look(&self, subject: &SubjectId) -> Result<Person, EraseFailed> {
        let mut person = Person {
            subject: subject.clone(),
            is_person: false,
            texts: BTreeSet::new(),
            invitations: Vec::new(),
            addresses: Addresses::default(),
        };
        self.read_events(&mut person).await?;
        if !person.is_person && !self.shredder.knows(subject).await? {
            return Err(EraseFailed::Unknown(subject.clone()));
        }
        if !person.addresses.proven.is_empty() {
            self.find_invitations(&mut person).await?;
        }
        if ids::is_one(ids::INVITATION, subject) {
            for tenant in self.reader.tenants_with(subject.as_str()).await? {
                person.invitations.push((TenantId::new(tenant)?, InvitationId::new(subject.as_str())?));
            }
        }
        Ok(person)
    }

    async fn read_events(&self, person: &mut Person) -> Result<(), EraseFailed> {
        let stream = StreamName {
            tenant: TenantId::new(PLATFORM_TENANT)?,
            aggregate: User::TYPE.into(),
            id: StreamId::new(person.subject.as_str())?,
        };
        let mut version = 0;
        loop {
            let page = self.reader.stream(&stream, version, PAGE_EVENTS_MAX).await?;
            for recorded in &page {
                person.is_person = true;
                person.note(&payload::read::<UserEvent>(self.reader.sealer(), recorded).await?);
                version = recorded.version;
            }
            if page.len() < PAGE_EVENTS_MAX {
                return Ok(());
            }
        }
    }

    /// Each lies under a key of its own, so each is opened.
    async fn find_invitations(&self, person: &mut Person) -> Result<(), EraseFailed> {
        let mut after = String::new();
        loop {
            let page = self.reader.begun(ids::INVITATION, &after, PAGE_EVENTS_MAX).await?;
            for recorded in &page {
                if self.is_to(recorded, &person.addresses).await? {
                    let id = InvitationId::new(recorded.stream.id.as_str())?;
                    person.invitations.push((recorded.stream.tenant.clone(), id));
                }
            }
            match page.last() {
                Some(last) if page.len() == PAGE_EVENTS_MAX => after = last.stream.id.as_str().to_owned(),
                _ => return Ok(()),
            }
        }
    }

    async fn is_to(&self, recorded: &Recorded, addresses: &Addresses) -> Result<bool, EraseFailed> {
        let event: InvitationEvent = payload::read(self.reader.sealer(), recorded).await?;
        let InvitationEvent::Sent { email, .. } = event else { return Ok(false) };
        Ok(email.get().is_some_and(|email| addresses.proven.contains(email)))
    }
}
