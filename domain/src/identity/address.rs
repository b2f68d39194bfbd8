//! E-mail addresses: which texts are one, and when two are the same.

/// Longest address, in bytes, as mail servers have it.
pub const LENGTH_MAX: usize = 254;
/// Longest part before the @, in bytes.
const LOCAL_LENGTH_MAX: usize = 64;

/// The form in which addresses are compared: trimmed and in lower case. Nothing for a text that is no address.
/// A domain is written in ASCII; international ones in their `xn--` form.
pub fn normalized(text: &str) -> Option<String> {
    let text = text.trim();
    let (local, domain) = text.rsplit_once('@')?;
    let fits = text.len() <= LENGTH_MAX && (1..=LOCAL_LENGTH_MAX).contains(&local.len());
    (fits && is_local(local) && is_domain(domain)).then(|| text.to_lowercase())
}

fn is_local(local: &str) -> bool {
    !local.chars().any(|letter| {
        letter.is_whitespace()
            || letter.is_control()
            || "@<>\"(),:;[]\\".contains(letter)
            || is_disguised(letter)
    })
}

/// The sign of kelvin is written small as `k`. Mail servers know it from a `k`, so whoever has the one address would be
/// taken for whoever has the other.
fn is_disguised(letter: char) -> bool {
    !letter.is_ascii() && letter.to_lowercase().any(|small| small.is_ascii())
}

fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (1..=63).contains(&label.len())
            && label.bytes().all(plain)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    !domain.is_empty() && domain.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn two_ways_to_write_an_address_are_the_same() {
        assert_eq!(normalized(" Ana@Example.ORG ").unwrap(), "ana@example.org");
        assert_eq!(normalized("ÄNA@example.org"), normalized("äna@example.org"));
    }

    #[test]
    fn what_is_no_address_has_no_form() {
        let long = format!("{}@example.org", "a".repeat(65));
        for wrong in [
            "",
            "ana",
            "@example.org",
            "ana@",
            "a na@example.org",
            "ana@exa mple.org",
            "a@-x.org",
            "a@x..org",
            &long,
        ] {
            assert_eq!(normalized(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_another_letter_is_written_small_as_is_no_part_of_an_address() {
        for disguised in ["\u{212a}ana@example.org", "an\u{130}a@example.org"] {
            assert_eq!(normalized(disguised), None, "{disguised}");
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_is_no_address_or_one_in_one_form(text in "\\PC{0,40}@[a-z.A-Z0-9-]{0,20}|\\PC{0,80}|[\\x00-\\x7f]{1,12}@example.org") {
            if let Some(address) = normalized(&text) {
                prop_assert_eq!(address.matches('@').count(), 1);
                prop_assert!(!address.chars().any(|letter| letter.is_control() || letter.is_whitespace()));
                prop_assert_eq!(text.trim().is_ascii(), address.is_ascii());
                // Some letters take more room when they are written small.
                if address.len() == text.trim().len() {
                    prop_assert_eq!(normalized(&address), Some(address));
                }
            }
        }
    }
}
