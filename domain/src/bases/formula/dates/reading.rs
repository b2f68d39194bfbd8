//! Dates in texts, in the forms in which people and programs write them.

use jiff::civil::{Date, Time};
use jiff::tz::{Offset, TimeZone};

use super::super::moment::Moment;
use super::month_of;

/// No date is longer, even with a long name of its zone.
const LENGTH_MAX: usize = 64;

/// Of ISO dates, of `M/D/YYYY`, `YYYY/M/D`, `D MMM YYYY` and `MMM D, YYYY`, each with a time or without. A time
/// without a zone is one of the zone of the formula.
pub fn moment_of_text(text: &str, zone: &TimeZone) -> Option<Moment> {
    let text = text.trim();
    if text.len() > LENGTH_MAX || !text.is_ascii() {
        return None;
    }
    let words = words(text);
    let (date, rest) = date(&words)?;
    if rest.is_empty() {
        return Moment::day(date).ok();
    }
    let (time, offset) = time(rest)?;
    let civil = date.to_datetime(time);
    let instant = match offset {
        Some(offset) => offset.to_timestamp(civil),
        None => zone.to_timestamp(civil),
    };
    instant.ok().map(Moment::instant)
}

/// Numbers, names, and single signs. Blanks and commas between them say nothing.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let same = |character: char| {
            (first.is_ascii_digit() && character.is_ascii_digit())
                || (first.is_ascii_alphabetic() && character.is_ascii_alphabetic())
        };
        let length = rest.find(|character| !same(character)).unwrap_or(rest.len()).max(1);
        if !matches!(first, ' ' | ',') {
            words.push(&rest[..length]);
        }
        rest = &rest[length..];
    }
    words
}

fn date<'w, 'a>(words: &'w [&'a str]) -> Option<(Date, &'w [&'a str])> {
    let (year, month, day, used) = match *words {
        [year, "-", month, "-", day, ..] | [year, "/", month, "/", day, ..] if year.len() == 4 => {
            (year, number(month)?, day, 5)
        }
        [month, "/", day, "/", year, ..] => (year, number(month)?, day, 5),
        [day, month, year, ..] if month_of(month).is_some() => (year, month_of(month)?, day, 3),
        [month, day, year, ..] if month_of(month).is_some() => (year, month_of(month)?, day, 3),
        _ => return None,
    };
    let date = Date::new(full_year(year)?, month, number(day)?).ok()?;
    Some((date, &words[used..]))
}

fn time(words: &[&str]) -> Option<(Time, Option<Offset>)> {
    let words = match words {
        ["T" | "t" | "at", rest @ ..] => rest,
        _ => words,
    };
    let [hour, ":", minute, rest @ ..] = words else { return None };
    let (hour, minute) = (number(hour)?, number(minute)?);
    let (second, rest) = match rest {
        [":", second, rest @ ..] => (number(second)?, rest),
        _ => (0, rest),
    };
    let (nanosecond, rest) = match rest {
        [".", fraction, rest @ ..] => (nanoseconds(fraction)?, rest),
        _ => (0, rest),
    };
    let (hour, rest) = match rest {
        [half, rest @ ..] if half.eq_ignore_ascii_case("am") => (of_half(hour, 0)?, rest),
        [half, rest @ ..] if half.eq_ignore_ascii_case("pm") => (of_half(hour, 12)?, rest),
        _ => (hour, rest),
    };
    Some((Time::new(hour, minute, second, nanosecond).ok()?, offset(rest)?))
}

/// Nothing within where the text says nothing; nothing at all where it cannot be understood.
fn offset(words: &[&str]) -> Option<Option<Offset>> {
    let (sign, hours, minutes) = match *words {
        [] => return Some(None),
        ["Z" | "z" | "UTC" | "GMT"] => return Some(Some(Offset::UTC)),
        [sign, hours, ":", minutes] => (sign, number(hours)?, number(minutes)?),
        [sign, both] if both.len() == 4 => (sign, number(&both[..2])?, number(&both[2..])?),
        [sign, hours] => (sign, number(hours)?, 0),
        _ => return None,
    };
    let seconds = i32::from(hours) * 3_600 + i32::from(minutes) * 60;
    let offset = match sign {
        "+" => Offset::from_seconds(seconds),
        "-" => Offset::from_seconds(-seconds),
        _ => return None,
    };
    offset.ok().map(Some)
}

fn number(digits: &str) -> Option<i8> {
    digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Years of two digits are of 1969 to 2068.
pub fn full_year(digits: &str) -> Option<i16> {
    let year: i16 = digits.parse().ok()?;
    match digits.len() {
        2 if year > 68 => Some(1900 + year),
        2 => Some(2000 + year),
        4 => Some(year),
        _ => None,
    }
}

pub fn of_half(hour: i8, half: i8) -> Option<i8> {
    (1..=12).contains(&hour).then_some(hour % 12 + half)
}

pub fn nanoseconds(fraction: &str) -> Option<i32> {
    let digits: String = fraction.chars().chain(std::iter::repeat('0')).take(9).collect();
    digits.parse().ok()
}
