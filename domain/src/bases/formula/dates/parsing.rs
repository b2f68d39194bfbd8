//! Dates in texts of a given pattern.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::{Offset, TimeZone};

use super::super::moment::Moment;
use super::month_of;
use super::pattern::{Part, layout, parts};
use super::reading::{full_year, nanoseconds, of_half};

/// What has been read so far. What a pattern does not name is at its beginning, and the year the first.
struct Read {
    year: i16,
    month: i8,
    day: i8,
    hour: i8,
    minute: i8,
    second: i8,
    nanosecond: i32,
    /// Hours that noon adds.
    half: Option<i8>,
    offset: Option<Offset>,
    instant: Option<Timestamp>,
    has_time: bool,
}

/// Signs and blanks between the parts need not be those of the pattern. A year that is not told is the year given.
pub fn parse(text: &str, pattern: &str, zone: &TimeZone, year: i16) -> Option<Moment> {
    let mut read = Read {
        year,
        month: 1,
        day: 1,
        hour: 0,
        minute: 0,
        second: 0,
        nanosecond: 0,
        half: None,
        offset: None,
        instant: None,
        has_time: false,
    };
    read_parts(&mut read, text, pattern)?;
    read.moment(zone)
}

/// What is left of the text.
fn read_parts<'a>(read: &mut Read, text: &'a str, pattern: &str) -> Option<&'a str> {
    let mut rest = text;
    for part in parts(pattern) {
        rest = match part {
            Part::Literal(literal) => rest.strip_prefix(literal).unwrap_or(rest),
            Part::Token(token) => match layout(token) {
                Some(pattern) => read_parts(read, rest, pattern)?,
                None => read.token(token, skip_signs(rest, token))?,
            },
        };
    }
    Some(rest)
}

fn skip_signs<'a>(text: &'a str, token: &str) -> &'a str {
    let is_sign_of_zone = |character| token.starts_with('Z') && matches!(character, '+' | '-');
    text.trim_start_matches(|character: char| !character.is_alphanumeric() && !is_sign_of_zone(character))
}

impl Read {
    fn token<'a>(&mut self, token: &str, text: &'a str) -> Option<&'a str> {
        let digits = |most: usize| split(text, most, |character| character.is_ascii_digit());
        let letters = || split(text, usize::MAX, char::is_alphabetic);
        self.has_time |= token.starts_with(['H', 'h', 'k', 'm', 's', 'S', 'A', 'a', 'Z', 'X', 'x']);
        let (found, rest) = match token {
            "YYYY" | "Y" | "gggg" | "GGGG" => digits(4)?,
            "MMM" | "MMMM" | "dd" | "ddd" | "dddd" | "A" | "a" | "z" | "zz" => letters()?,
            "SSS" | "SS" | "S" => digits(9)?,
            "X" | "x" => digits(18)?,
            "Z" | "ZZ" => split(text, 6, |character| !character.is_whitespace())?,
            "DDD" | "DDDD" => return None,
            _ => digits(2)?,
        };
        self.take(token, found)?;
        Some(if token.ends_with('o') { rest.trim_start_matches(char::is_alphabetic) } else { rest })
    }

    fn take(&mut self, token: &str, found: &str) -> Option<()> {
        match token {
            "YYYY" | "Y" => self.year = found.parse().ok()?,
            "YY" => self.year = full_year(&format!("{found:0>2}"))?,
            "M" | "MM" | "Mo" => self.month = found.parse().ok()?,
            "MMM" | "MMMM" => self.month = month_of(found)?,
            "D" | "DD" | "Do" => self.day = found.parse().ok()?,
            "Q" => self.month = found.parse::<i8>().ok()?.checked_mul(3)?.checked_sub(2)?,
            "H" | "HH" | "h" | "hh" => self.hour = found.parse().ok()?,
            "k" | "kk" => self.hour = found.parse::<i8>().ok()? % 24,
            "m" | "mm" => self.minute = found.parse().ok()?,
            "s" | "ss" => self.second = found.parse().ok()?,
            "S" | "SS" | "SSS" => self.nanosecond = nanoseconds(found)?,
            "A" | "a" => self.half = Some(half(found)?),
            "Z" | "ZZ" => self.offset = Some(offset(found)?),
            "X" => self.instant = Some(Timestamp::from_second(found.parse().ok()?).ok()?),
            "x" => self.instant = Some(Timestamp::from_millisecond(found.parse().ok()?).ok()?),
            // Names of days and numbers of weeks say nothing that the date does not.
            _ => {}
        }
        Some(())
    }

    fn moment(self, zone: &TimeZone) -> Option<Moment> {
        if let Some(instant) = self.instant {
            return Some(Moment::instant(instant));
        }
        let date = Date::new(self.year, self.month, self.day).ok()?;
        if !self.has_time {
            return Moment::day(date).ok();
        }
        let hour = self.half.map_or(Some(self.hour), |half| of_half(self.hour, half))?;
        let civil = date.to_datetime(Time::new(hour, self.minute, self.second, self.nanosecond).ok()?);
        let instant = match self.offset {
            Some(offset) => offset.to_timestamp(civil),
            None => zone.to_timestamp(civil),
        };
        instant.ok().map(Moment::instant)
    }
}

/// The beginning of a text that is of one kind, and the rest. At least one character.
fn split(text: &str, most: usize, belongs: impl Fn(char) -> bool) -> Option<(&str, &str)> {
    let characters = text.char_indices().take(most).take_while(|(_, character)| belongs(*character));
    let end = characters.map(|(start, character)| start + character.len_utf8()).last()?;
    Some(text.split_at(end))
}

fn half(found: &str) -> Option<i8> {
    match found.to_lowercase().as_str() {
        "am" | "a" => Some(0),
        "pm" | "p" => Some(12),
        _ => None,
    }
}

fn offset(found: &str) -> Option<Offset> {
    let sign = match found.chars().next()? {
        'Z' | 'z' => return Some(Offset::UTC),
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let digits: String = found.chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = digits.split_at_checked(2)?;
    let minutes: i32 = if minutes.is_empty() { 0 } else { minutes.parse().ok()? };
    Offset::from_seconds(sign * (hours.parse::<i32>().ok()? * 3_600 + minutes * 60)).ok()
}
