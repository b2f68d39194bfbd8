//! Recovery codes: 80 random bits each, shown once, and kept as an HMAC under a key that does not lie in the database.

use aws_lc_rs::rand::fill;
use domain::identity::{RecoveryCodesId, UserId};

use super::base32;
use crate::Api;
use crate::http::Problem;
use crate::identity::ids;

const CODES: usize = 10;
const CODE_BYTES: usize = 10;
const LETTERS: usize = 16;
const GROUP: usize = 4;

/// A set that was kept, and its codes as they are shown, this once.
pub struct Drawn {
    pub id: RecoveryCodesId,
    pub codes: Vec<String>,
}

/// Draws a set and keeps it. It is good for nothing until an event names it.
pub async fn draw(api: &Api, user: &UserId) -> Result<Drawn, Problem> {
    let id: RecoveryCodesId = ids::new(ids::RECOVERY_CODES)?;
    let codes = (0..CODES).map(|_| draw_one()).collect::<Result<Vec<_>, _>>()?;
    let hashes: Vec<String> = codes.iter().map(|code| hash(api, &id, code)).collect();
    api.identity.kept.keep_recovery_codes(&id, user, &hashes).await?;
    Ok(Drawn { id, codes: codes.iter().map(|code| shown(code)).collect() })
}

fn draw_one() -> Result<String, Problem> {
    let mut bytes = [0; CODE_BYTES];
    fill(&mut bytes).map_err(|_| Problem::internal())?;
    Ok(base32::encode(&bytes))
}

/// In groups, which are easier to copy.
fn shown(code: &str) -> String {
    let letters: Vec<char> = code.to_ascii_lowercase().chars().collect();
    letters.chunks(GROUP).map(String::from_iter).collect::<Vec<_>>().join("-")
}

/// The letters of a code, however it was copied.
pub fn read(text: &str) -> Option<String> {
    let letters = text.chars().filter(|letter| !matches!(letter, '-' | ' ')).take(LETTERS + 1);
    let code: String = letters.map(|letter| letter.to_ascii_uppercase()).collect();
    (code.len() == LETTERS && code.chars().all(base32::is_letter)).then_some(code)
}

/// No name of a person holds a blank, so none of them has this key.
pub fn hash(api: &Api, id: &RecoveryCodesId, code: &str) -> String {
    api.executor.look_up_key(&format!("recovery {id} {code}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_code_is_read_as_it_was_shown_or_nearly() {
        let code = draw_one().unwrap();
        let written = shown(&code);
        assert_eq!(written.len(), LETTERS + 3);
        for text in [written.clone(), written.to_uppercase(), written.replace('-', " "), code.clone()] {
            assert_eq!(read(&text).as_ref(), Some(&code), "{text}");
        }
        for text in ["", "123456", &written[1..], &format!("{written}a"), &written.replacen('-', "1", 1)] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_is_no_code_or_one_as_they_are_drawn(text in "\\PC{0,60}|[a-zA-Z2-7 -]{0,24}") {
            if let Some(code) = read(&text) {
                prop_assert!(code.len() == LETTERS && code.chars().all(base32::is_letter));
                prop_assert_eq!(read(&shown(&code)), Some(code));
            }
        }
    }
}
