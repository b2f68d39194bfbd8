//! Days from Monday to Friday that are no holidays. Reckoned, not counted one by one.

use std::collections::BTreeSet;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};

use super::super::assumed::WORKDAYS_INCLUDE_FIRST;
use super::super::fault::Fault;
use super::reading::moment_of_text;
use super::week::{day_number, day_of_week};

/// Holidays that are no weekend anyway, of a text of dates with commas between them.
pub fn holidays(text: &str, zone: &TimeZone) -> Result<BTreeSet<i32>, Fault> {
    let mut holidays = BTreeSet::new();
    for part in text.split(',').filter(|part| !part.trim().is_empty()) {
        let date = moment_of_text(part.trim(), zone).ok_or(Fault::NotADate)?.civil(zone).date();
        if is_weekday(date) {
            holidays.insert(day_number(date));
        }
    }
    Ok(holidays)
}

/// So many working days later, or earlier if below zero. No days later is the day itself.
pub fn later(start: Date, count: i64, holidays: &BTreeSet<i32>) -> Result<Date, Fault> {
    let mut skipped = 0;
    loop {
        let date = weekdays_later(start, count + skipped * count.signum())?;
        let (from, to) = (day_number(start), day_number(date));
        let on_the_way = match count.signum() {
            1 => holidays.range(from + 1..=to).count(),
            -1 => holidays.range(to..from).count(),
            _ => 0,
        };
        // Every round skips a further holiday, so that there are no more rounds than holidays.
        if on_the_way as i64 == skipped {
            return Ok(date);
        }
        skipped = on_the_way as i64;
    }
}

fn weekdays_later(start: Date, count: i64) -> Result<Date, Fault> {
    const FARTHEST: u64 = 10_000_000;
    if count.unsigned_abs() > FARTHEST {
        return Err(Fault::DateOutOfRange);
    }
    let weeks = Span::new().try_weeks(count / 5).map_err(|_| Fault::DateOutOfRange)?;
    let step = count.signum().days();
    let mut date = start;
    // From a weekend, whole weeks are counted from the working day before it on the way.
    while !is_weekday(date) && count != 0 {
        date = date.checked_sub(step).map_err(|_| Fault::DateOutOfRange)?;
    }
    date = date.checked_add(weeks).map_err(|_| Fault::DateOutOfRange)?;
    let mut left = (count % 5).abs();
    while left > 0 {
        date = date.checked_add(step).map_err(|_| Fault::DateOutOfRange)?;
        left -= i64::from(is_weekday(date));
    }
    Ok(date)
}

/// Working days from one to another, both counted; below zero if the other is earlier.
pub fn between(start: Date, end: Date, holidays: &BTreeSet<i32>) -> i64 {
    if end < start {
        return -between(end, start, holidays);
    }
    let (from, to) = (day_number(start) + i32::from(!WORKDAYS_INCLUDE_FIRST), day_number(end));
    if from > to {
        return 0;
    }
    weekdays_before(to + 1) - weekdays_before(from) - holidays.range(from..=to).count() as i64
}

/// Days from Monday to Friday before a day, since the Monday before day 0 (a Thursday).
fn weekdays_before(day: i32) -> i64 {
    let since_monday = i64::from(day) + 3;
    since_monday.div_euclid(7) * 5 + since_monday.rem_euclid(7).min(5)
}

fn is_weekday(date: Date) -> bool {
    day_of_week(date, Weekday::Monday) < 5
}
