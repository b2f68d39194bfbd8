//! Functions of text. Positions count characters from 1.

use std::borrow::Cow;

use super::super::evaluate::{Answer, Evaluation, bounded, push};
use super::super::fault::Fault;
use super::super::limits::TEXT_CHARACTERS_MAX;
use super::super::value::Value;
use super::search::{find, search, substitute};
use super::{Arguments, Function, MANY};

pub static FUNCTIONS: [Function; 16] = [
    Function::plain("CONCATENATE", 1, MANY, concatenate),
    Function::plain("ENCODE_URL_COMPONENT", 1, 1, encode_url_component),
    Function::plain("FIND", 2, 3, find),
    Function::plain("LEFT", 2, 2, left),
    Function::plain("LEN", 1, 1, length),
    Function::plain("LOWER", 1, 1, |_, arguments| bounded(arguments.text(0).to_lowercase())),
    Function::plain("MID", 3, 3, middle),
    Function::plain("REPLACE", 4, 4, replace),
    Function::plain("REPT", 2, 2, repeat),
    Function::plain("RIGHT", 2, 2, right),
    Function::plain("SEARCH", 2, 3, search),
    Function::plain("SUBSTITUTE", 3, 4, substitute),
    Function::plain("T", 1, 1, text_alone),
    Function::plain("TRIM", 1, 1, |_, arguments| Ok(part(arguments.text(0), |text| text.trim()))),
    Function::plain("UPPER", 1, 1, |_, arguments| bounded(arguments.text(0).to_uppercase())),
    Function::plain("VALUE", 1, 1, value),
];

fn concatenate<'a>(_: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    let mut text = String::new();
    for value in arguments.into_values() {
        push(&mut text, &value.to_text())?;
    }
    bounded(text)
}

fn length<'a>(_: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    Ok((arguments.text(0).chars().count() as f64).into())
}

fn left<'a>(_: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    let count = arguments.count(1);
    Ok(part(arguments.text(0), |text| &text[..byte_of(text, count)]))
}

fn right<'a>(_: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    let count = arguments.count(1);
    Ok(part(arguments.text(0), |text| {
        let skipped = text.chars().count().saturating_sub(count);
        &text[byte_of(text, skipped)..]
    }))
}

fn middle<'a>(_: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    let (skipped, count) = (arguments.count(1).saturating_sub(1), arguments.count(2));
    Ok(part(arguments.text(0), |text| {
        let rest = &text[byte_of(text, skipped)..];
        &rest[..byte_of(rest, count)]
    }))
}

fn replace<'a>(_: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    let text = arguments.text(0);
    let (before, rest) = text.split_at(byte_of(&text, arguments.count(1).saturating_sub(1)));
    let after = &rest[byte_of(rest, arguments.count(2))..];
    bounded(format!("{before}{}{after}", arguments.text(3)))
}

fn repeat<'a>(_: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    let (text, times) = (arguments.text(0), arguments.count(1));
    if text.is_empty() {
        return Ok(Value::text(""));
    }
    match text.len().checked_mul(times) {
        Some(bytes) if bytes <= TEXT_CHARACTERS_MAX * 4 => bounded(text.repeat(times)),
        _ => Err(Fault::TooLong),
    }
}

fn text_alone<'a>(_: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    Ok(match arguments.value(0).single() {
        text @ Value::Text(_) => text.clone(),
        _ => Value::Blank,
    })
}

/// Letters, digits and `-_.~` stay.
fn encode_url_component<'a>(_: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    use std::fmt::Write;
    let mut encoded = String::new();
    for byte in arguments.text(0).bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    bounded(encoded)
}

/// The number in a text, whatever currency or separators stand around it.
fn value<'a>(_: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    if !matches!(arguments.value(0).single(), Value::Text(_)) {
        return Ok(arguments.number(0).into());
    }
    let text = arguments.text(0);
    let mut digits = String::new();
    for character in text.chars() {
        match character {
            '0'..='9' | '.' => digits.push(character),
            '-' if digits.is_empty() => digits.push('-'),
            _ => {}
        }
    }
    Ok(digits.parse().unwrap_or(f64::NAN).into())
}

/// A part of a text, borrowed where the text is.
fn part<'a>(text: Cow<'a, str>, take: impl for<'t> Fn(&'t str) -> &'t str) -> Value<'a> {
    match text {
        Cow::Borrowed(text) => Value::text(take(text)),
        Cow::Owned(text) => Value::text(take(&text).to_owned()),
    }
}

/// Where so many characters end.
pub fn byte_of(text: &str, characters: usize) -> usize {
    text.char_indices().nth(characters).map_or(text.len(), |(byte, _)| byte)
}
