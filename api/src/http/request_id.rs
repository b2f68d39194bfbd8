//! Every answer carries `X-Request-Id`: the caller's own if it is harmless, else a new one.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

pub(super) const HEADER: HeaderName = HeaderName::from_static("x-request-id");
const LENGTH_MIN: usize = 8;
const LENGTH_MAX: usize = 64;

/// The id of a request, for log lines and for handlers.
#[derive(Debug, Clone)]
pub struct RequestId(HeaderValue);

impl RequestId {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        match headers.get(HEADER) {
            Some(value) if is_harmless(value.as_bytes()) => Self(value.clone()),
            _ => Self::draw(),
        }
    }

    fn draw() -> Self {
        let mut text = Uuid::encode_buffer();
        let text = Uuid::now_v7().hyphenated().encode_lower(&mut text);
        Self(HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static("unknown")))
    }

    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    pub(super) fn to_header(&self) -> HeaderValue {
        self.0.clone()
    }
}

/// A foreign id ends up in our log lines: nothing in it may look like anything else.
fn is_harmless(text: &[u8]) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
    (LENGTH_MIN..=LENGTH_MAX).contains(&text.len()) && text.iter().all(is_plain)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_a_harmless_id_is_taken_over() {
        let of = |sent: &str| {
            let headers = HeaderMap::from_iter([(HEADER, HeaderValue::from_str(sent).unwrap())]);
            RequestId::of(&headers).as_str().to_owned()
        };
        for good in ["abc.DEF_9-", "12345678", &"x".repeat(LENGTH_MAX)] {
            assert_eq!(of(good), good);
        }
        for bad in ["1234567", &"x".repeat(LENGTH_MAX + 1), "<script>", "a b c d e", "level=error"] {
            assert_ne!(of(bad), bad);
            assert_eq!(of(bad).len(), 36);
        }
    }

    proptest! {
        /// It goes into log lines as it is.
        #[test]
        fn whatever_comes_the_id_is_harmless(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let Ok(value) = HeaderValue::from_bytes(&bytes) else { return Ok(()) };
            let id = RequestId::of(&HeaderMap::from_iter([(HEADER, value)]));
            prop_assert!(is_harmless(id.as_str().as_bytes()));
            prop_assert_eq!(id.as_str().as_bytes() == bytes, is_harmless(&bytes));
        }
    }
}
