//! Which passwords are accepted: long enough, and not one that is tried first. There are no rules of composition.

use std::collections::HashSet;
use std::sync::OnceLock;

/// The most common passwords of public leaks, one a line.
const COMMON: &str = include_str!("common.txt");
/// Longest password, in bytes: nothing longer is hashed.
pub const LENGTH_MAX: usize = 256;
const PRODUCT: &str = "airtide";

#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// In characters.
    pub length_min: usize,
}

/// Words of which a person's password should not be one.
pub struct Context<'a> {
    pub email: &'a str,
    pub username: Option<&'a str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weakness {
    TooShort {
        length_min: usize,
    },
    TooLong,
    Common,
    /// It is the product's name, the address' local part or the user name.
    OfContext,
}

impl Policy {
    pub fn check(&self, password: &str, context: &Context<'_>) -> Result<(), Weakness> {
        if password.len() > LENGTH_MAX {
            return Err(Weakness::TooLong);
        }
        if password.chars().count() < self.length_min {
            return Err(Weakness::TooShort { length_min: self.length_min });
        }
        let core = core_of(password);
        if common().contains(core.as_str()) {
            return Err(Weakness::Common);
        }
        if context.words().any(|word| core_of(word) == core) { Err(Weakness::OfContext) } else { Ok(()) }
    }
}

impl Context<'_> {
    fn words(&self) -> impl Iterator<Item = &str> {
        let local = self.email.split('@').next();
        [Some(PRODUCT), local, self.username].into_iter().flatten()
    }
}

/// What is left of a password without case, and without digits and punctuation at both ends: what people add to get
/// past rules. One that is nothing else stays as it is.
fn core_of(password: &str) -> String {
    let folded = password.to_lowercase();
    let core = folded.trim_matches(|letter: char| !letter.is_alphabetic());
    if core.is_empty() { folded } else { core.to_owned() }
}

fn common() -> &'static HashSet<String> {
    static CORES: OnceLock<HashSet<String>> = OnceLock::new();
    CORES.get_or_init(|| COMMON.lines().map(core_of).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(password: &str) -> Result<(), Weakness> {
        let context = Context { email: "annabella@example.org", username: Some("orchardkeeper") };
        Policy { length_min: 8 }.check(password, &context)
    }

    #[test]
    fn length_counts_in_characters_and_has_two_ends() {
        assert_eq!(check("short"), Err(Weakness::TooShort { length_min: 8 }));
        assert_eq!(check("äöüäöüäö"), Ok(()));
        assert_eq!(check(&"ab".repeat(128)), Ok(()));
        assert_eq!(check(&"x".repeat(LENGTH_MAX + 1)), Err(Weakness::TooLong));
    }

    #[test]
    fn any_letters_do_and_none_have_to() {
        for good in [
            "ohne ziffern",
            "31415926535",
            "QUITE LOUD",
            " spaces at both ends ",
            "пароль-мой",
            "🦀🦀🦀🦀🦀🦀🦀🦀",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for length in [64, 128] {
            assert_eq!(
                check(&"Zq ".repeat(length).chars().take(length).collect::<String>()),
                Ok(()),
                "{length}"
            );
        }
    }

    #[test]
    fn what_everybody_tries_first_is_refused_however_it_is_dressed() {
        for common in ["password", "PassWord123!", "12345678", "!!sunshine99"] {
            assert_eq!(check(common), Err(Weakness::Common), "{common}");
        }
    }

    #[test]
    fn words_around_the_person_are_refused_when_they_are_all_there_is() {
        for word in ["Airtide2026", "annabella1", "orchardkeeper!"] {
            assert_eq!(check(word), Err(Weakness::OfContext), "{word}");
        }
    }

    #[test]
    fn containing_a_common_word_is_no_weakness() {
        for good in ["testpass123", "my airtide account", "correct horse battery staple", "        "] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn the_list_has_a_thousand_words() {
        assert_eq!(COMMON.lines().count(), 1_000);
    }
}
