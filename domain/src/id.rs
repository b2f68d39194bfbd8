//! Names of things: short, safe in URLs, subjects and file names, and typed by what they name.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// Longest id the log stores.
pub const LENGTH_MAX: usize = 64;

/// The id of a `Kind`: 1 to 64 characters of `A-Z a-z 0-9 _ -`. Cheap to clone.
pub struct Id<Kind> {
    text: Arc<str>,
    kind: PhantomData<fn() -> Kind>,
}

/// Why a text is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an id has 1 to {LENGTH_MAX} characters of A-Z, a-z, 0-9, _ and -")]
pub struct NotAnId;

impl<Kind> Id<Kind> {
    pub fn new(text: impl Into<Arc<str>>) -> Result<Self, NotAnId> {
        let text = text.into();
        if is_id(&text) { Ok(Self { text, kind: PhantomData }) } else { Err(NotAnId) }
    }

    /// A number that was drawn or reckoned, behind a few letters that say what it names.
    pub(crate) fn numbered(letters: &'static str, number: Uuid) -> Self {
        debug_assert!(is_id(letters) && letters.len() < LENGTH_MAX / 2, "{letters}");
        Self { text: format!("{letters}_{}", number.simple()).into(), kind: PhantomData }
    }

    /// The same text, where what it names is seen as something else.
    pub fn seen_as<Other>(&self) -> Id<Other> {
        Id { text: Arc::clone(&self.text), kind: PhantomData }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Whether a text may name something in the log.
pub fn is_id(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    (1..=LENGTH_MAX).contains(&text.len()) && text.bytes().all(allowed)
}

impl<Kind> Clone for Id<Kind> {
    fn clone(&self) -> Self {
        Self { text: Arc::clone(&self.text), kind: PhantomData }
    }
}

impl<Kind> PartialEq for Id<Kind> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<Kind> Eq for Id<Kind> {}

impl<Kind> PartialOrd for Id<Kind> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<Kind> Ord for Id<Kind> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl<Kind> Hash for Id<Kind> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl<Kind> fmt::Debug for Id<Kind> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}", self.as_str())
    }
}

impl<Kind> fmt::Display for Id<Kind> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl<Kind> Serialize for Id<Kind> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de, Kind> Deserialize<'de> for Id<Kind> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_short_and_safe_everywhere() {
        for good in ["a", "usr_01H-x", &"x".repeat(LENGTH_MAX)] {
            assert!(is_id(good), "{good}");
        }
        for bad in ["", "a.b", "a/b", "ä", "a b", "a\0", &"x".repeat(LENGTH_MAX + 1)] {
            assert!(!is_id(bad), "{bad}");
        }
    }
}
