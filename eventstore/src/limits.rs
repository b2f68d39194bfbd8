//! Every bound of the log, checked before anything is queued.

/// Bytes of one event: payload and metadata. Larger values are kept as blobs and referred to.
pub const EVENT_BYTES_MAX: usize = 256 * 1024;
/// Events that one command may write.
pub const UNIT_EVENTS_MAX: usize = 1_000;
/// Bytes that one command may write.
pub const UNIT_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Guards that one command may set.
pub const UNIT_GUARDS_MAX: usize = 1_000;
/// Commands that commit together.
pub const BATCH_UNITS_MAX: usize = 500;
/// Bytes that commit together.
pub const BATCH_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Nesting of a payload.
pub const JSON_DEPTH_MAX: usize = 64;
/// Bytes of an actor's name, a reservation's key or a claim.
pub const NAME_BYTES_MAX: usize = 256;
/// How far one command moves a counter.
pub const COUNT_AMOUNT_MAX: i64 = 1_000_000_000_000_000;
/// Events read in one page.
pub const PAGE_EVENTS_MAX: usize = 1_000;

/// Why something is too much for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LimitExceeded {
    #[error("an event has {0} bytes, {EVENT_BYTES_MAX} are allowed")]
    EventBytes(usize),
    #[error("a command writes {0} events, {UNIT_EVENTS_MAX} are allowed")]
    UnitEvents(usize),
    #[error("a command writes {0} bytes, {UNIT_BYTES_MAX} are allowed")]
    UnitBytes(usize),
    #[error("a command sets {0} guards, {UNIT_GUARDS_MAX} are allowed")]
    UnitGuards(usize),
    #[error("a value is nested deeper than {JSON_DEPTH_MAX}")]
    JsonDepth,
    #[error("a text holds the character U+0000, which the log cannot keep")]
    NullCharacter,
    #[error("a counter moves by {0}, {COUNT_AMOUNT_MAX} are allowed")]
    CountAmount(i64),
    #[error("a name has {0} bytes, 1 to {NAME_BYTES_MAX} are allowed")]
    NameBytes(usize),
}

/// Checks depth and characters of a JSON text that is known to be well formed.
pub fn check_json(text: &str) -> Result<(), LimitExceeded> {
    let mut depth = 0usize;
    let mut in_string = false;
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match (in_string, byte) {
            (true, b'\\') => {
                if text.as_bytes()[at + 1..].starts_with(b"u0000") {
                    return Err(LimitExceeded::NullCharacter);
                }
                bytes.next();
            }
            (_, b'"') => in_string = !in_string,
            (false, b'{' | b'[') => {
                depth += 1;
                if depth > JSON_DEPTH_MAX {
                    return Err(LimitExceeded::JsonDepth);
                }
            }
            (false, b'}' | b']') => depth -= 1,
            _ => {}
        }
    }
    Ok(())
}

pub fn check_name(name: &str) -> Result<(), LimitExceeded> {
    if name.contains('\0') {
        return Err(LimitExceeded::NullCharacter);
    }
    let fits = (1..=NAME_BYTES_MAX).contains(&name.len());
    if fits { Ok(()) } else { Err(LimitExceeded::NameBytes(name.len())) }
}

pub fn check_amount(amount: i64) -> Result<(), LimitExceeded> {
    let fits = amount.unsigned_abs() <= COUNT_AMOUNT_MAX.unsigned_abs();
    if fits { Ok(()) } else { Err(LimitExceeded::CountAmount(amount)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nesting_is_bounded_and_brackets_in_text_do_not_count() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(check_json(&nested(JSON_DEPTH_MAX)), Ok(()));
        assert_eq!(check_json(&nested(JSON_DEPTH_MAX + 1)), Err(LimitExceeded::JsonDepth));
        let brackets_in_text = format!(r#"{{"a":"\"{}"}}"#, "[".repeat(100));
        assert_eq!(check_json(&brackets_in_text), Ok(()));
    }

    /// What stands beside a payload: ids, the actor's name, the trace.
    const META_BYTES: usize = 8 * 1024;

    /// What bases and records may tell at once is an event: this does not compile otherwise.
    const _: () = {
        use domain::bases::base::{NAME_LENGTH_MAX, SCHEMA_BYTES_MAX};
        use domain::bases::record;
        assert!(SCHEMA_BYTES_MAX + 4 * NAME_LENGTH_MAX + META_BYTES <= EVENT_BYTES_MAX);
        assert!(record::EVENT_BYTES_MAX + META_BYTES <= EVENT_BYTES_MAX);
        assert!(record::NESTED_MAX <= JSON_DEPTH_MAX);
    };

    #[test]
    fn the_null_character_is_refused_but_an_escaped_backslash_before_it_is_not_it() {
        assert_eq!(check_json(r#"{"a":"x\u0000"}"#), Err(LimitExceeded::NullCharacter));
        assert_eq!(check_json(r#"{"a":"x\\u0000"}"#), Ok(()));
        assert_eq!(check_json(r#"{"a":"\\\u0000"}"#), Err(LimitExceeded::NullCharacter));
    }
}
