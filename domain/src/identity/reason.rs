//! Why somebody or something is kept out, for those who read the log later.

/// Longest reason, in bytes.
pub const BYTES_MAX: usize = 1_000;

/// A reason in the form in which it is kept; nothing for a text that says nothing, or too much.
pub fn checked(text: &str) -> Option<String> {
    let text = text.trim();
    (1..=BYTES_MAX).contains(&text.len()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_says_something_and_not_too_much() {
        assert_eq!(checked(" abuse\n"), Some("abuse".to_owned()));
        assert_eq!(checked(" "), None);
        assert_eq!(checked(&"x".repeat(BYTES_MAX + 1)), None);
    }
}
