//! A text that is looked for, in the forms in which it may lie somewhere.

/// Shorter ones are found everywhere.
const LETTERS_MIN: usize = 3;
/// As bytes, in hexadecimal digits: shorter ones are found in any hash.
const BYTES_MIN: usize = 6;

/// In small letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needle {
    pub text: String,
    /// Found as a whole word only.
    pub is_word: bool,
}

impl Needle {
    /// As it is, as JSON writes it, and as bytes.
    pub fn all_of(text: &str) -> Vec<Needle> {
        let text = text.trim().to_lowercase();
        if text.chars().count() < LETTERS_MIN {
            return Vec::new();
        }
        let mut needles = vec![Needle { text: text.clone(), is_word: true }];
        let written = serde_json::to_string(&text).unwrap_or_default();
        let written = written.trim_matches('"');
        if written != text {
            needles.push(Needle { text: written.to_owned(), is_word: true });
        }
        if text.len() >= BYTES_MIN {
            let digits = text.bytes().map(|byte| format!("{byte:02x}")).collect();
            needles.push(Needle { text: digits, is_word: false });
        }
        needles
    }

    /// As a regular expression of Postgres.
    pub fn pattern(&self) -> String {
        let escape = |letter: char| match letter.is_alphanumeric() {
            true => letter.to_string(),
            false => format!("\\{letter}"),
        };
        let text: String = self.text.chars().map(escape).collect();
        match self.is_word {
            true => format!("(^|[^[:alnum:]]){text}($|[^[:alnum:]])"),
            false => text,
        }
    }

    /// Whether a text in small letters holds it.
    pub fn is_in(&self, haystack: &str) -> bool {
        let is_free = |letter: Option<char>| letter.is_none_or(|letter| !letter.is_alphanumeric());
        haystack.match_indices(&self.text).any(|(at, _)| {
            let (before, after) = (&haystack[..at], &haystack[at + self.text.len()..]);
            !self.is_word || (is_free(before.chars().next_back()) && is_free(after.chars().next()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(text: &str, haystack: &str) -> bool {
        Needle::all_of(text).iter().any(|needle| needle.is_in(haystack))
    }

    #[test]
    fn a_text_is_found_as_a_word_whatever_stands_around_it() {
        assert!(finds("Ana", r#"{"name":"ana"}"#));
        assert!(finds("Ana@Example.org", "mail to <ana@example.org> failed"));
        assert!(!finds("ana", "an anatomy of bananas"));
        assert!(!finds("ab", "ab"));
    }

    #[test]
    fn it_is_found_as_json_and_as_bytes() {
        assert!(finds(r#"Ana "the" One"#, r#"{"name":"ana \"the\" one"}"#));
        assert!(finds("anabel", r"\x00616e6162656c00"));
    }

    #[test]
    fn a_pattern_takes_letters_for_nothing_else() {
        let needle = Needle { text: "a.b".into(), is_word: true };
        assert_eq!(needle.pattern(), r"(^|[^[:alnum:]])a\.b($|[^[:alnum:]])");
    }
}
