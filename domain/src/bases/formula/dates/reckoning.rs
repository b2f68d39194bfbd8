//! Adding to dates, and what lies between them.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};

use super::super::fault::Fault;
use super::super::moment::Moment;
use super::unit::Unit;
use super::week;

/// Days and longer are days of the calendar where the moment is seen; a day without time stays one.
pub fn add(moment: &Moment, count: i64, unit: Unit, zone: &TimeZone) -> Result<Moment, Fault> {
    if let Some(length) = unit.milliseconds() {
        let milliseconds = count.checked_mul(length).ok_or(Fault::DateOutOfRange)?;
        let moved = moment.timestamp().checked_add(SignedDuration::from_millis(milliseconds));
        let moved = moment.moved(moved.map_err(|_| Fault::DateOutOfRange)?);
        return Ok(moved.timed());
    }
    let civil = moment.civil(zone).checked_add(span(count, unit)?).map_err(|_| Fault::DateOutOfRange)?;
    let instant = moment.seen_in(zone).to_timestamp(civil).map_err(|_| Fault::DateOutOfRange)?;
    Ok(moment.moved(instant))
}

fn span(count: i64, unit: Unit) -> Result<Span, Fault> {
    let span = match unit.months() {
        Some(months) => Span::new().try_months(count.checked_mul(months).ok_or(Fault::DateOutOfRange)?),
        None if unit == Unit::Week => Span::new().try_weeks(count),
        None => Span::new().try_days(count),
    };
    span.map_err(|_| Fault::DateOutOfRange)
}

/// The first less the second, without fractions.
pub fn difference(first: &Moment, second: &Moment, unit: Unit, zone: &TimeZone) -> f64 {
    let milliseconds = first.milliseconds() - second.milliseconds();
    if let Some(length) = unit.milliseconds() {
        return (milliseconds / length) as f64;
    }
    let (first, second) = (first.civil(zone), second.civil(zone));
    let whole = match unit.months() {
        Some(length) => months_between(second, first) / length,
        None => days_between(second, first) / if unit == Unit::Week { 7 } else { 1 },
    };
    whole as f64
}

fn months_between(from: DateTime, to: DateTime) -> i64 {
    from.until((jiff::Unit::Month, to)).map_or(0, |span| i64::from(span.get_months()))
}

fn days_between(from: DateTime, to: DateTime) -> i64 {
    from.until((jiff::Unit::Day, to)).map_or(0, |span| i64::from(span.get_days()))
}

/// Whether both lie in the same unit of the calendar.
pub fn same(first: &Moment, second: &Moment, unit: Unit, zone: &TimeZone) -> bool {
    if unit == Unit::Millisecond {
        return first.milliseconds() == second.milliseconds();
    }
    beginning(first.civil(zone), unit) == beginning(second.civil(zone), unit)
}

/// What is left of a date when all that is smaller than the unit is dropped.
fn beginning(civil: DateTime, unit: Unit) -> (i64, i64, i64) {
    let (date, time) = (civil.date(), civil.time());
    let day = i64::from(week::day_number(date));
    let (hour, minute) = (i64::from(time.hour()), i64::from(time.minute()));
    match unit {
        Unit::Year => (i64::from(date.year()), 0, 0),
        Unit::Quarter => (i64::from(date.year()), i64::from((date.month() - 1) / 3), 0),
        Unit::Month => (i64::from(date.year()), i64::from(date.month()), 0),
        // Weeks begin on Sundays; day 0 was a Thursday.
        Unit::Week => ((day + 4).div_euclid(7), 0, 0),
        Unit::Day => (day, 0, 0),
        Unit::Hour => (day, hour, 0),
        Unit::Minute => (day, hour * 60 + minute, 0),
        Unit::Second | Unit::Millisecond => (day, hour * 60 + minute, i64::from(time.second())),
    }
}

/// Midnight of today in a zone.
pub fn today(now: Timestamp, zone: &TimeZone) -> Result<Moment, Fault> {
    Moment::day(zone.to_datetime(now).date())
}
