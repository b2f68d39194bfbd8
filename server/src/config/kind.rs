//! What a setting's text may say, checked before anything starts.

use std::net::SocketAddr;

use adapters::http::parse_networks;
use tracing_subscriber::EnvFilter;

#[derive(Clone, Copy)]
pub enum Kind {
    Text,
    Count {
        least: u64,
    },
    Addresses,
    /// One address, or one of these words.
    AddressOr(&'static [&'static str]),
    /// Origins as browsers write them, separated by commas; none is allowed.
    Origins,
    OneOf(&'static [&'static str]),
    /// Networks separated by commas; none is allowed.
    Networks,
    /// The schemes that are allowed.
    Url(&'static [&'static str]),
    LogFilter,
}

impl Kind {
    /// What is wrong with `text`, if anything. The text itself is left out: it may be a secret.
    pub fn complaint(self, text: &str) -> Option<String> {
        match self {
            Kind::Text => text.is_empty().then(|| "must not be empty".into()),
            Kind::Count { least } => complaint_about_count(text, least),
            Kind::Addresses => parse_addresses(text).err(),
            Kind::AddressOr(words) => complaint_about_address(text, words),
            Kind::Origins => parse_origins(text).err(),
            Kind::OneOf(choices) => {
                (!choices.contains(&text)).then(|| format!("must be one of {}", choices.join(", ")))
            }
            Kind::Networks => parse_networks(text).err().map(|error| error.to_string()),
            Kind::Url(schemes) => complaint_about_urls(text, schemes),
            Kind::LogFilter => {
                EnvFilter::try_new(text).err().map(|error| format!("is no log filter: {error}"))
            }
        }
    }
}

pub fn parse_addresses(text: &str) -> Result<Vec<SocketAddr>, String> {
    let parse = |address: &str| {
        address.parse().map_err(|_| {
            format!("`{address}` is no address; an address is an IP and a port, as 127.0.0.1:8000")
        })
    };
    text.split(',').map(str::trim).map(parse).collect()
}

fn complaint_about_address(text: &str, words: &[&str]) -> Option<String> {
    let is_good = words.contains(&text) || text.parse::<SocketAddr>().is_ok();
    let words: Vec<&str> = words.iter().copied().filter(|word| !word.is_empty()).collect();
    (!is_good).then(|| format!("must be {}, or an IP and a port, as 127.0.0.1:9464", words.join(", ")))
}

/// Compared with what browsers send, so nothing may stand after the port.
pub fn parse_origins(text: &str) -> Result<Vec<String>, String> {
    let parse = |origin: &str| {
        let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
        let is_good = host.is_some_and(|host| !host.is_empty() && host.bytes().all(is_of_host));
        if is_good { Ok(origin.to_owned()) } else { Err(no_origin(origin)) }
    };
    text.split(',').map(str::trim).filter(|origin| !origin.is_empty()).map(parse).collect()
}

fn is_of_host(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.:[]".contains(&byte)
}

fn no_origin(text: &str) -> String {
    format!(
        "`{text}` is no origin; an origin is a scheme, a host and maybe a port, as https://console.example.org"
    )
}

fn complaint_about_count(text: &str, least: u64) -> Option<String> {
    match text.parse::<u64>() {
        Ok(count) if count >= least => None,
        _ => Some(format!("must be a whole number of at least {least}")),
    }
}

fn complaint_about_urls(text: &str, schemes: &[&str]) -> Option<String> {
    let acceptable = |url: &str| {
        url.trim()
            .split_once("://")
            .is_some_and(|(scheme, rest)| schemes.contains(&scheme) && !rest.is_empty())
    };
    (!text.split(',').all(acceptable)).then(|| format!("must start with {}://", schemes.join(":// or ")))
}
