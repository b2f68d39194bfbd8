//! Numbers, amounts, percents and durations as people see them.

use crate::bases::cells::number::{rounded, write};
use crate::bases::schema::FieldType;

/// Whether thousands of amounts are parted by commas; other numbers never are. Unsettled, as is any influence of the
/// locale.
const AMOUNTS_ARE_GROUPED: bool = true;

pub fn as_text(kind: &FieldType, number: f64) -> String {
    match kind {
        FieldType::Number(options) => fixed(number, options.precision),
        FieldType::Percent(options) => format!("{}%", fixed(number * 100.0, options.precision)),
        FieldType::Currency(options) => amount(number, options.precision, &options.symbol),
        FieldType::Duration(options) => duration(number, &options.duration_format),
        _ => write(number).to_string(),
    }
}

fn fixed(number: f64, places: u8) -> String {
    let number = rounded(number, places);
    // There is no negative zero.
    let number = if number == 0.0 { 0.0 } else { number };
    format!("{number:.*}", usize::from(places))
}

fn amount(number: f64, places: u8, symbol: &str) -> String {
    let digits = fixed(number.abs(), places);
    let sign = if number < 0.0 && digits.bytes().any(|byte| matches!(byte, b'1'..=b'9')) { "-" } else { "" };
    let digits = if AMOUNTS_ARE_GROUPED { grouped(&digits) } else { digits };
    format!("{sign}{symbol}{digits}")
}

fn grouped(digits: &str) -> String {
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut text = String::with_capacity(digits.len() + whole.len() / 3);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + rest
}

/// `h:mm`, or with seconds and up to three places behind them. What is finer is rounded.
fn duration(seconds: f64, format: &str) -> String {
    let places = format.rsplit_once('.').map_or(0, |(_, places)| places.len().min(3));
    let with_seconds = format.contains("ss");
    let unit = if with_seconds { 10_f64.powi(-(places as i32)) } else { 60.0 };
    let units = (seconds.abs() / unit).round();
    let sign = if seconds < 0.0 && units > 0.0 { "-" } else { "" };
    // Casting keeps what is too large within bounds.
    let of_hour = (3600.0 / unit).round() as u64;
    let (hours, rest) = (units as u64 / of_hour, units as u64 % of_hour);
    if !with_seconds {
        return format!("{sign}{hours}:{rest:02}");
    }
    let of_minute = of_hour / 60;
    let of_second = of_minute / 60;
    let (minutes, rest) = (rest / of_minute, rest % of_minute);
    let (whole, part) = (rest / of_second, rest % of_second);
    let part = if places == 0 { String::new() } else { format!(".{part:0places$}") };
    format!("{sign}{hours}:{minutes:02}:{whole:02}{part}")
}
