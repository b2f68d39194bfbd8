//! Names that people give to tenants and workspaces.

/// Longest name, in characters.
pub const LENGTH_MAX: usize = 120;

/// A name without blanks around it, or nothing when it is empty, too long or holds control characters.
pub fn checked(name: &str) -> Option<String> {
    let name = name.trim();
    let fits = (1..=LENGTH_MAX).contains(&name.chars().count());
    (fits && !name.chars().any(char::is_control)).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_trimmed_and_bounded() {
        assert_eq!(checked("  Ana's team "), Some("Ana's team".into()));
        assert_eq!(checked(&"é".repeat(LENGTH_MAX)), Some("é".repeat(LENGTH_MAX)));
        for bad in ["", "  ", "a\nb", &"x".repeat(LENGTH_MAX + 1)] {
            assert_eq!(checked(bad), None, "{bad:?}");
        }
    }
}
