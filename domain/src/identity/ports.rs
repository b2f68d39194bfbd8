//! The outside as this context needs it. What is behind a port, and how it is spoken to, is an adapter's business;
//! what its faults mean for whoever waits is said here.

use std::fmt;

use async_trait::async_trait;

use crate::secret::Secret;

/// Hands mails over to a mail server.
#[async_trait]
pub trait Mailer: Send + Sync {
    async fn send(&self, mail: &Mail) -> Result<Sent, MailFault>;
}

/// One mail to one person, in plain text.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// Names the mail wherever it comes by: the same work makes the same name.
    pub id: String,
    pub to: String,
    pub subject: String,
    pub text: String,
}

/// Whom it is for and what it says is personal.
impl fmt::Debug for Mail {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Mail").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A mail server has taken a mail over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub message_id: String,
}

/// Why a mail is not known to be on its way. The texts are for operators and hold no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailFault {
    /// It was not sent, and may be sent later.
    #[error("the mail was not sent: {0}")]
    Later(String),
    /// It was not sent, and will never be.
    #[error("the mail cannot be sent: {0}")]
    Never(String),
    /// Whether it was sent cannot be known: sending it again might send it twice.
    #[error("it is not known whether the mail was sent: {0}")]
    Unknown(String),
}

impl MailFault {
    pub fn retry_helps(&self) -> bool {
        matches!(self, Self::Later(_))
    }
}

/// Speaks HTTP to addresses that users name, and to none that they have no business with.
#[async_trait]
pub trait WebClient: Send + Sync {
    /// Whether requests to this URL are refused whatever its name leads to: what can be said without asking anybody.
    fn check(&self, url: &str) -> Result<(), WebFault>;

    async fn send(&self, request: WebRequest) -> Result<WebAnswer, WebFault>;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebMethod {
    Get,
    Post,
}

#[derive(Debug, Clone)]
pub struct WebRequest {
    pub method: WebMethod,
    pub url: String,
    pub headers: Vec<WebHeader>,
    pub body: Vec<u8>,
    /// Redirects that are followed. Only a `Get` follows any; where none is followed, a redirect is the answer.
    pub redirects_max: u8,
    /// Bytes of the answer's body that are read; what is beyond them is left.
    pub answer_bytes_max: usize,
}

/// A header. What it says is not shown, and a secret one goes to no other origin than the first.
#[derive(Debug, Clone)]
pub struct WebHeader {
    pub name: String,
    pub value: Secret<String>,
    pub is_secret: bool,
}

/// Any answer in HTTP, whatever it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebAnswer {
    pub status: u16,
    /// What the answer says about coming back: seconds, or a date, as it was sent.
    pub retry_after: Option<String>,
    pub body: Vec<u8>,
    /// Whether the body goes on after what was read.
    pub is_cut: bool,
}

/// Why there is no answer. The texts are shown to tenants: none holds an address, or says what was found behind a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WebFault {
    #[error("this is no http or https URL with a host and without a user")]
    BadUrl,
    #[error("blocked by egress policy")]
    Blocked,
    #[error("the headers cannot be sent")]
    BadHeaders,
    #[error("more redirects than are followed")]
    TooManyRedirects,
    #[error("the name cannot be found")]
    NameNotFound,
    #[error("no connection could be made")]
    Unreachable,
    #[error("the certificate is not trusted, or TLS failed otherwise")]
    NotTrusted,
    #[error("no answer in time")]
    TimedOut,
    #[error("the connection broke, or the answer is no HTTP")]
    Broken,
}

impl WebFault {
    /// For programs; never changes its meaning.
    pub fn code(self) -> &'static str {
        match self {
            Self::BadUrl => "bad_url",
            Self::Blocked => "egress_blocked",
            Self::BadHeaders => "bad_headers",
            Self::TooManyRedirects => "too_many_redirects",
            Self::NameNotFound => "name_not_found",
            Self::Unreachable => "unreachable",
            Self::NotTrusted => "not_trusted",
            Self::TimedOut => "timed_out",
            Self::Broken => "broken",
        }
    }

    /// Whether the same request may succeed later.
    pub fn retry_helps(self) -> bool {
        match self {
            Self::BadUrl | Self::Blocked | Self::BadHeaders | Self::TooManyRedirects => false,
            Self::NameNotFound | Self::Unreachable | Self::NotTrusted | Self::TimedOut | Self::Broken => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_and_a_header_show_nothing_of_what_they_say() {
        let mail = Mail {
            id: "m1".into(),
            to: "ana@example.org".into(),
            subject: "Hello".into(),
            text: "Dear Ana".into(),
        };
        assert_eq!(format!("{mail:?}"), r#"Mail { id: "m1", .. }"#);
        let value = Secret::new("hunter2".to_owned());
        let header = WebHeader { name: "authorization".into(), value, is_secret: true };
        assert!(!format!("{header:?}").contains("hunter2"));
    }
}
