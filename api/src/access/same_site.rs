//! What a page of somebody else may make a browser do with a cookie of ours: nothing. Browsers say where a request comes
//! from (Fetch Metadata); from those that do not, the origin has to be ours.

use axum::http::header::{CONTENT_TYPE, HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};

use crate::http::Problem;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// What answers to whoever shows a cookie depend on.
pub const VARY: HeaderValue = HeaderValue::from_static("Cookie, Origin, Sec-Fetch-Site");

/// Whether a request by cookie may go on.
pub fn check(method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
    if !is_from_here(method, headers) {
        return Err(cross_site());
    }
    // Forms of other sites send everything but this.
    match headers.get(CONTENT_TYPE) {
        Some(sent) if !method.is_safe() && !is_json(sent) => Err(Problem::not_json()),
        _ => Ok(()),
    }
}

/// A stream goes on without end, so nothing but a page of ours begins one.
pub fn check_stream(headers: &HeaderMap) -> Result<(), Problem> {
    if site(headers) == Some("same-origin") { Ok(()) } else { Err(cross_site()) }
}

fn is_from_here(method: &Method, headers: &HeaderMap) -> bool {
    match site(headers) {
        Some(site) => matches!(site, "same-origin" | "none"),
        None => method.is_safe() || is_own_origin(headers),
    }
}

/// Said twice, or in no text, it says nothing good.
fn site(headers: &HeaderMap) -> Option<&str> {
    let mut sent = headers.get_all(SEC_FETCH_SITE).iter();
    match (sent.next(), sent.next()) {
        (None, _) => None,
        (Some(site), None) => Some(site.to_str().unwrap_or_default()),
        _ => Some(""),
    }
}

fn is_own_origin(headers: &HeaderMap) -> bool {
    let text = |name| {
        let mut sent = headers.get_all(name).iter();
        let (first, second) = (sent.next(), sent.next());
        first.filter(|_| second.is_none()).and_then(|value| value.to_str().ok())
    };
    let (Some(origin), Some(host)) = (text(ORIGIN), text(HOST)) else {
        return false;
    };
    // Without TLS browsers keep such a cookie for this machine alone.
    match origin.split_once("://") {
        Some(("https", of)) => of.eq_ignore_ascii_case(host),
        Some(("http", of)) => of.eq_ignore_ascii_case(host) && is_this_machine(host),
        _ => false,
    }
}

fn is_this_machine(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

fn is_json(sent: &HeaderValue) -> bool {
    let essence = sent.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

fn cross_site() -> Problem {
    Problem::forbidden_because("cross_site", "A page of another site may not do this with your cookie.")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn asked(method: Method, sent: &[(&str, &str)]) -> Result<(), &'static str> {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static("console.example.org"));
        for (name, value) in sent {
            headers.append(HeaderName::try_from(*name).unwrap(), HeaderValue::try_from(*value).unwrap());
        }
        check(&method, &headers).map_err(|problem| problem.code())
    }

    #[test]
    fn what_says_where_it_comes_from_is_judged_by_that() {
        for (site, expected) in [
            ("same-origin", Ok(())),
            ("none", Ok(())),
            ("same-site", Err("cross_site")),
            ("cross-site", Err("cross_site")),
            ("", Err("cross_site")),
            ("Same-Origin", Err("cross_site")),
        ] {
            let own = ("origin", "https://console.example.org");
            assert_eq!(asked(Method::POST, &[("sec-fetch-site", site), own]), expected, "{site}");
            assert_eq!(asked(Method::GET, &[("sec-fetch-site", site)]), expected, "{site}");
        }
        let twice = [("sec-fetch-site", "same-origin"), ("sec-fetch-site", "same-origin")];
        assert_eq!(asked(Method::POST, &twice), Err("cross_site"));
    }

    #[test]
    fn without_that_only_our_own_origin_changes_anything() {
        for origin in [
            "https://console.example.org.evil.test",
            "https://evil.test",
            "https://example.org",
            "http://console.example.org",
            "https://console.example.org:8443",
            "console.example.org",
            "null",
            "",
        ] {
            assert_eq!(asked(Method::DELETE, &[("origin", origin)]), Err("cross_site"), "{origin}");
        }
        assert_eq!(asked(Method::POST, &[]), Err("cross_site"));
        assert_eq!(asked(Method::GET, &[]), Ok(()));
        assert_eq!(asked(Method::POST, &[("origin", "https://console.example.org")]), Ok(()));
    }

    #[test]
    fn a_body_that_a_form_can_send_changes_nothing() {
        let own = ("sec-fetch-site", "same-origin");
        for sent in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
        {
            assert_eq!(asked(Method::POST, &[own, ("content-type", sent)]), Err("not_json"), "{sent}");
        }
        for sent in ["application/json", "Application/JSON; charset=utf-8"] {
            assert_eq!(asked(Method::POST, &[own, ("content-type", sent)]), Ok(()), "{sent}");
        }
    }

    #[test]
    fn a_stream_begins_on_a_page_of_ours_alone() {
        let stream = |site: Option<&'static str>| {
            let headers = site.map(|site| (SEC_FETCH_SITE, HeaderValue::from_static(site)));
            check_stream(&headers.into_iter().collect()).is_ok()
        };
        assert!(stream(Some("same-origin")));
        for other in [None, Some("none"), Some("same-site"), Some("cross-site")] {
            assert!(!stream(other), "{other:?}");
        }
    }

    proptest! {
        #[test]
        fn no_other_place_changes_anything(text in "[!-~]{0,40}|https?://[a-z.:@0-9]{0,30}") {
            if !matches!(text.as_str(), "same-origin" | "none") {
                let own = ("origin", "https://console.example.org");
                prop_assert_eq!(asked(Method::POST, &[("sec-fetch-site", &text), own]), Err("cross_site"));
            }
            if !text.eq_ignore_ascii_case("https://console.example.org") {
                prop_assert_eq!(asked(Method::PUT, &[("origin", &text)]), Err("cross_site"));
            }
        }
    }
}
