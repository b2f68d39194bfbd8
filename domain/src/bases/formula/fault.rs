//! Why a formula has no value for a row.

/// Airtable shows all of them as `#ERROR!`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Fault {
    #[error("the formula asks for an error")]
    Asked,
    #[error("a cell that it reads has an error")]
    InCell,
    #[error("no date")]
    NotADate,
    #[error("a date beyond the calendar")]
    DateOutOfRange,
    #[error("no such unit of time")]
    UnknownUnit,
    #[error("no such time zone")]
    UnknownTimeZone,
    #[error("no day on which weeks begin")]
    UnknownStartOfWeek,
    #[error("no regular expression")]
    NotAPattern,
    #[error("nothing matches")]
    NoMatch,
    #[error("not a field")]
    NotAField,
    #[error("too long")]
    TooLong,
    #[error("too much work")]
    TooMuchWork,
}
