//! What the parser says of a wrong shape, in our words: a pointer, a code and a sentence. Values that were sent are
//! never repeated: one of them may be a password in the wrong place.

use serde_path_to_error::{Path, Segment};

use super::problem::FieldError;

/// A JSON pointer (RFC 6901).
pub(super) fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path.iter() {
        match segment {
            Segment::Seq { index } => append_segment(&mut pointer, &index.to_string()),
            Segment::Map { key } => append_segment(&mut pointer, key),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

pub(super) fn append_segment(pointer: &mut String, segment: &str) {
    pointer.push('/');
    for letter in segment.chars() {
        match letter {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            letter => pointer.push(letter),
        }
    }
}

/// `message` is serde's; the forms that are known get codes of their own.
pub(super) fn field_error(pointer: String, message: &str) -> FieldError {
    let message = without_place(message);
    if let Some(field) = field_of(message, "unknown field") {
        return FieldError::new(below(pointer, field), "unknown_field", "Is not known here.");
    }
    if let Some(field) = field_of(message, "missing field") {
        return FieldError::new(below(pointer, field), "missing", "Is missing.");
    }
    if let Some(field) = field_of(message, "duplicate field") {
        return FieldError::new(below(pointer, field), "duplicate", "Is there twice.");
    }
    match message.rsplit_once(", expected ") {
        Some((what, expected)) if what.starts_with("invalid type") => {
            FieldError::new(pointer, "wrong_type", format!("Must be {}.", in_json(expected)))
        }
        Some((what, expected)) if what.starts_with("invalid") || what.starts_with("unknown variant") => {
            FieldError::new(pointer, "invalid", format!("Must be {}.", in_json(expected)))
        }
        _ => FieldError::new(pointer, "invalid", sentence(message)),
    }
}

/// Serde puts `at line 1 column 2` at the end.
fn without_place(message: &str) -> &str {
    message.rfind(" at line ").map_or(message, |at| &message[..at])
}

/// The field named in backticks, which may itself hold any character.
fn field_of<'a>(message: &'a str, kind: &str) -> Option<&'a str> {
    let rest = message.strip_prefix(kind)?.strip_prefix(" `")?;
    let end = rest.rfind("`, expected ").or_else(|| rest.rfind("`, there are no fields"));
    Some(&rest[..end.or_else(|| rest.rfind('`'))?])
}

/// The parser's path may stop at the object or go on to the field.
fn below(mut pointer: String, field: &str) -> String {
    let mut segment = String::new();
    append_segment(&mut segment, field);
    if !pointer.ends_with(&segment) {
        pointer.push_str(&segment);
    }
    pointer
}

/// Names of our own types are nobody's business.
fn in_json(expected: &str) -> &str {
    match expected.split(' ').next() {
        Some("struct" | "map" | "internally" | "adjacently") => "an object",
        Some("enum") => "one of the known values",
        Some("sequence" | "tuple") => "a list",
        Some("i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "usize") => {
            "a whole number in its range"
        }
        Some("f32" | "f64") => "a number",
        _ => expected,
    }
}

fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}
