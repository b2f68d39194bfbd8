//! Seals personal data on its way into the log and opens it on its way out, with one key per person.
//!
//! A person's key lies in `subject_keys`, wrapped by a key of the node's key folder. Destroying the row's key
//! makes everything sealed with it unreadable: in events, snapshots, the broker, exports and backups alike.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::rand::fill;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use domain::identity::PLATFORM_TENANT;
use domain::personal::{Seal, SealError, SubjectId, under_seal};
use quick_cache::sync::Cache;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::PgPool;
use uuid::Uuid;

use crate::event::StreamName;
use crate::keyring::wrapped::of_subject;
use crate::keyring::{Keyring, KeyringFault};
use crate::keys::Keys;
use crate::load::in_time;

/// Keys of people that a node holds at once.
const KEYS_HELD: usize = 10_000;
/// After this long a node asks again, so that an erasure takes effect everywhere.
const KEY_AGE_MAX: Duration = Duration::from_secs(60);
/// Different people that one value may speak of.
const SUBJECTS_MAX: usize = 1_000;

#[derive(Debug, thiserror::Error)]
pub enum SealFault {
    #[error("the key of subject {0} is missing")]
    KeyMissing(SubjectId),
    #[error("the key of subject {subject} cannot be unwrapped")]
    Keyring { subject: SubjectId, source: KeyringFault },
    #[error("the key of subject {0} does not unwrap")]
    Unwrap(SubjectId),
    #[error("the subject {0} was erased: nothing new about it can be recorded")]
    Erased(SubjectId),
    #[error("more than {SUBJECTS_MAX} subjects in one value")]
    TooManySubjects,
    #[error("the keys of subjects cannot be reached")]
    Database(#[from] sqlx::Error),
    #[error("the value cannot be written or read")]
    Json(#[from] serde_json::Error),
}

/// What a sealed text is bound to: moved elsewhere it does not open. Most values have nothing to seal, so it is
/// written out only where something is.
#[derive(Debug, Clone)]
pub enum Place {
    Event(Uuid),
    Snapshot { stream: StreamName, version: i64 },
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Event(id) => write!(formatter, "event:{id}"),
            Self::Snapshot { stream, version } => write!(formatter, "snapshot:{stream}:{version}"),
        }
    }
}

#[derive(Clone)]
enum SubjectKey {
    Live(Arc<RandomizedNonceKey>),
    Erased,
}

pub struct Sealer {
    keyring: Keyring,
    pool: PgPool,
    held: Cache<SubjectId, (Instant, SubjectKey)>,
}

/// What to do about a subject without a key.
#[derive(Clone, Copy)]
enum Absent {
    Make,
    Fail,
}

impl Sealer {
    pub fn new(keys: Arc<Keys>, pool: PgPool) -> Self {
        Self { keyring: Keyring::new(keys, pool.clone()), pool, held: Cache::new(KEYS_HELD) }
    }

    /// Writes a value as JSON with its personal fields sealed. The sealed text is bound to
    /// `place`.
    pub async fn write<T: Serialize>(&self, place: &Place, value: &T) -> Result<String, SealFault> {
        self.with_keys(place, Absent::Make, || serde_json::to_string(value)).await
    }

    /// Reads what [`Sealer::write`] wrote for the same place.
    pub async fn read<T: DeserializeOwned>(&self, place: &Place, text: &str) -> Result<T, SealFault> {
        self.read_with(place, || serde_json::from_str(text)).await
    }

    /// Asks again for the keys of these: they were destroyed.
    pub(crate) fn forget(&self, subjects: &[SubjectId]) {
        subjects.iter().for_each(|subject| {
            self.held.remove(subject);
        });
    }

    /// Runs `work`, which reads what was sealed for a place. It may run several times.
    pub(crate) async fn read_with<R>(
        &self,
        place: &Place,
        work: impl Fn() -> serde_json::Result<R>,
    ) -> Result<R, SealFault> {
        self.with_keys(place, Absent::Fail, work).await
    }

