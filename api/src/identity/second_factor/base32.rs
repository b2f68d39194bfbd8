//! Base 32 as RFC 4648 has it, without padding: what people can read to each other, and what programs that show codes take.

const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

pub fn encode(bytes: &[u8]) -> String {
    let bit = |at: usize| bytes.get(at / 8).map_or(0, |byte| byte >> (7 - at % 8) & 1);
    let letter = |at: usize| (0..5).fold(0, |value, next| value << 1 | bit(at * 5 + next));
    (0..(bytes.len() * 8).div_ceil(5)).map(|at| char::from(LETTERS[usize::from(letter(at))])).collect()
}

pub fn is_letter(letter: char) -> bool {
    u8::try_from(letter).is_ok_and(|byte| LETTERS.contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of RFC 4648.
    #[test]
    fn it_writes_as_the_rfc_does() {
        for (bytes, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(encode(bytes.as_bytes()), text);
        }
    }
}
