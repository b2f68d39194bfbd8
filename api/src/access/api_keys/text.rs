//! What a program shows: `atk_live_<key>_<secret><checksum>`. The beginning is for scanners of source code, the key says
//! where to look, and the checksum tells what was mistyped or made up without asking anybody.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::fill;
use domain::identity::ApiKeyId;
use domain::secret::Secret;

use super::Hash;
use crate::http::Problem;
use crate::identity::ids;

const PREFIX: &str = "atk_live_";
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Digits of 128 bits, of 256 bits, and of 32 bits.
const KEY_DIGITS: usize = 22;
const SECRET_DIGITS: usize = 43;
const CHECK_DIGITS: usize = 6;
const LENGTH: usize = PREFIX.len() + KEY_DIGITS + 1 + SECRET_DIGITS + CHECK_DIGITS;
/// The same 62 values four times: a byte beyond them would favour some digits.
const EVEN: u8 = 248;

#[derive(Debug, Clone)]
pub struct KeyText {
    pub key: ApiKeyId,
    secret: Secret<String>,
}

impl KeyText {
    /// Whether a text was meant to be one of ours.
    pub fn looks_like_one(text: &str) -> bool {
        text.starts_with(PREFIX)
    }

    /// A new secret for a key.
    pub fn draw(key: &ApiKeyId) -> Result<Self, Problem> {
        Ok(Self { key: key.clone(), secret: Secret::new(draw_digits()?) })
    }

    /// What is kept of the secret. It is random enough that nothing slower is needed.
    pub fn hash(&self) -> Hash {
        let mut hash = Hash::default();
        hash.copy_from_slice(digest(&SHA256, self.secret.reveal().as_bytes()).as_ref());
        hash
    }

    /// As it is shown, this once.
    pub fn write(&self) -> Option<String> {
        let key = digits_of(number_of(&self.key)?, KEY_DIGITS);
        let text = format!("{PREFIX}{key}_{}", self.secret.reveal());
        Some(format!("{text}{}", checksum(&text)))
    }

    /// What it says, if the checksum is right. A text is written in one way only.
    pub fn read(text: &str) -> Option<Self> {
        if text.len() != LENGTH || !text.is_ascii() {
            return None;
        }
        let (body, check) = text.split_at(LENGTH - CHECK_DIGITS);
        let (key, secret) = body.strip_prefix(PREFIX)?.split_once('_')?;
        let is_whole = key.len() == KEY_DIGITS && secret.bytes().all(|byte| DIGITS.contains(&byte));
        if !is_whole || checksum(body) != check {
            return None;
        }
        let key = ApiKeyId::new(format!("{}_{:032x}", ids::API_KEY, value_of(key)?)).ok()?;
        Some(Self { key, secret: Secret::new(secret.to_owned()) })
    }
}

/// The number that the id of a key holds.
fn number_of(key: &ApiKeyId) -> Option<u128> {
    let (_, number) = key.as_str().split_once('_')?;
    u128::from_str_radix(number, 16).ok()
}

fn draw_digits() -> Result<String, Problem> {
    let mut drawn = String::with_capacity(SECRET_DIGITS);
    while drawn.len() < SECRET_DIGITS {
        let mut bytes = [0; SECRET_DIGITS];
        fill(&mut bytes).map_err(|_| Problem::internal())?;
        let even = bytes.into_iter().filter(|byte| *byte < EVEN);
        drawn.extend(even.map(|byte| char::from(DIGITS[usize::from(byte) % DIGITS.len()])));
    }
    drawn.truncate(SECRET_DIGITS);
    Ok(drawn)
}

fn checksum(text: &str) -> String {
    digits_of(crc32(text.as_bytes()).into(), CHECK_DIGITS)
}

/// CRC-32 as zlib has it.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    let add = |crc: u32, byte: &u8| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc));
    !bytes.iter().fold(u32::MAX, add)
}

/// A number in base 62, with zeros before it.
fn digits_of(mut number: u128, width: usize) -> String {
    let mut digits = vec![b'0'; width];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(number % 62) as usize];
        number /= 62;
    }
    digits.into_iter().map(char::from).collect()
}

fn value_of(digits: &str) -> Option<u128> {
    digits.bytes().try_fold(0_u128, |value, byte| {
        let digit = DIGITS.iter().position(|known| *known == byte)?;
        value.checked_mul(62)?.checked_add(digit as u128)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(number: u128) -> ApiKeyId {
        ApiKeyId::new(format!("key_{number:032x}")).unwrap()
    }

    #[test]
    fn the_checksum_is_the_usual_one() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn two_secrets_of_one_key_are_not_the_same() {
        let (one, other) = (KeyText::draw(&key(1)).unwrap(), KeyText::draw(&key(1)).unwrap());
        assert_ne!(one.hash(), other.hash());
        assert_ne!(one.write(), other.write());
        assert!(!format!("{one:?}").contains(one.secret.reveal()));
    }

    #[test]
    fn of_ten_thousand_secrets_no_two_are_alike_and_every_digit_is_as_likely() {
        let mut drawn = std::collections::HashSet::new();
        let mut digits = std::collections::HashMap::<char, u32>::new();
        for _ in 0..10_000 {
            let secret = KeyText::draw(&key(1)).unwrap().secret.reveal().clone();
            assert_eq!(secret.len(), SECRET_DIGITS);
            secret.chars().for_each(|digit| *digits.entry(digit).or_default() += 1);
            assert!(drawn.insert(secret));
        }
        // Each of 62 is expected 6 935 times; a deviation by a tenth is eight times the usual one.
        assert_eq!(digits.len(), 62);
        assert!(digits.values().all(|times| (6_240..7_630).contains(times)), "{digits:?}");
    }

    proptest! {
        #[test]
        fn what_was_drawn_is_read_and_nothing_near_it(
            number in any::<u128>(), at in any::<prop::sample::Index>(), by in 1..=255_u8
        ) {
            let drawn = KeyText::draw(&key(number)).unwrap();
            let text = drawn.write().unwrap();
            let read = KeyText::read(&text).unwrap();
            prop_assert_eq!(&read.key, &drawn.key);
            prop_assert_eq!(read.hash(), drawn.hash());
            prop_assert_eq!(read.write().unwrap(), text.clone());
            let mut changed = text.clone().into_bytes();
            let place = at.index(changed.len());
            changed[place] ^= by;
            if let Ok(changed) = String::from_utf8(changed) {
                prop_assert!(KeyText::read(&changed).is_none());
            }
            prop_assert!(KeyText::read(&text[..text.len() - 1]).is_none());
            let longer = format!("{text}0");
            prop_assert!(KeyText::read(&longer).is_none());
        }

        #[test]
        fn whatever_comes_is_no_key_and_no_panic(text in "\\PC{0,120}", tail in "[0-9A-Za-z_]{72}") {
            prop_assert!(KeyText::read(&text).is_none());
            let near = format!("atk_live_{tail}");
            prop_assert!(KeyText::read(&near).is_none());
        }
    }
}
