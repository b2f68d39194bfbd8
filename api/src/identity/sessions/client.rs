//! What a caller calls itself, for its person to know it by in the list of sessions. It is believed in nothing.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;

const LENGTH_MAX: usize = 200;

pub struct Client(Option<String>);

impl Client {
    pub fn name(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// Nothing of a name but what can be shown on a line.
    fn of(text: &str) -> Self {
        let shown: String = text.chars().filter(|letter| !letter.is_control()).take(LENGTH_MAX).collect();
        let shown = shown.trim();
        Self((!shown.is_empty()).then(|| shown.to_owned()))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let text = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
        Ok(Self::of(text.unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_of_bounded_length() {
        assert_eq!(Client::of(" curl/8.0 ").name(), Some("curl/8.0"));
        assert_eq!(Client::of("a\u{1b}[31mb\r\n").name(), Some("a[31mb"));
        assert_eq!(Client::of(" \t").name(), None);
        assert_eq!(Client::of(&"x".repeat(500)).name().map(str::len), Some(LENGTH_MAX));
    }
}
