//! Where Airtable is. Its own three hosts, or one root for all that a stand-in serves.

use url::Url;

/// The API of the real one.
pub const AIRTABLE: &str = "https://api.airtable.com";
const CONTENT: &str = "https://content.airtable.com";
const PAGES: &str = "https://airtable.com";

/// Roots without a slash at their end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hosts {
    pub api: String,
    /// Takes files.
    pub content: String,
    /// Where people grant access, and tokens are made.
    pub pages: String,
}

/// The text is no root of an API.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no root of an API; it is an http or https URL without user, query and fragment, as {AIRTABLE}"
)]
pub struct NoRoot(String);

impl Hosts {
    /// A token and files go in clear text to a root without TLS: who configures one, as for a stand-in, wants that.
    pub fn of(root: &str) -> Result<Self, NoRoot> {
        let refused = || NoRoot(root.to_owned());
        let url = Url::parse(root).map_err(|_| refused())?;
        let is_plain = url.username().is_empty() && url.password().is_none();
        let is_root = url.query().is_none() && url.fragment().is_none() && url.has_host();
        if !(matches!(url.scheme(), "http" | "https") && is_plain && is_root) {
            return Err(refused());
        }
        let root = url.as_str().trim_end_matches('/').to_owned();
        if root == AIRTABLE {
            return Ok(Self { api: root, content: CONTENT.into(), pages: PAGES.into() });
        }
        Ok(Self { api: root.clone(), content: root.clone(), pages: root })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trap_1_the_real_one_takes_files_on_another_host() {
        for root in [AIRTABLE, "https://api.airtable.com/", "https://API.airtable.com:443"] {
            let hosts = Hosts::of(root).unwrap();
            assert_eq!((&*hosts.api, &*hosts.content, &*hosts.pages), (AIRTABLE, CONTENT, PAGES));
        }
    }

    #[test]
    fn trap_1_a_stand_in_is_one_root_for_everything() {
        let hosts = Hosts::of("http://127.0.0.1:18765/sim/").unwrap();
        for host in [hosts.api, hosts.content, hosts.pages] {
            assert_eq!(host, "http://127.0.0.1:18765/sim");
        }
    }

    #[test]
    fn what_is_no_root_is_refused() {
        for bad in [
            "",
            "api.airtable.com",
            "ftp://x/",
            "https://u@x/",
            "https://x/?a=b",
            "https://x/#a",
            "file:///v0",
        ] {
            assert_eq!(Hosts::of(bad), Err(NoRoot(bad.into())));
        }
    }
}
