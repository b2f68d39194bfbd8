//! Erasing a person: everything that is good for something ends, the log says so, and their keys are destroyed.
//!
//! Each step may be repeated and none is undone, so an erasure that was cut short is carried out again from its beginning.
//! Rows come first, then events, then the ledger, and the keys last: until then everything that has to be found with
//! their help can be found. See `docs/decisions/0028-erasing-a-person.md`.

mod leaving;
mod person;
mod proof;
mod told;

pub use person::Person;
pub use told::{Told, came};

use std::path::PathBuf;

use domain::id::NotAnId;
use domain::identity::TenantId;
use domain::identity::UserId;
use domain::identity::session::EndReason;
use domain::personal::SubjectId;
use eventstore::database::Unfit;
use eventstore::erasure::{ProofFailed, ShredFailed, Shredder, file_beside, forget_failures};
use eventstore::execute::{CommandError, Executor};
use eventstore::fail_points::{FailPoint, pass};
use eventstore::payload::ReadFault;
use eventstore::read::{Reader, StateFault};
use serde::Serialize;
use uuid::Uuid;

use super::kept::{KeptTables, Which};

#[derive(Debug, thiserror::Error)]
pub enum EraseFailed {
    #[error("nothing is known of a subject {0}")]
    Unknown(SubjectId),
    #[error("what is kept of people cannot be read or written")]
    Kept(#[from] sqlx::Error),
    #[error(transparent)]
    Read(#[from] ReadFault),
    #[error(transparent)]
    State(#[from] StateFault),
    #[error("the log cannot be written")]
    Command(#[from] CommandError),
    #[error(transparent)]
    Shred(#[from] ShredFailed),
    #[error(transparent)]
    Proof(#[from] ProofFailed),
    #[error(transparent)]
    Unfit(#[from] Unfit),
    #[error("what is kept names nothing")]
    NotAnId(#[from] NotAnId),
}

/// What was done, in numbers. Never what was erased.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Erased {
    pub subject: String,
    /// Keys destroyed: the person's own, and those of invitations to their addresses.
    pub keys: u64,
    pub sessions: u64,
    pub passwords: u64,
    pub api_keys: u64,
    pub names: u64,
    pub invitations: u64,
    pub tenants_left: u64,
    /// They are the last owner, and stay it by their id: hand over or close these.
    pub still_owner_of: Vec<TenantId>,
}

pub struct ErasingParts {
    pub database_url: String,
    pub nats_url: Option<String>,
    pub checkpoints: PathBuf,
    pub checkpoint_signing: [u8; 32],
    pub kept: KeptTables,
    pub executor: Executor,
    pub reader: Reader,
}

/// Whoever erases people.
pub struct Erasing {
    database_url: String,
    nats_url: Option<String>,
    shredder: Shredder,
    kept: KeptTables,
    executor: Executor,
    reader: Reader,
}

/// In whose name it is done, and as part of which operation.
#[derive(Clone, Copy)]
pub struct By<'a> {
    pub actor: &'a str,
    pub correlation: Uuid,
}

impl Erasing {
    pub fn new(parts: ErasingParts) -> Self {
        let ErasingParts { database_url, nats_url, checkpoints, checkpoint_signing, kept, executor, reader } =
            parts;
        let shredder = Shredder::new(&database_url, &file_beside(&checkpoints), &checkpoint_signing);
        Self { database_url, nats_url, shredder, kept, executor, reader }
    }

    /// Erases somebody who was looked at.
    pub async fn erase(&self, person: &Person, by: By<'_>) -> Result<Erased, EraseFailed> {
        let mut erased = Erased { subject: person.subject.as_str().to_owned(), ..Erased::default() };
        self.end_rows(person, &mut erased).await?;
        pass(FailPoint::AfterErasedRows);
        self.leave(person, by, &mut erased).await?;
        pass(FailPoint::AfterErasedEvent);
        let position = self.reader.head().await?;
        erased.keys = self.shredder.shred(&person.subjects(), position).await?;
        // Once more: what was under way when it began may have written after it.
        self.end_rows(person, &mut erased).await?;
        Ok(erased)
    }

    /// What lets somebody in, or holds what they are called. The sweeper tells of the ends.
    async fn end_rows(&self, person: &Person, erased: &mut Erased) -> Result<(), EraseFailed> {
        let user: UserId = UserId::new(person.subject.as_str())?;
        let ended = self.kept.revoke_sessions(&user, Which::AllBut(None), EndReason::Erased).await?;
        erased.sessions += ended.len() as u64;
        self.kept.forget_clients_of(&user).await?;
        self.kept.drop_devices_of(&user).await?;
        erased.passwords += self.kept.drop_credentials_of(&user).await?;
        erased.api_keys += self.kept.revoke_keys_everywhere(&user).await?;
        let texts: Vec<String> = person.long_texts();
        self.kept.drop_kept_mails(&texts).await?;
        forget_failures(&self.database_url, &texts).await?;
        Ok(())
    }
}
