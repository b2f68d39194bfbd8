//! Text that must not be seen: printing or logging it shows a mask, and only `reveal` gives it away.

use std::fmt;

const MASK: &str = "********";

#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&mask_urls(&self.0))
    }
}

/// One or several comma-separated addresses without their passwords; anything else is masked as a whole.
pub fn mask_urls(text: &str) -> String {
    text.split(',').map(|url| mask_url(url).unwrap_or_else(|| MASK.into())).collect::<Vec<_>>().join(",")
}

fn mask_url(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
    // The last `@`: a password may hold one, and it is better to mask too much.
    let address = match address.rsplit_once('@') {
        Some((who, place)) => format!("{}@{place}", mask_credentials(scheme, who)),
        None => address.to_owned(),
    };
    let query = if query.is_empty() { String::new() } else { format!("?{}", mask_query(query)) };
    Some(format!("{scheme}://{address}{query}"))
}

fn mask_credentials(scheme: &str, who: &str) -> String {
    match who.split_once(':') {
        Some((user, _)) => format!("{user}:{MASK}"),
        // A lone name is a user for Postgres and a token for NATS.
        None if scheme.starts_with("postgres") => who.to_owned(),
        None => MASK.to_owned(),
    }
}

fn mask_query(query: &str) -> String {
    let mask_parameter = |parameter: &str| match parameter.split_once('=') {
        Some((name, _)) if name.to_ascii_lowercase().contains("password") => format!("{name}={MASK}"),
        _ => parameter.to_owned(),
    };
    query.split('&').map(mask_parameter).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_masked_wherever_they_stand() {
        let cases = [
            ("postgres://me:s3cret@host:5432/db", "postgres://me:********@host:5432/db"),
            ("postgres://me@host/db", "postgres://me@host/db"),
            ("postgres://me:a/b@c@host/db", "postgres://me:********@host/db"),
            ("postgres://host/db?user=me&password=x", "postgres://host/db?user=me&password=********"),
            ("nats://token@host:4222", "nats://********@host:4222"),
            ("nats://a:b@one,nats://c:d@two", "nats://a:********@one,nats://c:********@two"),
            ("host=localhost password=x", "********"),
        ];
        for (url, masked) in cases {
            assert_eq!(mask_urls(url), masked);
        }
    }

    #[test]
    fn a_secret_does_not_show_itself() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "********");
    }
}
