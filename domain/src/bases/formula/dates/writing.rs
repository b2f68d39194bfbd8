//! Dates as texts of a pattern. Names of months and days are English, whatever the locale.

use jiff::Timestamp;
use jiff::civil::{DateTime, Weekday};
use jiff::tz::{Offset, TimeZone};

use super::super::moment::Moment;
use super::pattern::{Part, layout, parts};
use super::week::{day_of_week, week_of_year};
use super::{MONTHS, WEEKDAYS};

/// What tokens are made of.
struct Seen {
    instant: Timestamp,
    civil: DateTime,
    offset: Offset,
    zone: String,
}

pub fn write(moment: &Moment, pattern: &str, zone: &TimeZone) -> String {
    let zone = moment.seen_in(zone);
    let instant = moment.timestamp();
    let offset = zone.to_offset_info(instant);
    let (abbreviation, offset) = (offset.abbreviation().to_owned(), offset.offset());
    let seen = Seen { instant, civil: offset.to_datetime(instant), offset, zone: abbreviation };
    let mut text = String::new();
    write_parts(&seen, pattern, &mut text);
    text
}

fn write_parts(seen: &Seen, pattern: &str, text: &mut String) {
    for part in parts(pattern) {
        match part {
            Part::Literal(literal) => text.push_str(literal),
            Part::Token(token) => match layout(token) {
                Some(pattern) => write_parts(seen, pattern, text),
                None => text.push_str(&written(seen, token)),
            },
        }
    }
}

fn written(seen: &Seen, token: &str) -> String {
    date_part(seen.civil, token)
        .or_else(|| time_part(seen.civil, token))
        .unwrap_or_else(|| zone_part(seen, token))
}

fn date_part(civil: DateTime, token: &str) -> Option<String> {
    let date = civil.date();
    let (year, month, day) = (date.year(), date.month(), date.day());
    let quarter = (month - 1) / 3 + 1;
    let weekday = day_of_week(date, Weekday::Sunday);
    let (week, iso) = (week_of_year(date, Weekday::Sunday), date.iso_week_date());
    let month_name = MONTHS[usize::from(month.unsigned_abs()) - 1];
    let weekday_name = WEEKDAYS[usize::from(weekday.unsigned_abs())];
    let written = match token {
        "YYYY" | "gggg" => format!("{year:04}"),
        "GGGG" => format!("{:04}", iso.year()),
        "YY" | "gg" => format!("{:02}", year.rem_euclid(100)),
        "GG" => format!("{:02}", iso.year().rem_euclid(100)),
        "Y" => year.to_string(),
        "Q" => quarter.to_string(),
        "Qo" => ordinal(i32::from(quarter)),
        "M" => month.to_string(),
        "Mo" => ordinal(i32::from(month)),
        "MM" => format!("{month:02}"),
        "MMM" => month_name[..3].to_owned(),
        "MMMM" => month_name.to_owned(),
        "D" => day.to_string(),
        "Do" => ordinal(i32::from(day)),
        "DD" => format!("{day:02}"),
        "DDD" => date.day_of_year().to_string(),
        "DDDo" => ordinal(i32::from(date.day_of_year())),
        "DDDD" => format!("{:03}", date.day_of_year()),
        "d" | "e" => weekday.to_string(),
        "do" => ordinal(i32::from(weekday)),
        "dd" => weekday_name[..2].to_owned(),
        "ddd" => weekday_name[..3].to_owned(),
        "dddd" => weekday_name.to_owned(),
        "E" => iso.weekday().to_monday_one_offset().to_string(),
        "w" => week.to_string(),
        "wo" => ordinal(week),
        "ww" => format!("{week:02}"),
        "W" => iso.week().to_string(),
        "Wo" => ordinal(i32::from(iso.week())),
        "WW" => format!("{:02}", iso.week()),
        _ => return None,
    };
    Some(written)
}

fn time_part(civil: DateTime, token: &str) -> Option<String> {
    let time = civil.time();
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    let of_twelve = if hour % 12 == 0 { 12 } else { hour % 12 };
    let from_one = if hour == 0 { 24 } else { hour };
    let milliseconds = time.millisecond();
    let written = match token {
        "H" => hour.to_string(),
        "HH" => format!("{hour:02}"),
        "h" => of_twelve.to_string(),
        "hh" => format!("{of_twelve:02}"),
        "k" => from_one.to_string(),
        "kk" => format!("{from_one:02}"),
        "m" => minute.to_string(),
        "mm" => format!("{minute:02}"),
        "s" => second.to_string(),
        "ss" => format!("{second:02}"),
        "S" => (milliseconds / 100).to_string(),
        "SS" => format!("{:02}", milliseconds / 10),
        "SSS" => format!("{milliseconds:03}"),
        "A" => if hour < 12 { "AM" } else { "PM" }.to_owned(),
        "a" => if hour < 12 { "am" } else { "pm" }.to_owned(),
        _ => return None,
    };
    Some(written)
}

fn zone_part(seen: &Seen, token: &str) -> String {
    let minutes = seen.offset.seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
    match token {
        "Z" => format!("{sign}{hours:02}:{minutes:02}"),
        "ZZ" => format!("{sign}{hours:02}{minutes:02}"),
        "z" | "zz" => seen.zone.clone(),
        "X" => seen.instant.as_second().to_string(),
        "x" => seen.instant.as_millisecond().to_string(),
        _ => String::new(),
    }
}

fn ordinal(number: i32) -> String {
    let suffix = match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{number}{suffix}")
}
