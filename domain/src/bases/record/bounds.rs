//! How much an event of a record may hold. It is asked of what will be stored: sealed text is a third longer than what it hides.

use serde::Serialize;

use super::{LinkChange, RecordRefusal};

/// Bytes that one event of a record takes in the log at most, which takes 256 KiB with what stands beside it. An attachment counts as
/// what is known of it, not as its file.
pub const EVENT_BYTES_MAX: usize = 240 * 1024;
/// Nesting of what was taken over from Airtable as it came. What is deeper might never be read again.
pub const NESTED_MAX: usize = 64;
/// Ids that mean one record.
pub const ALIASES_MAX: usize = 16;
/// Names of fields, ids and times of an event.
const FRAME_BYTES: usize = 1_024;
/// What a cipher adds before the text is written in letters.
const CIPHER_BYTES: usize = 28;

pub fn check(sealed: &impl Serialize, links: &[LinkChange]) -> Result<(), RecordRefusal> {
    let too_large = || RecordRefusal::TooLarge(usize::MAX);
    let plain = serde_json::to_string(sealed).map_err(|_| too_large())?;
    let links = serde_json::to_string(links).map_err(|_| too_large())?;
    let bytes = stored(plain.len(), links.len());
    if bytes > EVENT_BYTES_MAX { Err(RecordRefusal::TooLarge(bytes)) } else { check_text(&plain) }
}

/// Bytes that an event takes whose sealed part and links have so many.
pub fn stored(plain: usize, links: usize) -> usize {
    (plain + CIPHER_BYTES).div_ceil(3) * 4 + links + FRAME_BYTES
}

/// The log looks for the same, but sees nothing of what is sealed; the read models cannot keep it either.
fn check_text(json: &str) -> Result<(), RecordRefusal> {
    let (mut depth, mut in_string) = (0_usize, false);
    let mut bytes = json.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match (in_string, byte) {
            (true, b'\\') => {
                if json.as_bytes()[at + 1..].starts_with(b"u0000") {
                    return Err(RecordRefusal::NullCharacter);
                }
                bytes.next();
            }
            (_, b'"') => in_string = !in_string,
            (false, b'{' | b'[') => {
                depth += 1;
                if depth > NESTED_MAX {
                    return Err(RecordRefusal::NestedTooDeep);
                }
            }
            (false, b'}' | b']') => depth -= 1,
            _ => {}
        }
    }
    Ok(())
}
