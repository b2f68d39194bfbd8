//! Codes that change with the time: RFC 6238 with what every program that shows them takes, SHA-1, six digits, thirty
//! seconds. The time comes from the caller.

use aws_lc_rs::hmac::{self, HMAC_SHA1_FOR_LEGACY_USE_ONLY};
use jiff::Timestamp;

use super::base32;

const STEP_SECONDS: i64 = 30;
const DIGITS: usize = 6;
/// Clocks differ, and people type slowly: the step before and the step after are as good.
const AROUND: i64 = 1;
/// What programs call the account by.
const ISSUER: &str = "Airtide";

/// The step whose code it is, of those that are good at a time, the latest first.
pub fn step_of(secret: &[u8], code: &str, now: Timestamp) -> Option<i64> {
    let present = now.as_second().div_euclid(STEP_SECONDS);
    (present - AROUND..=present + AROUND).rev().find(|step| {
        let expected = code_at(secret, *step, DIGITS);
        aws_lc_rs::constant_time::verify_slices_are_equal(expected.as_bytes(), code.as_bytes()).is_ok()
    })
}

pub fn is_code(text: &str) -> bool {
    text.len() == DIGITS && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// RFC 4226, with the step as the counter.
fn code_at(secret: &[u8], step: i64, digits: usize) -> String {
    let key = hmac::Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let offset = usize::from(tag[tag.len() - 1] & 0x0f);
    let chosen = tag[offset..offset + 4].iter().fold(0_u32, |value, byte| value << 8 | u32::from(*byte));
    let number = (chosen & 0x7fff_ffff) % 10_u32.pow(digits as u32);
    format!("{number:0digits$}")
}

/// What a program that shows codes reads from a picture.
pub fn uri(secret: &[u8], account: &str) -> String {
    let account: String = form_urlencoded::byte_serialize(account.as_bytes()).collect();
    // In a path a blank is %20; none of an address is written as a plus.
    let account = account.replace('+', "%20");
    format!("otpauth://totp/{ISSUER}:{account}?secret={}&issuer={ISSUER}", base32::encode(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// Appendix B of RFC 6238.
    #[test]
    fn it_shows_what_the_rfc_shows() {
        for (second, code) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            assert_eq!(code_at(SECRET, second / STEP_SECONDS, 8), code);
            assert_eq!(step_of(SECRET, &code[2..], at(second)), Some(second / STEP_SECONDS));
        }
    }

    #[test]
    fn a_code_is_good_for_its_step_and_one_around() {
        let code = code_at(SECRET, 1_000, DIGITS);
        for (step, expected) in
            [(998, None), (999, Some(1_000)), (1_000, Some(1_000)), (1_001, Some(1_000)), (1_002, None)]
        {
            for second in [step * STEP_SECONDS, step * STEP_SECONDS + STEP_SECONDS - 1] {
                assert_eq!(step_of(SECRET, &code, at(second)), expected, "{second}");
            }
        }
    }

    #[test]
    fn what_is_no_code_is_none() {
        let code = code_at(SECRET, 1_000, DIGITS);
        for text in ["", "1", &code[1..], &format!("{code}0"), "12345a", "١٢٣٤٥٦"] {
            assert!(!is_code(text), "{text}");
            assert_eq!(step_of(SECRET, text, at(30_000)), None, "{text}");
        }
        assert_eq!(step_of(b"another secret of them", &code, at(30_000)), None);
    }

    #[test]
    fn a_uri_holds_an_address_as_it_is() {
        let uri = uri(b"foobar", "ana+b c@example.org");
        assert_eq!(uri, "otpauth://totp/Airtide:ana%2Bb%20c%40example.org?secret=MZXW6YTBOI&issuer=Airtide");
    }
}
