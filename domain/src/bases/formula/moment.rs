//! A day, or a point in time, and how it is to be seen.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::dates::writing::write;
use super::fault::Fault;

/// Equal where the points in time are, to the millisecond, in whatever zone they are seen.
#[derive(Debug, Clone)]
pub struct Moment {
    instant: Timestamp,
    /// A day without time stands at its midnight in UTC, and is the same day in every zone.
    whole_day: bool,
    /// Given by `SET_TIMEZONE`.
    zone: Option<TimeZone>,
}

impl Moment {
    pub fn instant(instant: Timestamp) -> Self {
        Self { instant, whole_day: false, zone: None }
    }

    pub fn day(date: Date) -> Result<Self, Fault> {
        let midnight = TimeZone::UTC.to_timestamp(date.to_datetime(jiff::civil::Time::midnight()));
        let instant = midnight.map_err(|_| Fault::DateOutOfRange)?;
        Ok(Self { instant, whole_day: true, zone: None })
    }

    /// Whether it has no time of day.
    pub fn is_day(&self) -> bool {
        self.whole_day
    }

    pub fn timestamp(&self) -> Timestamp {
        self.instant
    }

    pub fn milliseconds(&self) -> i64 {
        self.instant.as_millisecond()
    }

    /// The zone in which its day and hour are told: its own, or else that of the formula.
    pub fn seen_in(&self, formula: &TimeZone) -> TimeZone {
        match &self.zone {
            _ if self.whole_day => TimeZone::UTC,
            Some(zone) => zone.clone(),
            None => formula.clone(),
        }
    }

    pub fn civil(&self, formula: &TimeZone) -> DateTime {
        match &self.zone {
            _ if self.whole_day => TimeZone::UTC.to_datetime(self.instant),
            Some(zone) => zone.to_datetime(self.instant),
            None => formula.to_datetime(self.instant),
        }
    }

    /// As cells of the API have it.
    pub fn iso(&self) -> String {
        let civil = TimeZone::UTC.to_datetime(self.instant);
        let (date, time) = (civil.date(), civil.time());
        if self.whole_day {
            return date.to_string();
        }
        format!(
            "{date}T{:02}:{:02}:{:02}.{:03}Z",
            time.hour(),
            time.minute(),
            time.second(),
            time.millisecond()
        )
    }

    /// As a pattern of dates has it, in its own zone or else in the given one.
    pub fn written(&self, pattern: &str, zone: &TimeZone) -> String {
        write(self, pattern, zone)
    }

    /// With a time of day, though it may be midnight.
    pub fn timed(self) -> Self {
        Self { whole_day: false, ..self }
    }

    pub fn seen_from(self, zone: TimeZone) -> Self {
        Self { zone: Some(zone), ..self }
    }

    /// Another point in time, seen in the same way.
    pub fn moved(&self, instant: Timestamp) -> Self {
        Self { instant, ..self.clone() }
    }
}

impl PartialEq for Moment {
    fn eq(&self, other: &Self) -> bool {
        self.milliseconds() == other.milliseconds()
    }
}
