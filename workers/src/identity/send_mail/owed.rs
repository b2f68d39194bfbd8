//! Which mail an event owes, and to which address.

use domain::identity::invitation;
use domain::identity::proof::Purpose;
use domain::identity::user::{Details, UserEvent};
use domain::identity::{Invitation, PLATFORM_TENANT, TenantId, User};
use domain::personal::Personal;
use eventstore::event::Recorded;
use eventstore::payload;
use eventstore::read::{At, Reader, StateFault};

use super::links::Links;
use super::message::Message;

/// Types of events that owe a mail.
pub const TYPES: &[&str] = &[
    "user.registered",
    "user.email_verified",
    "user.email_proof_requested",
    "user.password_reset_requested",
    "user.password_reset",
    "user.password_changed",
    "user.email_change_requested",
    "user.email_changed",
    "user.second_factor_added",
    "user.second_factor_removed",
    "user.recovery_codes_renewed",
    "user.recovery_code_used",
    "invitation.sent",
    "invitation.sent_again",
];

/// The aggregate of what is not a person's.
const INVITATION: &str = "invitation";

/// A message, whom it goes to, and what that person is called.
pub struct Owing {
    pub message: Message,
    pub address: Personal<String>,
    pub name: Option<Personal<String>>,
}

/// Nothing where there is nobody to write to, or no need.
pub async fn owing(reader: &Reader, links: &Links, recorded: &Recorded) -> Result<Option<Owing>, StateFault> {
    match &*recorded.stream.aggregate {
        INVITATION => Ok(invitation(reader, recorded).await?.map(|open| invited(links, recorded, open))),
        _ => owing_a_user(reader, links, recorded).await,
    }
}

/// The invitation as it was after the event.
async fn invitation(reader: &Reader, recorded: &Recorded) -> Result<Option<invitation::Details>, StateFault> {
    let (stream, at) = (&recorded.stream, At::Version(recorded.version));
    let found = reader.state_at::<Invitation>(&stream.tenant, stream.id.clone(), at).await?;
    Ok(found.state.open().cloned())
}

/// What whoever is invited is called is not known: they may be nobody here.
fn invited(links: &Links, recorded: &Recorded, open: invitation::Details) -> Owing {
    let stream = &recorded.stream;
    let link = links.to_tenant(Purpose::Invitation, &stream.tenant, &stream.id, &open.proof);
    Owing { message: Message::Invitation { link }, address: open.email, name: None }
}

async fn owing_a_user(
    reader: &Reader,
    links: &Links,
    recorded: &Recorded,
) -> Result<Option<Owing>, StateFault> {
    let event: UserEvent = payload::read(reader.sealer(), recorded).await?;
    let Some(details) = person(reader, recorded).await? else {
        return Ok(None);
    };
    let name = details.name.clone();
    let owing = message(links, recorded, &event, details);
    Ok(owing.map(|(message, address)| Owing { message, address, name }))
}

/// The person as they were after the event.
async fn person(reader: &Reader, recorded: &Recorded) -> Result<Option<Details>, StateFault> {
    let Ok(platform) = TenantId::new(PLATFORM_TENANT) else {
        return Ok(None);
    };
    let at = At::Version(recorded.version);
    let found = reader.state_at::<User>(&platform, recorded.stream.id.clone(), at).await?;
    Ok(found.state.details().cloned())
}

fn message(
    links: &Links,
    recorded: &Recorded,
    event: &UserEvent,
    person: Details,
) -> Option<(Message, Personal<String>)> {
    let link = |purpose, proof| links.to(purpose, &recorded.stream.id, proof);
    match event {
        UserEvent::Registered { email_verified: true, .. } | UserEvent::EmailVerified {} => {
            Some((Message::Welcome, person.email))
        }
        UserEvent::EmailProofRequested { proof } => {
            Some((Message::VerifyEmail { link: link(Purpose::VerifyEmail, proof) }, person.email))
        }
        UserEvent::PasswordResetRequested { proof } => {
            Some((Message::ResetPassword { link: link(Purpose::ResetPassword, proof) }, person.email))
        }
        UserEvent::PasswordChanged { .. } | UserEvent::PasswordReset { .. } => {
            Some((Message::PasswordChanged, person.email))
        }
        UserEvent::SecondFactorAdded { .. } => Some((Message::SecondFactorAdded, person.email)),
        UserEvent::SecondFactorRemoved {} => Some((Message::SecondFactorRemoved, person.email)),
        UserEvent::RecoveryCodesRenewed { .. } => Some((Message::RecoveryCodesRenewed, person.email)),
        UserEvent::RecoveryCodeUsed { .. } => Some((Message::RecoveryCodeUsed, person.email)),
        UserEvent::EmailChangeRequested { email, proof } => {
            Some((Message::ChangeEmail { link: link(Purpose::ChangeEmail, proof) }, email.clone()))
        }
        UserEvent::EmailChanged { previous, revert, .. } => {
            Some((Message::RevertEmail { link: link(Purpose::RevertEmail, revert) }, previous.clone()))
        }
        // Whose address waits for its proof is greeted when it is there.
        UserEvent::Registered { .. }
        | UserEvent::ProfileChanged { .. }
        | UserEvent::TenantJoined { .. }
        | UserEvent::TenantLeft { .. }
        | UserEvent::Discarded {}
        | UserEvent::Erased {}
        | UserEvent::SignInsFailed { .. }
        | UserEvent::Suspended { .. }
        | UserEvent::Restored { .. }
        | UserEvent::Deleted {}
        | UserEvent::Exported {}
        | UserEvent::EmailReverted { .. } => None,
    }
}
