//! Finding and replacing in text.

use super::super::assumed::SEARCH_IGNORES_CASE;
use super::super::evaluate::{Answer, Evaluation, bounded, push};
use super::super::value::Value;
use super::Arguments;
use super::text::byte_of;

/// Where one text begins in another, or 0.
pub fn find<'a>(_: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    let position = position(&arguments.text(0), &arguments.text(1), arguments.count(2));
    Ok((position.unwrap_or(0) as f64).into())
}

/// Where one text begins in another, or blank.
pub fn search<'a>(_: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    let (sought, text, start) = (arguments.text(0), arguments.text(1), arguments.count(2));
    let position = if SEARCH_IGNORES_CASE {
        position(&sought.to_lowercase(), &text.to_lowercase(), start)
    } else {
        position(&sought, &text, start)
    };
    Ok(position.map_or(Value::Blank, |position| (position as f64).into()))
}

/// Looks from a position on, where 0 and 1 are the beginning.
fn position(sought: &str, text: &str, start: usize) -> Option<usize> {
    let skipped = byte_of(text, start.saturating_sub(1));
    let found = skipped + text[skipped..].find(sought)?;
    Some(text[..found].chars().count() + 1)
}

/// Replaces every occurrence, or only the one that is counted.
pub fn substitute<'a>(_: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    let (text, old, new) = (arguments.text(0), arguments.text(1), arguments.text(2));
    if old.is_empty() {
        return Ok(Value::Text(text));
    }
    let only = arguments.given(3).then(|| arguments.count(3));
    let mut result = String::new();
    let mut copied = 0;
    for (index, (start, _)) in text.match_indices(&*old).enumerate() {
        if only.is_none_or(|only| only == index + 1) {
            push(&mut result, &text[copied..start])?;
            push(&mut result, &new)?;
            copied = start + old.len();
        }
    }
    push(&mut result, &text[copied..])?;
    bounded(result)
}
