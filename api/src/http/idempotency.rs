//! `Idempotency-Key`: one key, one outcome. A caller that sends none is given one, so that it can ask again after an
//! answer that leaves the outcome open.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

use super::problem::Problem;

pub(super) const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
pub(super) const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Longest key.
const LENGTH_MAX: usize = 255;

/// The key of a request, sent or drawn.
#[derive(Debug, Clone)]
pub struct IdempotencyKey(HeaderValue);

impl IdempotencyKey {
    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    pub(super) fn to_header(&self) -> HeaderValue {
        self.0.clone()
    }

    fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        let mut sent = headers.get_all(HEADER).iter();
        match (sent.next(), sent.next()) {
            (None, _) => Self::draw(),
            (Some(value), None) if is_key(value.as_bytes()) => Ok(Self(value.clone())),
            _ => Err(bad_key()),
        }
    }

    #[cfg(test)]
    pub fn for_test(key: &str) -> Self {
        Self(HeaderValue::from_str(key).unwrap())
    }

    fn draw() -> Result<Self, Problem> {
        let drawn = Uuid::now_v7().to_string();
        HeaderValue::try_from(drawn).map(Self).map_err(|_| Problem::internal())
    }
}

fn is_key(text: &[u8]) -> bool {
    (1..=LENGTH_MAX).contains(&text.len()) && text.iter().all(u8::is_ascii_graphic)
}

fn bad_key() -> Problem {
    let detail =
        format!("An Idempotency-Key has 1 to {LENGTH_MAX} visible ASCII characters and is sent once.");
    Problem::malformed("bad_idempotency_key", detail)
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::of(&parts.headers)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(keys: &[&str]) -> Result<IdempotencyKey, Problem> {
        let mut headers = HeaderMap::new();
        keys.iter().for_each(|key| {
            headers.append(HEADER, HeaderValue::from_str(key).unwrap());
        });
        IdempotencyKey::of(&headers)
    }

    #[test]
    fn a_key_is_visible_ascii_of_bounded_length_and_stands_alone() {
        assert_eq!(of(&["a-1"]).unwrap().as_str(), "a-1");
        assert!(of(&["x".repeat(LENGTH_MAX).as_str()]).is_ok());
        for bad in [&["x".repeat(LENGTH_MAX + 1).as_str()][..], &["a b"], &[""], &["ä"], &["a", "a"]] {
            assert_eq!(of(bad).unwrap_err().code(), "bad_idempotency_key", "{bad:?}");
        }
    }

    #[test]
    fn without_a_key_each_request_is_given_one_of_its_own() {
        assert_ne!(of(&[]).unwrap().as_str(), of(&[]).unwrap().as_str());
    }

    proptest! {
        #[test]
        fn whatever_comes_is_taken_as_it_is_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let Ok(value) = HeaderValue::from_bytes(&bytes) else { return Ok(()) };
            let taken = IdempotencyKey::of(&HeaderMap::from_iter([(HEADER, value)]));
            let is_good = (1..=LENGTH_MAX).contains(&bytes.len()) && bytes.iter().all(|byte| (33..127).contains(byte));
            prop_assert_eq!(taken.is_ok(), is_good);
            if let Ok(key) = taken {
                prop_assert_eq!(key.as_str().as_bytes(), bytes);
            }
        }
    }
}
