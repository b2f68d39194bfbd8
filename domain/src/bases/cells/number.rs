//! Numbers: plain ones, amounts, percents as fractions, durations in seconds, ratings.

use serde_json::{Number, Value};

use super::{Accepted, CellValue, Taking};
use crate::bases::schema::RatingOptions;

pub fn accept(taking: &Taking<'_>, input: &Value) -> Accepted {
    let number = match input {
        Value::String(text) if taking.typecast => cast(text),
        other => other.as_f64(),
    };
    taking.value(number.map(CellValue::Number))
}

/// Under typecast `12 %` is 0.12. Unsettled: `12` without a sign is taken as it stands.
pub fn accept_percent(taking: &Taking<'_>, input: &Value) -> Accepted {
    match input.as_str().and_then(|text| text.trim().strip_suffix('%')) {
        Some(text) if taking.typecast => {
            taking.value(cast(text).map(|hundredths| CellValue::Number(hundredths / 100.0)))
        }
        _ => accept(taking, input),
    }
}

/// A rating is whole and never 0.
pub fn accept_rating(taking: &Taking<'_>, options: &RatingOptions, input: &Value) -> Accepted {
    match accept(taking, input)? {
        Some(CellValue::Number(stars))
            if stars.fract() == 0.0 && (1.0..=f64::from(options.max)).contains(&stars) =>
        {
            Ok(Some(CellValue::Number(stars)))
        }
        _ => Err(taking.refused()),
    }
}

/// Under typecast `1:30` is an hour and a half, and `1:30:15.5` some seconds more.
pub fn accept_duration(taking: &Taking<'_>, input: &Value) -> Accepted {
    match input.as_str().filter(|text| taking.typecast && text.contains(':')) {
        Some(text) => taking.value(clock(text.trim()).map(CellValue::Number)),
        None => accept(taking, input),
    }
}

fn clock(text: &str) -> Option<f64> {
    let (text, sign) = text.strip_prefix('-').map_or((text, 1.0), |rest| (rest, -1.0));
    let parts: Vec<f64> = text.split(':').map(str::parse).collect::<Result<_, _>>().ok()?;
    let positive = parts.iter().all(|part| part.is_finite() && *part >= 0.0);
    match parts.as_slice() {
        _ if !positive => None,
        [hours, minutes] => Some(sign * (hours * 3600.0 + minutes * 60.0)),
        [hours, minutes, seconds] => Some(sign * (hours * 3600.0 + minutes * 60.0 + seconds)),
        _ => None,
    }
}

/// `1,234.5`, `€ 3`, `-2`. Unsettled: what stands around the digits is passed over.
fn cast(text: &str) -> Option<f64> {
    let around = |letter: char| !letter.is_ascii_digit() && !"+-.".contains(letter);
    let number = text.trim_matches(around).replace(',', "").parse();
    number.ok().filter(|number: &f64| number.is_finite())
}

pub fn read(value: &Value) -> Option<CellValue> {
    value.as_f64().map(CellValue::Number)
}

/// A whole number is written without a point.
pub fn write(number: f64) -> Value {
    const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() <= WHOLE_MAX {
        return Value::from(number as i64);
    }
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}

/// As it is shown with so many places behind the point.
pub fn rounded(number: f64, places: u8) -> f64 {
    let scale = 10_f64.powi(i32::from(places));
    let scaled = number * scale;
    if scaled.is_finite() { scaled.round() / scale } else { number }
}
