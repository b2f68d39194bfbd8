//! Functions of lists: of lookups and rollups. A value that is no list is one of one element.

use std::collections::HashSet;

use super::super::assumed::LIST_SEPARATOR;
use super::super::coerce::join;
use super::super::evaluate::{Answer, Evaluation, bounded};
use super::super::fault::Fault;
use super::super::limits::LIST_ELEMENTS_MAX;
use super::super::value::Value;
use super::{Arguments, Function, MANY};

pub static FUNCTIONS: [Function; 5] = [
    Function::plain("ARRAYCOMPACT", 1, 1, compact),
    Function::plain("ARRAYFLATTEN", 1, MANY, flatten),
    Function::plain("ARRAYJOIN", 1, 2, join_elements),
    Function::plain("ARRAYSLICE", 2, 3, slice),
    Function::plain("ARRAYUNIQUE", 1, 1, unique),
];

fn compact<'a>(_: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    list(elements(arguments).into_iter().filter(|element| !element.is_blank()).collect())
}

fn flatten<'a>(_: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    list(arguments.flat().into_iter().cloned().collect())
}

fn join_elements<'a>(_: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    let separator = if arguments.given(1) { arguments.text(1) } else { LIST_SEPARATOR.into() };
    let elements = elements(arguments);
    let separators = separator.len().saturating_mul(elements.len());
    if separators > super::super::limits::TEXT_CHARACTERS_MAX * 4 {
        return Err(Fault::TooLong);
    }
    bounded(join(&elements, &separator))
}

/// From one element to another, both counted from 1, or from the end if below zero.
fn slice<'a>(_: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    let (start, end) = (arguments.whole(1), arguments.given(2).then(|| arguments.whole(2)));
    let elements = elements(arguments);
    let first = place(start, elements.len()).max(1);
    let last = end.map_or(elements.len() as i64, |end| place(end, elements.len()));
    let kept = (last - first + 1).max(0) as usize;
    list(elements.into_iter().skip((first - 1) as usize).take(kept).collect())
}

fn place(position: i64, length: usize) -> i64 {
    let length = length as i64;
    if position < 0 { (length + 1).saturating_add(position) } else { position.min(length + 1) }
}

fn unique<'a>(_: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    let mut seen = HashSet::new();
    let mut kept = elements(arguments);
    kept.retain(|element| seen.insert((matches!(element, Value::Text(_)), element.to_text().into_owned())));
    list(kept)
}

fn elements<'a>(arguments: Arguments<'a>) -> Vec<Value<'a>> {
    match arguments.into_values().into_iter().next() {
        Some(Value::List(elements)) => elements,
        None | Some(Value::Blank) => Vec::new(),
        Some(value) => vec![value],
    }
}

fn list(elements: Vec<Value<'_>>) -> Answer<'_> {
    if elements.len() > LIST_ELEMENTS_MAX {
        return Err(Fault::TooLong);
    }
    Ok(Value::List(elements))
}
