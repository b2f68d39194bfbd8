//! Personal data: what belongs to a person, and must be unreadable once that person's key is destroyed.
//!
//! `Personal<T>` can only be written or read while a [`Seal`] is in force. The event log puts one in force around
//! each serialization; everywhere else writing one is an error, so plain text cannot leak by accident.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use serde::de::{DeserializeOwned, Error as _};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::id::Id;

/// Marks the ids of the people whom data is about.
pub struct Subject;
pub type SubjectId = Id<Subject>;

/// A value about a person, sealed with that person's key wherever it is stored. `None` inside: erased.
#[derive(Clone, PartialEq)]
pub struct Personal<T> {
    subject: SubjectId,
    value: Option<T>,
}

impl<T> Personal<T> {
    pub fn new(subject: SubjectId, value: T) -> Self {
        Self { subject, value: Some(value) }
    }

    pub fn subject(&self) -> &SubjectId {
        &self.subject
    }

    /// The value, or nothing once its subject was erased.
    pub fn get(&self) -> Option<&T> {
        self.value.as_ref()
    }

    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.value.as_mut()
    }
}

/// Turns plain text into sealed text and back, with the key of a subject.
pub trait Seal {
    fn seal(&self, subject: &SubjectId, plain: &[u8]) -> Result<String, SealError>;
    /// `None` when the subject's key was destroyed.
    fn open(&self, subject: &SubjectId, sealed: &str) -> Result<Option<Vec<u8>>, SealError>;
    /// Whether values are written in plain: for people who may see them, never for anything that is stored.
    fn leaves_open(&self) -> bool {
        false
    }
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SealError {
    #[error("personal data outside a seal")]
    OutsideSeal,
    #[error("the key of this subject is not at hand")]
    KeyNotAtHand,
    #[error("the subject was erased")]
    Erased,
    #[error("sealed data does not open with its key")]
    Broken,
}

thread_local! {
    static IN_FORCE: RefCell<Vec<Rc<dyn Seal>>> = const { RefCell::new(Vec::new()) };
}

/// Runs `work`, which must not wait, with `seal` in force on this thread.
pub fn under_seal<R>(seal: Rc<dyn Seal>, work: impl FnOnce() -> R) -> R {
    struct Lift;
    impl Drop for Lift {
        fn drop(&mut self) {
            IN_FORCE.with_borrow_mut(|seals| seals.pop());
        }
    }
    IN_FORCE.with_borrow_mut(|seals| seals.push(seal));
    let _lift = Lift;
    work()
}

fn in_force() -> Result<Rc<dyn Seal>, SealError> {
    IN_FORCE.with_borrow(|seals| seals.last().cloned()).ok_or(SealError::OutsideSeal)
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    subject: SubjectId,
    sealed: Option<String>,
}

impl<T: Serialize> Serialize for Personal<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let seal = in_force().map_err(S::Error::custom)?;
        if seal.leaves_open() {
            return self.value.serialize(serializer);
        }
        let sealed = match &self.value {
            None => None,
            Some(value) => {
                let plain = serde_json::to_vec(value).map_err(S::Error::custom)?;
                Some(seal.seal(&self.subject, &plain).map_err(S::Error::custom)?)
            }
        };
        Sealed { subject: self.subject.clone(), sealed }.serialize(serializer)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Personal<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Sealed { subject, sealed } = Sealed::deserialize(deserializer)?;
        let plain = match sealed {
            None => None,
            Some(sealed) => {
                let seal = in_force().map_err(D::Error::custom)?;
                seal.open(&subject, &sealed).map_err(D::Error::custom)?
            }
        };
        let value =
            plain.map(|plain| serde_json::from_slice(&plain)).transpose().map_err(D::Error::custom)?;
        Ok(Self { subject, value })
    }
}

impl<T> fmt::Debug for Personal<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Personal(of {:?})", self.subject)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Reverse;

    impl Seal for Reverse {
        fn seal(&self, _: &SubjectId, plain: &[u8]) -> Result<String, SealError> {
            Ok(String::from_utf8_lossy(plain).chars().rev().collect())
        }
        fn open(&self, subject: &SubjectId, sealed: &str) -> Result<Option<Vec<u8>>, SealError> {
            let erased = subject.as_str() == "erased";
            Ok((!erased).then(|| sealed.chars().rev().collect::<String>().into_bytes()))
        }
    }

    fn personal(subject: &str) -> Personal<String> {
        Personal::new(SubjectId::new(subject).unwrap(), "ana@example.org".into())
    }

    #[test]
    fn nothing_is_written_outside_a_seal() {
        let error = serde_json::to_string(&personal("ana")).unwrap_err();
        assert_eq!(error.to_string(), SealError::OutsideSeal.to_string());
    }

    #[test]
    fn what_is_sealed_opens_again_and_hides_the_plain_text() {
        let text = under_seal(Rc::new(Reverse), || serde_json::to_string(&personal("ana")).unwrap());
        assert!(!text.contains("example.org"), "{text}");
        let back: Personal<String> = under_seal(Rc::new(Reverse), || serde_json::from_str(&text).unwrap());
        assert_eq!(back, personal("ana"));
    }

    #[test]
    fn an_erased_subject_reads_as_nothing_and_stays_so() {
        let text = under_seal(Rc::new(Reverse), || serde_json::to_string(&personal("erased")).unwrap());
        let back: Personal<String> = under_seal(Rc::new(Reverse), || serde_json::from_str(&text).unwrap());
        assert_eq!(back.get(), None);
        let again = under_seal(Rc::new(Reverse), || serde_json::to_string(&back).unwrap());
        assert_eq!(again, r#"{"subject":"erased","sealed":null}"#);
    }

    struct LeftOpen;

    impl Seal for LeftOpen {
        fn seal(&self, _: &SubjectId, _: &[u8]) -> Result<String, SealError> {
            Err(SealError::OutsideSeal)
        }
        fn open(&self, _: &SubjectId, _: &str) -> Result<Option<Vec<u8>>, SealError> {
            Err(SealError::OutsideSeal)
        }
        fn leaves_open(&self) -> bool {
            true
        }
    }

    #[test]
    fn what_is_left_open_is_the_value_alone_and_null_once_erased() {
        let shown = |value: &Personal<String>| {
            under_seal(Rc::new(LeftOpen), || serde_json::to_string(value).unwrap())
        };
        assert_eq!(shown(&personal("ana")), r#""ana@example.org""#);
        let erased = Personal::<String> { subject: SubjectId::new("ana").unwrap(), value: None };
        assert_eq!(shown(&erased), "null");
    }

    #[test]
    fn debug_output_names_the_subject_only() {
        assert_eq!(format!("{:?}", personal("ana")), "Personal(of \"ana\")");
    }
}
