//! What a browser shows in the place of tokens: a text that says nothing, that no script reads, and that is sent to this
//! origin alone. What is kept of it is its hash.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::fill;
use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use domain::secret::Secret;

use super::api_keys::Hash;
use crate::http::Problem;

/// Browsers take a cookie of such a name only when it is secure, for the whole origin, and for no other host.
const NAME: &str = "__Host-sid";
const GUARDS: &str = "Path=/; Secure; HttpOnly; SameSite=Lax";
const TEXT_BYTES: usize = 32;

pub struct CookieText(Secret<String>);

impl CookieText {
    pub fn draw() -> Result<Self, Problem> {
        let mut bytes = [0; TEXT_BYTES];
        fill(&mut bytes).map_err(|_| Problem::internal())?;
        Ok(Self(Secret::new(BASE64.encode(bytes))))
    }

    /// The cookie of a request. Two of them are none of ours: a browser has one.
    pub fn shown(headers: &HeaderMap) -> Option<Self> {
        let pairs = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let pairs = pairs.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let mut found = pairs.filter(|(name, _)| *name == NAME).map(|(_, text)| text);
        let text = match (found.next(), found.next()) {
            (Some(text), None) => text,
            (None, _) => return None,
            // It is looked for as any other, and is nobody's.
            _ => "",
        };
        Some(Self(Secret::new(text.to_owned())))
    }

    pub fn hash(&self) -> Hash {
        let mut hash = Hash::default();
        hash.copy_from_slice(digest(&SHA256, self.0.reveal().as_bytes()).as_ref());
        hash
    }

    /// As a browser is told to keep it. It ends with the session, which the server knows.
    pub fn to_header(&self) -> Result<HeaderValue, Problem> {
        let text = format!("{NAME}={}; {GUARDS}", self.0.reveal());
        let mut value = HeaderValue::try_from(text).map_err(|_| Problem::internal())?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// As a browser is told to forget it.
    pub fn gone() -> HeaderValue {
        HeaderValue::from_static("__Host-sid=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(cookies: &[&str]) -> Option<Hash> {
        let mut headers = HeaderMap::new();
        for cookie in cookies {
            headers.append(COOKIE, HeaderValue::try_from(*cookie).unwrap());
        }
        CookieText::shown(&headers).map(|cookie| cookie.hash())
    }

    #[test]
    fn a_cookie_is_found_among_others_and_only_by_its_whole_name() {
        let cookie = CookieText::draw().unwrap();
        let text = cookie.0.reveal();
        let expected = Some(cookie.hash());
        assert_eq!(shown(&[&format!("{NAME}={text}")]), expected);
        assert_eq!(shown(&["a=b", &format!("theme=dark; {NAME}={text};x=y")]), expected);
        for other in [format!("sid={text}"), format!("x{NAME}={text}"), format!("a={NAME}"), String::new()] {
            assert_eq!(shown(&[&other]), None, "{other}");
        }
    }

    #[test]
    fn two_cookies_are_nobodys() {
        let text = CookieText::draw().unwrap().0.reveal().clone();
        let expected = shown(&[&format!("{NAME}=")]);
        assert_eq!(shown(&[&format!("{NAME}={text}; {NAME}={text}")]), expected);
        assert_eq!(shown(&[&format!("{NAME}={text}"), &format!("{NAME}=other")]), expected);
    }

    #[test]
    fn a_cookie_is_long_and_never_the_same_and_guarded() {
        let (one, other) = (CookieText::draw().unwrap(), CookieText::draw().unwrap());
        assert_ne!(one.hash(), other.hash());
        let header = one.to_header().unwrap();
        let text = header.to_str().unwrap();
        let (pair, guards) = text.split_once("; ").unwrap();
        assert_eq!(pair.len(), NAME.len() + 1 + 43);
        assert_eq!(guards, "Path=/; Secure; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn of_ten_thousand_cookies_no_two_are_alike_and_every_letter_is_as_likely() {
        let mut drawn = std::collections::HashSet::new();
        let mut letters = std::collections::HashMap::<char, u32>::new();
        for _ in 0..10_000 {
            let header = CookieText::draw().unwrap().to_header().unwrap();
            let (pair, _) = header.to_str().unwrap().split_once("; ").unwrap();
            let text = pair[NAME.len() + 1..].to_owned();
            // The last letter holds four bits only.
            text[..42].chars().for_each(|letter| *letters.entry(letter).or_default() += 1);
            assert!(drawn.insert(text));
        }
        // Each of 64 is expected 6 562 times; a deviation by a tenth is eight times the usual one.
        assert_eq!(letters.len(), 64);
        assert!(letters.values().all(|times| (5_900..7_225).contains(times)), "{letters:?}");
    }

    proptest! {
        /// Whatever else a browser sends: of a cookie of ours what was set is found, and without one nothing is.
        #[test]
        fn only_what_was_set_is_found(others in "[!-~ ]{0,60}", text in "[A-Za-z0-9_-]{43}") {
            prop_assume!(!others.contains(NAME));
            let expected = shown(&[&format!("{NAME}={text}")]);
            prop_assert_eq!(shown(&[&others]), None);
            let together = format!("{others}; {NAME}={text}; {others}");
            prop_assert_eq!(shown(&[&together]), expected);
            let twice = shown(&[&format!("{NAME}={text}"), &format!("{others};{NAME}={others}")]);
            prop_assert_ne!(twice, expected);
        }
    }
}
