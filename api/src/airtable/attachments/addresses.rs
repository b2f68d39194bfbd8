//! The addresses of stored files, as answers tell them.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::HOST;
use axum::http::request::Parts;
use domain::bases::files::{Addresses, StoredFile};
use domain::bases::ports::Blobs;
use domain::identity::TenantId;
use eventstore::attachment_links::AttachmentLinks;
use form_urlencoded::byte_serialize;
use jiff::Timestamp;

use crate::Api;

/// Below it lie the files.
pub const FOLDER: &str = "/v0/attachments";
/// Letters that a host may have with its port.
const HOST_LETTERS: &[u8] = b".:-[]_";
const HOST_BYTES_MAX: usize = 255;
/// What a file is called in its address that has no name.
const UNNAMED: &str = "attachment";

/// `server` fills it.
pub struct Files {
    pub blobs: Arc<dyn Blobs>,
    pub links: AttachmentLinks,
    /// What addresses begin with; without it, what was asked.
    pub origin: Option<String>,
    /// Whether callers reach us by TLS.
    pub behind_tls: bool,
}

/// What addresses in the answer to a request begin with: an extractor for handlers.
#[derive(Debug, Clone, Default)]
pub struct AskedAt(String);

impl FromRequestParts<Api> for AskedAt {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Infallible> {
        let files = &api.files;
        let asked = || {
            let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
            origin(host, files.behind_tls)
        };
        Ok(Self(files.origin.clone().unwrap_or_else(asked)))
    }
}

/// Nothing where the host is none: a path alone then leads back to where it came from.
fn origin(host: Option<&str>, behind_tls: bool) -> String {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || HOST_LETTERS.contains(&byte);
    let is_host = |host: &&str| (1..=HOST_BYTES_MAX).contains(&host.len()) && host.bytes().all(is_letter);
    let scheme = if behind_tls { "https" } else { "http" };
    host.filter(is_host).map(|host| format!("{scheme}://{host}")).unwrap_or_default()
}

/// Those of one answer.
pub struct FileAddresses<'a> {
    links: &'a AttachmentLinks,
    tenant: &'a TenantId,
    origin: &'a str,
    now: Timestamp,
}

impl Files {
    pub fn addresses<'a>(
        &'a self,
        tenant: &'a TenantId,
        asked_at: &'a AskedAt,
        now: Timestamp,
    ) -> FileAddresses<'a> {
        FileAddresses { links: &self.links, tenant, origin: &asked_at.0, now }
    }
}

impl Addresses for FileAddresses<'_> {
    fn of(&self, file: &StoredFile<'_>) -> String {
        let token = self.links.issue(self.tenant, file, self.now);
        format!("{}{FOLDER}/{token}/{}", self.origin, in_path(file.name))
    }
}

/// A space is no plus in a path, and a name of dots alone would be another path.
fn in_path(name: &str) -> String {
    let written: String = byte_serialize(name.as_bytes()).collect();
    let written = written.replace('+', "%20");
    if written.bytes().all(|byte| byte == b'.') { UNNAMED.into() } else { written }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_begins_with_the_host_that_was_asked() {
        assert_eq!(origin(Some("127.0.0.1:8000"), false), "http://127.0.0.1:8000");
        assert_eq!(origin(Some("files.example.org"), true), "https://files.example.org");
        for none in [None, Some(""), Some("a/b"), Some("user@host"), Some("a b"), Some("é.org")] {
            assert_eq!(origin(none, false), "", "{none:?}");
        }
    }

    #[test]
    fn a_name_is_one_segment_of_a_path() {
        assert_eq!(in_path("a b+c/d?.png"), "a%20b%2Bc%2Fd%3F.png");
        for name in ["", ".", ".."] {
            assert_eq!(in_path(name), "attachment", "{name}");
        }
    }
}
