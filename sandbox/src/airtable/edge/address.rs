//! The address of a request, taken apart. A slash or a bare `?` at the end mean nothing.

use domain::bases::requests::Query;
use percent_encoding::percent_decode_str;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Decoded after they were parted: a name may hold a slash.
    pub segments: Vec<String>,
    pub query: String,
}

impl Address {
    /// Nothing where a segment is no text.
    pub fn of(uri: &hyper::Uri) -> Option<Self> {
        let decoded =
            |segment: &str| percent_decode_str(segment).decode_utf8().ok().map(|text| text.into_owned());
        let path = uri.path().trim_matches('/');
        let segments = path.split('/').map(decoded).collect::<Option<Vec<_>>>()?;
        Some(Self { segments, query: uri.query().unwrap_or_default().to_owned() })
    }

    pub fn is_below(&self, first: &str) -> bool {
        self.segments.first().is_some_and(|segment| segment == first)
    }
}

/// The query of an address or of a form.
pub fn query(text: &str) -> Query {
    form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slash_in_a_name_stays_in_its_name_and_one_at_the_end_is_nothing() {
        let address = Address::of(&"/v0/app1/In%2FOut%20now/?".parse().unwrap()).unwrap();
        assert_eq!(address.segments, ["v0", "app1", "In/Out now"]);
        assert_eq!(address.query, "");
    }

    #[test]
    fn what_is_no_text_is_no_address() {
        assert_eq!(Address::of(&"/v0/%FF".parse().unwrap()), None);
    }
}
