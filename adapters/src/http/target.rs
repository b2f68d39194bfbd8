//! Where a request goes: a URL that was taken apart once, the way browsers do it.

use std::net::IpAddr;

use domain::identity::ports::WebFault;
use url::{Host, Url};

/// An http or https URL with a host, and without a user or a password.
#[derive(Debug, Clone)]
pub struct Target {
    url: Url,
}

/// A name that is still to be looked up, or an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostOf<'a> {
    Name(&'a str),
    Address(IpAddr),
}

impl Target {
    /// The parser is that of browsers, so `0x7f.1` and `2130706433` are the addresses that they mean to a browser.
    pub fn parse(text: &str) -> Result<Self, WebFault> {
        Self::of(Url::parse(text).map_err(|_| WebFault::BadUrl)?)
    }

    /// What a redirect leads to, from here.
    pub fn join(&self, location: &str) -> Result<Self, WebFault> {
        Self::of(self.url.join(location).map_err(|_| WebFault::BadUrl)?)
    }

    fn of(url: Url) -> Result<Self, WebFault> {
        let is_web = matches!(url.scheme(), "http" | "https") && url.host().is_some();
        let names_nobody = url.username().is_empty() && url.password().is_none();
        if is_web && names_nobody { Ok(Self { url }) } else { Err(WebFault::BadUrl) }
    }

    pub fn url(&self) -> &Url {
        &self.url
    }

    pub fn is_tls(&self) -> bool {
        self.url.scheme() == "https"
    }

    pub fn host(&self) -> HostOf<'_> {
        match self.url.host() {
            Some(Host::Ipv4(address)) => HostOf::Address(address.into()),
            Some(Host::Ipv6(address)) => HostOf::Address(address.into()),
            Some(Host::Domain(name)) => HostOf::Name(name),
            // `of` lets nothing in without a host; a name that is none leads nowhere.
            None => HostOf::Name(""),
        }
    }

    pub fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or_default()
    }

    /// The value of `Host`.
    pub fn authority(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// What the server is asked for.
    pub fn path_and_query(&self) -> String {
        let query = self.url.query().map(|query| format!("?{query}")).unwrap_or_default();
        format!("{}{query}", self.url.path())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(url: &str) -> String {
        match Target::parse(url).unwrap().host() {
            HostOf::Name(name) => name.to_owned(),
            HostOf::Address(address) => address.to_string(),
        }
    }

    #[test]
    fn what_is_no_url_for_the_web_is_refused() {
        for bad in [
            "",
            "hooks",
            "/hooks",
            "ftp://example.org/",
            "file:///etc/passwd",
            "gopher://example.org",
            "http://",
            "https://ana@example.org/",
            "https://:secret@example.org/",
            "javascript:alert(1)",
            "http://[::1",
            "http://[fe80::1%25eth0]/",
            "http://127.0.0.1.1/",
            "http://0x100000000/",
            "http://example.org@127.0.0.1/",
            "http://127.0.0.1:80@example.org/",
            "http://example.org:70000/",
            "ws://example.org/",
            "unix:///run/docker.sock",
            "dict://127.0.0.1:11211/",
        ] {
            assert_eq!(Target::parse(bad).err(), Some(WebFault::BadUrl), "{bad}");
        }
    }

    #[test]
    fn every_way_to_write_an_address_is_that_address() {
        for url in [
            "http://127.0.0.1/",
            "http://0x7f.1/",
            "http://2130706433/",
            "http://0177.0.0.1/",
            "http://127.1/",
        ] {
            assert_eq!(host(url), "127.0.0.1", "{url}");
        }
        assert_eq!(host("http://[::ffff:127.0.0.1]/"), "::ffff:127.0.0.1");
        assert_eq!(host("https://EXAMPLE.org"), "example.org");
        assert_eq!(host("https://１２７.0.0.1/"), "127.0.0.1", "full-width digits are digits");
    }

    #[test]
    fn a_server_is_asked_for_a_path_and_told_its_name() {
        let target = Target::parse("https://example.org:8443/a/../b?c=d#e").unwrap();
        assert_eq!(
            (target.authority(), target.path_and_query()),
            ("example.org:8443".into(), "/b?c=d".into())
        );
        let plain = Target::parse("http://example.org:80").unwrap();
        assert_eq!((plain.authority(), plain.path_and_query()), ("example.org".into(), "/".into()));
        assert_eq!((plain.port(), target.port()), (80, 8443));
        assert_eq!(Target::parse("https://example.org").unwrap().port(), 443);
    }
}
