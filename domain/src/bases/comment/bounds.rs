//! How much a comment may say.

use super::CommentRefusal;

/// Unsettled: Airtable's bound.
pub const TEXT_BYTES_MAX: usize = 100_000;

pub fn check(text: &str) -> Result<(), CommentRefusal> {
    if text.trim().is_empty() {
        return Err(CommentRefusal::NoText);
    }
    if text.len() > TEXT_BYTES_MAX {
        return Err(CommentRefusal::TextTooLong);
    }
    // The log looks for the same, but sees nothing of what is sealed; the read models cannot keep it either.
    if text.contains('\0') { Err(CommentRefusal::NullCharacter) } else { Ok(()) }
}
