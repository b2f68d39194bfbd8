//! One kind of value taken as another.

use std::borrow::Cow;

use super::assumed::{LIST_SEPARATOR, NUMERIC_TEXT_IS_A_NUMBER};
use super::value::Value;

impl<'a> Value<'a> {
    /// As `&` takes it.
    pub fn to_text(&self) -> Cow<'a, str> {
        match self {
            Self::Blank | Self::Error(_) => Cow::Borrowed(""),
            Self::Text(text) => text.clone(),
            Self::Number(number) => Cow::Owned(number_text(*number)),
            Self::Boolean(true) => Cow::Borrowed("1"),
            Self::Boolean(false) => Cow::Borrowed("0"),
            Self::Moment(moment) => Cow::Owned(moment.iso()),
            Self::List(elements) => Cow::Owned(join(elements, LIST_SEPARATOR)),
        }
    }

    /// As `+` takes it. What is no number is `NaN`.
    pub fn to_number(&self) -> f64 {
        match self.single() {
            Self::Blank => 0.0,
            Self::Number(number) => *number,
            Self::Boolean(boolean) => f64::from(u8::from(*boolean)),
            Self::Text(text) if text.is_empty() => 0.0,
            Self::Text(text) if NUMERIC_TEXT_IS_A_NUMBER => plain_number(text),
            Self::Text(_) | Self::Moment(_) | Self::List(_) | Self::Error(_) => f64::NAN,
        }
    }
}

pub fn join(elements: &[Value<'_>], separator: &str) -> String {
    let texts = elements.iter().map(Value::to_text).collect::<Vec<_>>();
    texts.join(separator)
}

/// As short as can be, and with an exponent only where there would be more than 21 digits, or six zeros after the point.
pub fn number_text(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let size = number.abs();
    if size == 0.0 {
        return "0".to_owned();
    }
    if (1e-6..1e21).contains(&size) {
        return number.to_string();
    }
    let text = format!("{number:e}");
    if size >= 1.0 { text.replace('e', "e+") } else { text }
}

fn plain_number(text: &str) -> f64 {
    let text = text.trim();
    let digits_only =
        text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E'));
    if digits_only { text.parse().unwrap_or(f64::NAN) } else { f64::NAN }
}
