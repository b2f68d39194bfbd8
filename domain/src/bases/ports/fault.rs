//! Why Airtable did not do what it was asked, by what a caller can do about it.

use std::time::Duration;

use crate::bases::errors::ApiError;

/// The texts are for operators and hold no cell values, except what Airtable itself quotes in a refusal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Too many requests. Nothing was done.
    #[error("too many requests: Airtable is to be left alone for {} seconds", retry_after.as_secs())]
    Wait { retry_after: Duration },
    /// The month's requests are used up. Nothing was done, and waiting is useless; schemas can still be read.
    #[error("the month's requests are used up")]
    QuotaSpent,
    /// The token is not, or no longer, good. Nothing was done.
    #[error("the token is refused")]
    Unauthorized,
    /// Airtable understood and will not do it; nothing was done. The same request stays refused.
    #[error("refused: {0}")]
    Refused(Refused),
    /// Nothing was done, or only reading was asked for: the same request may be sent again.
    #[error("Airtable cannot be asked at the moment: {0}")]
    Unavailable(Trouble),
    /// A write that was carried out, or was not: sending it again might do it twice.
    #[error("it is not known whether it was done: {0}")]
    Ambiguous(Trouble),
    /// What came back for reading cannot be understood, and will not be the next time.
    #[error("the answer cannot be read: {0}")]
    Malformed(String),
}

/// Airtable's own words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{status} {kind}: {}", message.as_deref().unwrap_or("no message"))]
pub struct Refused {
    pub status: u16,
    /// Airtable's stable word; empty where the answer held none.
    pub kind: String,
    pub message: Option<String>,
}

/// What went wrong on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    #[error("no connection could be made")]
    NotConnected,
    #[error("no answer in time")]
    TimedOut,
    #[error("the connection broke")]
    Broken,
    #[error("it answered {0}")]
    Status(u16),
    /// Nothing was sent.
    #[error("nothing random could be drawn")]
    NothingDrawn,
    /// Of a write: it was probably done.
    #[error("the answer cannot be read")]
    Unreadable,
}

impl Fault {
    /// Whether the same request may be sent again later, without a look at what became of the first one.
    pub fn retry_helps(&self) -> bool {
        matches!(self, Self::Wait { .. } | Self::Unavailable(_))
    }

    /// Whether it is certain that nothing was changed.
    pub fn nothing_was_done(&self) -> bool {
        !matches!(self, Self::Ambiguous(_) | Self::Malformed(_))
    }

    /// Airtable's word for why it refused.
    pub fn refused_as(&self) -> Option<&str> {
        match self {
            Self::Refused(refused) => Some(&refused.kind),
            _ => None,
        }
    }

    /// For programs and metrics; never changes its meaning.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Wait { .. } => "wait",
            Self::QuotaSpent => "quota_spent",
            Self::Unauthorized => "unauthorized",
            Self::Refused(_) => "refused",
            Self::Unavailable(_) => "unavailable",
            Self::Ambiguous(_) => "ambiguous",
            Self::Malformed(_) => "malformed",
        }
    }
}

/// What Airtable would say is said without asking it.
impl From<ApiError> for Fault {
    fn from(error: ApiError) -> Self {
        let refused = Refused { status: error.status(), kind: error.kind().into(), message: error.message() };
        Self::Refused(refused)
    }
}
