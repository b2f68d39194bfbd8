//! Where mails are handed over: `smtps://user:password@host:465`, or `smtp://…:587`, which insists on STARTTLS.
//! `smtp://…?tls=none` speaks in plain, which is for a relay on the same machine, and knows no password.

use std::fmt;

use domain::secret::Secret;
use percent_encoding::percent_decode_str;
use url::Url;

const SMTPS_PORT: u16 = 465;
const SUBMISSION_PORT: u16 = 587;

#[derive(Clone)]
pub struct SmtpServer {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) security: Security,
    pub(super) login: Option<Login>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Security {
    /// TLS from the first byte.
    Wrapped,
    /// TLS before anything is said that matters.
    Upgraded,
    Plain,
}

#[derive(Debug, Clone)]
pub(super) struct Login {
    pub user: String,
    pub password: Secret<String>,
}

/// Why a text names no mail server. It is not repeated: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSmtpUrl {
    #[error("is no URL of the form smtp://user:password@host:port")]
    NoUrl,
    #[error("knows only the parameter tls, with the value none")]
    BadParameter,
    #[error("has a password and tls=none: it would be sent in plain")]
    PlainPassword,
}

impl SmtpServer {
    pub fn parse(text: &str) -> Result<Self, BadSmtpUrl> {
        let url = Url::parse(text).map_err(|_| BadSmtpUrl::NoUrl)?;
        let security = security(&url)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(BadSmtpUrl::NoUrl)?;
        let login = login(&url)?;
        if security == Security::Plain && login.is_some() {
            return Err(BadSmtpUrl::PlainPassword);
        }
        let usual = if security == Security::Wrapped { SMTPS_PORT } else { SUBMISSION_PORT };
        let port = url.port().unwrap_or(usual);
        Ok(Self { host: host.trim_matches(['[', ']']).to_owned(), port, security, login })
    }
}

fn security(url: &Url) -> Result<Security, BadSmtpUrl> {
    match (url.scheme(), url.query()) {
        ("smtps", None) => Ok(Security::Wrapped),
        ("smtp", None) => Ok(Security::Upgraded),
        ("smtp", Some("tls=none")) => Ok(Security::Plain),
        ("smtp" | "smtps", Some(_)) => Err(BadSmtpUrl::BadParameter),
        _ => Err(BadSmtpUrl::NoUrl),
    }
}

fn login(url: &Url) -> Result<Option<Login>, BadSmtpUrl> {
    let decoded = |text: &str| {
        percent_decode_str(text).decode_utf8().map(|text| text.into_owned()).map_err(|_| BadSmtpUrl::NoUrl)
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        (user, password) => {
            let password = Secret::new(decoded(password.unwrap_or_default())?);
            Ok(Some(Login { user: decoded(user)?, password }))
        }
    }
}

impl fmt::Debug for SmtpServer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_read_from_its_url() {
        let server = SmtpServer::parse("smtps://ana%40example.org:p%3Ass@mail.example.org").unwrap();
        assert_eq!((server.host.as_str(), server.port), ("mail.example.org", 465));
        assert_eq!(server.security, Security::Wrapped);
        let login = server.login.as_ref().unwrap();
        assert_eq!((login.user.as_str(), login.password.reveal().as_str()), ("ana@example.org", "p:ss"));
        assert!(!format!("{server:?}").contains("ss"));

        let server = SmtpServer::parse("smtp://mail.example.org:2525").unwrap();
        assert_eq!((server.port, server.security, server.login.is_some()), (2525, Security::Upgraded, false));
        let local = SmtpServer::parse("smtp://[::1]:25?tls=none").unwrap();
        assert_eq!((local.host.as_str(), local.security), ("::1", Security::Plain));
    }

    #[test]
    fn what_names_no_server_is_refused_and_not_repeated() {
        for bad in
            ["mail.example.org", "http://mail.example.org", "smtp:", "smtp://", "smtps://host?tls=none"]
        {
            assert!(SmtpServer::parse(bad).is_err(), "{bad}");
        }
        let plain = SmtpServer::parse("smtp://ana:hunter2@host?tls=none").unwrap_err();
        assert_eq!(plain, BadSmtpUrl::PlainPassword);
        assert!(!plain.to_string().contains("hunter2"));
    }
}
