//! What a formula is evaluated over.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::patterns::Patterns;
use super::value::Value;

/// A record. Cells come in the form that formulas take them: links as the names of records, choices as their
/// names, an unchecked box as blank.
pub trait Row {
    fn cell(&self, field: &str) -> Value<'_>;

    fn record_id(&self) -> &str;

    fn created_time(&self) -> Timestamp;

    /// When a user last changed one of these fields; of no field: any that is not computed.
    fn last_modified_time(&self, fields: &[&str]) -> Option<Timestamp>;
}

/// What is the same for all rows of one evaluation.
#[derive(Debug)]
pub struct Context {
    pub now: Timestamp,
    /// In which days and hours are told where the formula does not say it.
    pub zone: TimeZone,
    pub(super) patterns: Patterns,
}

impl Context {
    pub fn new(now: Timestamp, zone: TimeZone) -> Self {
        Self { now, zone, patterns: Patterns::default() }
    }

    pub fn utc(now: Timestamp) -> Self {
        Self::new(now, TimeZone::UTC)
    }
}
