//! User names: short, plain, and never to be taken for an e-mail address or for the system itself.

const LENGTH_MIN: usize = 3;
const LENGTH_MAX: usize = 32;

/// Names that nobody may have, because readers would take their bearer for somebody else.
const RESERVED: [&str; 12] = [
    "admin",
    "administrator",
    "airtide",
    "anonymous",
    "api",
    "mail",
    "operator",
    "platform",
    "root",
    "security",
    "support",
    "system",
];

/// The form in which user names are compared and kept: lower case. Nothing for a text that is none.
pub fn normalized(text: &str) -> Option<String> {
    let name = text.trim().to_ascii_lowercase();
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte);
    let outer = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    let fits = (LENGTH_MIN..=LENGTH_MAX).contains(&name.len()) && name.bytes().all(plain);
    let is_framed = outer(name.bytes().next()) && outer(name.bytes().last());
    (fits && is_framed && !RESERVED.contains(&name.as_str())).then_some(name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_user_name_is_short_and_plain() {
        for (text, name) in [("Ana", "ana"), ("ana.b-c_9", "ana.b-c_9"), (" bob ", "bob")] {
            assert_eq!(normalized(text).as_deref(), Some(name));
        }
        for wrong in ["", "ab", "ana@example.org", ".ana", "ana-", "änna", "root", "Admin", &"x".repeat(33)]
        {
            assert_eq!(normalized(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_is_no_name_or_one_that_is_no_address(text in "\\PC{0,40}|[a-zA-Z0-9._@-]{0,36}") {
            if let Some(name) = normalized(&text) {
                prop_assert!(name.is_ascii() && !name.contains('@') && !RESERVED.contains(&name.as_str()));
                prop_assert_eq!(normalized(&name), Some(name.clone()));
                prop_assert_eq!(crate::identity::address::normalized(&name), None);
            }
        }
    }
}