    /// Runs `work` under the keys at hand and, whenever it stops for want of one, fetches that and runs it again.
    async fn with_keys<R>(
        &self,
        place: &Place,
        absent: Absent,
        work: impl Fn() -> serde_json::Result<R>,
    ) -> Result<R, SealFault> {
        let mut at_hand = HashMap::new();
        loop {
            let attempt = attempt(place, at_hand, &work);
            let Some((subject, stop)) = attempt.stopped_by else {
                return Ok(attempt.result?);
            };
            if stop == SealError::Erased {
                return Err(SealFault::Erased(subject));
            }
            at_hand = attempt.at_hand;
            if at_hand.len() == SUBJECTS_MAX {
                return Err(SealFault::TooManySubjects);
            }
            let key = self.key(&subject, absent).await?;
            at_hand.insert(subject, key);
        }
    }

    async fn key(&self, subject: &SubjectId, absent: Absent) -> Result<SubjectKey, SealFault> {
        if let Some((since, key)) = self.held.get(subject)
            && since.elapsed() < KEY_AGE_MAX
        {
            return Ok(key);
        }
        let key = match (self.stored_key(subject).await?, absent) {
            (Some(key), _) => key,
            (None, Absent::Fail) => return Err(SealFault::KeyMissing(subject.clone())),
            (None, Absent::Make) => {
                self.make_key(subject).await?;
                // Read back: another node may have been first.
                self.stored_key(subject).await?.ok_or_else(|| SealFault::KeyMissing(subject.clone()))?
            }
        };
        self.held.insert(subject.clone(), (Instant::now(), key.clone()));
        Ok(key)
    }

    async fn stored_key(&self, subject: &SubjectId) -> Result<Option<SubjectKey>, SealFault> {
        let asking = sqlx::query_as("select wrapped from subject_keys where tenant = $1 and subject = $2")
            .bind(PLATFORM_TENANT)
            .bind(subject.as_str())
            .fetch_optional(&self.pool);
        let row: Option<(Option<Vec<u8>>,)> = in_time(asking).await?;
        match row {
            None => Ok(None),
            Some((None,)) => Ok(Some(SubjectKey::Erased)),
            Some((Some(wrapped),)) => self.unwrap(subject, &wrapped).map(Some),
        }
    }

    fn unwrap(&self, subject: &SubjectId, wrapped: &[u8]) -> Result<SubjectKey, SealFault> {
        let key = self.keyring.open(&of_subject(subject.as_str()), wrapped).map_err(|fault| match fault {
            KeyringFault::Broken(_) => SealFault::Unwrap(subject.clone()),
            source => SealFault::Keyring { subject: subject.clone(), source },
        })?;
        let key = cipher(&key).ok_or_else(|| SealFault::Unwrap(subject.clone()))?;
        Ok(SubjectKey::Live(Arc::new(key)))
    }

    async fn make_key(&self, subject: &SubjectId) -> Result<(), SealFault> {
        let fault = |source| SealFault::Keyring { subject: subject.clone(), source };
        let mut key = [0; 32];
        fill(&mut key).map_err(|_| fault(KeyringFault::NoCipher))?;
        let sealed = self.keyring.seal(&of_subject(subject.as_str()), &key).await.map_err(fault)?;
        let making = sqlx::query(
            "insert into subject_keys(tenant, subject, kek, wrapped) values ($1, $2, $3, $4) on conflict do nothing",
        )
        .bind(PLATFORM_TENANT)
        .bind(subject.as_str())
        .bind(sealed.kek)
        .bind(sealed.bytes)
        .execute(&self.pool);
        in_time(making).await?;
        Ok(())
    }
}

struct Attempt<R> {
    result: serde_json::Result<R>,
    at_hand: HashMap<SubjectId, SubjectKey>,
    stopped_by: Option<(SubjectId, SealError)>,
}

