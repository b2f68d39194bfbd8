//! The SHA-256 that names stored bytes within a tenant. In a cell it stands in place of an address, as `blob:` and 64 digits: no
//! caller can write that, since addresses that are written begin with `http`.

use std::fmt;

pub const BYTES: usize = 32;
const SCHEME: &str = "blob:";

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlobHash([u8; BYTES]);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a hash is 64 digits of 0-9 a-f")]
pub struct NoHash;

impl BlobHash {
    pub fn new(bytes: [u8; BYTES]) -> Self {
        Self(bytes)
    }

    pub fn parse(text: &str) -> Result<Self, NoHash> {
        let digits = text.as_bytes();
        if digits.len() != 2 * BYTES {
            return Err(NoHash);
        }
        let mut bytes = [0; BYTES];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Ok(Self(bytes))
    }

    pub fn as_bytes(&self) -> &[u8; BYTES] {
        &self.0
    }

    /// What stands in a cell.
    pub fn to_url(self) -> String {
        format!("{SCHEME}{self}")
    }

    /// Nothing for an address of the web.
    pub fn of_url(url: &str) -> Option<Self> {
        Self::parse(url.strip_prefix(SCHEME)?).ok()
    }
}

/// One spelling for each hash.
fn digit(letter: u8) -> Result<u8, NoHash> {
    match letter {
        b'0'..=b'9' => Ok(letter - b'0'),
        b'a'..=b'f' => Ok(letter - b'a' + 10),
        _ => Err(NoHash),
    }
}

impl fmt::Display for BlobHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for BlobHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_of_the_web_names_no_stored_bytes() {
        for other in ["https://example.org/a", "blob:", "blob:../secrets", "blob:https://example.org/a", ""] {
            assert_eq!(BlobHash::of_url(other), None, "{other}");
        }
        let upper = format!("blob:{}", "AB".repeat(BYTES));
        assert_eq!(BlobHash::of_url(&upper), None);
    }

    proptest! {
        #[test]
        fn a_hash_comes_back_as_it_was_written(bytes: [u8; BYTES]) {
            let hash = BlobHash::new(bytes);
            prop_assert_eq!(BlobHash::parse(&hash.to_string()), Ok(hash));
            prop_assert_eq!(BlobHash::of_url(&hash.to_url()), Some(hash));
        }

        #[test]
        fn whatever_comes_is_a_hash_or_none(text in "\\PC{0,80}|[0-9a-fé]{62,64}") {
            if let Ok(hash) = BlobHash::parse(&text) {
                prop_assert_eq!(hash.to_string(), text);
            }
        }
    }
}
