//! Days of weeks, and weeks of years.

use jiff::civil::{Date, Weekday};

use super::super::fault::Fault;

/// The day on which weeks begin, as a formula names it. Without a name it is Sunday.
pub fn start_of_week(name: &str) -> Result<Weekday, Fault> {
    match name.trim().to_lowercase().as_str() {
        "" | "sunday" => Ok(Weekday::Sunday),
        "monday" => Ok(Weekday::Monday),
        _ => Err(Fault::UnknownStartOfWeek),
    }
}

/// Days since 1970-01-01.
pub fn day_number(date: Date) -> i32 {
    let epoch = Date::constant(1970, 1, 1);
    epoch.until(date).map_or(0, |span| span.get_days())
}

/// How many days after the beginning of its week a day is.
pub fn day_of_week(date: Date, start: Weekday) -> i8 {
    date.weekday().since(start)
}

/// The week of the year, where the week that holds January 1 is the first.
pub fn week_of_year(date: Date, start: Weekday) -> i32 {
    let week_start = |date: Date| day_number(date) - i32::from(day_of_week(date, start));
    let first_week = |year: i16| Date::new(year, 1, 1).map(week_start);
    let this_week = week_start(date);
    match (first_week(date.year()), first_week(date.year().saturating_add(1))) {
        (_, Ok(next)) if this_week >= next => 1,
        (Ok(first), _) => (this_week - first) / 7 + 1,
        _ => 1,
    }
}