/// One run of `work`. Waits for nothing, so the seal in force stays on its thread.
fn attempt<R>(
    place: &Place,
    at_hand: HashMap<SubjectId, SubjectKey>,
    work: impl Fn() -> serde_json::Result<R>,
) -> Attempt<R> {
    let seal = Rc::new(KeysAtHand { place: place.clone(), at_hand, stopped_by: RefCell::new(None) });
    let result = under_seal(seal.clone(), work);
    match Rc::try_unwrap(seal) {
        Ok(seal) => Attempt { result, at_hand: seal.at_hand, stopped_by: seal.stopped_by.into_inner() },
        Err(_) => unreachable!("no value keeps the seal that it was written under"),
    }
}

struct KeysAtHand {
    place: Place,
    at_hand: HashMap<SubjectId, SubjectKey>,
    /// The subject and the reason that ended an attempt: serde carries errors as text only.
    stopped_by: RefCell<Option<(SubjectId, SealError)>>,
}

impl KeysAtHand {
    fn stop(&self, subject: &SubjectId, error: SealError) -> SealError {
        *self.stopped_by.borrow_mut() = Some((subject.clone(), error.clone()));
        error
    }
}

impl Seal for KeysAtHand {
    fn seal(&self, subject: &SubjectId, plain: &[u8]) -> Result<String, SealError> {
        match self.at_hand.get(subject) {
            None => Err(self.stop(subject, SealError::KeyNotAtHand)),
            Some(SubjectKey::Erased) => Err(self.stop(subject, SealError::Erased)),
            Some(SubjectKey::Live(key)) => {
                let sealed = seal(key, &self.place.to_string(), plain).ok_or(SealError::Broken)?;
                Ok(BASE64.encode(sealed))
            }
        }
    }

    fn open(&self, subject: &SubjectId, sealed: &str) -> Result<Option<Vec<u8>>, SealError> {
        match self.at_hand.get(subject) {
            None => Err(self.stop(subject, SealError::KeyNotAtHand)),
            Some(SubjectKey::Erased) => Ok(None),
            Some(SubjectKey::Live(key)) => {
                let sealed = BASE64.decode(sealed).map_err(|_| SealError::Broken)?;
                open(key, &self.place.to_string(), &sealed).map(Some).ok_or(SealError::Broken)
            }
        }
    }
}

pub(crate) fn cipher(key: &[u8]) -> Option<RandomizedNonceKey> {
    RandomizedNonceKey::new(&AES_256_GCM, key).ok()
}

/// Nonce, then cipher text and tag.
pub(crate) fn seal(key: &RandomizedNonceKey, place: &str, plain: &[u8]) -> Option<Vec<u8>> {
    let mut text = plain.to_vec();
    let nonce = key.seal_in_place_append_tag(Aad::from(place.as_bytes()), &mut text).ok()?;
    let mut sealed = nonce.as_ref().to_vec();
    sealed.append(&mut text);
    Some(sealed)
}

pub(crate) fn open(key: &RandomizedNonceKey, place: &str, sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, text) = sealed.split_at_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut text = text.to_vec();
    let plain = key.open_in_place(nonce, Aad::from(place.as_bytes()), &mut text).ok()?;
    Some(plain.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_text_opens_only_at_its_place() {
        let key = cipher(&[7; 32]).unwrap();
        let sealed = seal(&key, "here", b"ana@example.org").unwrap();
        assert_eq!(open(&key, "here", &sealed).unwrap(), b"ana@example.org");
        assert_eq!(open(&key, "elsewhere", &sealed), None);
        assert_eq!(open(&cipher(&[8; 32]).unwrap(), "here", &sealed), None);
        assert_eq!(open(&key, "here", &sealed[..8]), None);
    }

    #[test]
    fn the_same_text_never_seals_to_the_same_bytes() {
        let key = cipher(&[7; 32]).unwrap();
        assert_ne!(seal(&key, "here", b"x"), seal(&key, "here", b"x"));
    }
}
