//! Days, and instants to the millisecond.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, TimestampRound, Unit};
use serde_json::Value;

use super::{Accepted, CellValue, Taking};
use crate::bases::schema::{DateOptions, DateTimeOptions, Format};

/// Strictly a day and nothing behind it: Airtable refuses a whole timestamp.
pub fn accept_date(taking: &Taking<'_>, options: &DateOptions, input: &Value) -> Accepted {
    let date = input.as_str().and_then(|text| match taking.typecast {
        false => day(text),
        true => day(text.trim()).or_else(|| cast_day(text.trim(), &options.date_format)),
    });
    taking.value(date.map(CellValue::Date))
}

/// Without a zone it is read in the field's own.
pub fn accept_instant(taking: &Taking<'_>, options: &DateTimeOptions, input: &Value) -> Accepted {
    let zone = zone(&options.time_zone);
    let instant = input.as_str().and_then(|text| {
        let strict = instant(text, &zone);
        strict.or_else(|| match taking.typecast {
            true => midnight(cast_day(text.trim(), &options.date_format)?, &zone),
            false => None,
        })
    });
    taking.value(instant.map(CellValue::Moment))
}

/// `utc` and `client` are both read as UTC, and so is a zone that is not known.
fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

fn day(text: &str) -> Option<Date> {
    // jiff takes more than this form.
    let plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if plain { text.parse().ok() } else { None }
}

fn instant(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let zoned = text.parse::<Timestamp>().ok();
    let instant = zoned.or_else(|| {
        let civil: DateTime = text.parse().ok()?;
        Some(civil.to_zoned(zone.clone()).ok()?.timestamp())
    })?;
    to_the_millisecond(instant)
}

fn midnight(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    Some(day.to_zoned(zone.clone()).ok()?.timestamp())
}

/// What is finer is dropped.
pub fn to_the_millisecond(instant: Timestamp) -> Option<Timestamp> {
    let round = TimestampRound::new().smallest(Unit::Millisecond).mode(jiff::RoundMode::Floor);
    instant.round(round).ok()
}

/// A day out of a timestamp, or as people write it. Unsettled: which forms.
fn cast_day(text: &str, format: &Format) -> Option<Date> {
    if let Some(date) = text.split_once(['T', ' ']).and_then(|(date, _)| day(date)) {
        return Some(date);
    }
    let parts: Vec<&str> = text.split(['/', '.']).collect();
    let [first, second, year] = parts.as_slice() else { return None };
    let (month, day) = if format.name == "european" { (second, first) } else { (first, second) };
    Date::new(year.parse().ok().filter(|year| *year > 0)?, month.parse().ok()?, day.parse().ok()?).ok()
}

pub fn read_day(value: &Value) -> Option<CellValue> {
    value.as_str().and_then(day).map(CellValue::Date)
}

pub fn read_instant(value: &Value) -> Option<CellValue> {
    value.as_str().and_then(|text| instant(text, &TimeZone::UTC)).map(CellValue::Moment)
}

/// `2026-09-12T21:03:48.000Z`: three places, always.
pub fn write_moment(moment: Timestamp) -> String {
    format!("{moment:.3}")
}
