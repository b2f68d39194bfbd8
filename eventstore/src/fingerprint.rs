//! Fingerprints of requests: whether a key is used again for the same thing, or for another.
//!
//! A plain hash of a request that carries a password would let whoever reads the table guess it; so it is an HMAC
//! under a key that lies outside the database, and `Secret` fields are no part of it.

use std::rc::Rc;

use aws_lc_rs::hmac;
use domain::personal::{Seal, SealError, SubjectId, under_seal};
use serde::Serialize;

use crate::keys::Keys;

/// HMAC-SHA-256 over the parsed request.
pub type Fingerprint = [u8; 32];

pub fn of<T: Serialize>(keys: &Keys, request: &T) -> serde_json::Result<Fingerprint> {
    let text = under_seal(Rc::new(PlainText), || serde_json::to_vec(request))?;
    Ok(tag(&keys.request_mac, &text))
}

/// The key under which a personal name is reserved: the same everywhere, and telling nothing about the name.
pub fn look_up_key(keys: &Keys, normalized: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(tag(&keys.look_up, normalized.as_bytes()))
}

fn tag(key: &hmac::Key, text: &[u8]) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(hmac::sign(key, text).as_ref());
    bytes
}

/// Personal data goes into the HMAC as it is; nothing of the text is kept.
struct PlainText;

impl Seal for PlainText {
    fn seal(&self, _: &SubjectId, plain: &[u8]) -> Result<String, SealError> {
        String::from_utf8(plain.to_vec()).map_err(|_| SealError::Broken)
    }

    fn open(&self, _: &SubjectId, _: &str) -> Result<Option<Vec<u8>>, SealError> {
        Err(SealError::Broken)
    }
}

#[cfg(test)]
mod tests {
    use domain::personal::Personal;
    use domain::secret::Secret;

    use super::*;

    #[derive(Serialize)]
    struct Body {
        email: Personal<String>,
        password: Secret<String>,
    }

    fn fingerprint(keys: &Keys, email: &str, password: &str) -> Fingerprint {
        let subject = SubjectId::new("ana").unwrap();
        let body =
            Body { email: Personal::new(subject, email.into()), password: Secret::new(password.into()) };
        of(keys, &body).unwrap()
    }

    #[test]
    fn everything_counts_but_secrets() {
        let folder = tempfile::tempdir().unwrap();
        let keys = Keys::open(folder.path(), &[1], |_| true).unwrap();
        let first = fingerprint(&keys, "ana@example.org", "one");
        assert_eq!(fingerprint(&keys, "ana@example.org", "two"), first);
        assert_ne!(fingerprint(&keys, "bob@example.org", "one"), first);
    }
}
