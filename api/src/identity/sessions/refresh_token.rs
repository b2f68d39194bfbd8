//! Refresh tokens: which session, the how-manieth, and a MAC over both. Nothing of them is kept, so what leaks from the
//! database is none; and the one that follows another can be made again, for whoever asks twice.

use aws_lc_rs::{constant_time, hmac};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use domain::identity::SessionId;
use domain::secret::Secret;

/// By which scanners of source code know one.
const PREFIX: &str = "art";
const LENGTH_MAX: usize = 200;
const MAC_BYTES: usize = 16;

pub struct RefreshTokens(hmac::Key);

/// What a token of ours says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbered {
    pub session: SessionId,
    pub number: i64,
}

impl RefreshTokens {
    pub fn new(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    pub fn issue(&self, session: &SessionId, number: i64) -> String {
        format!("{PREFIX}.{session}.{number}.{}", BASE64.encode(self.mac(session, number)))
    }

    /// What it says, if it was made here. Whether it is still good is asked elsewhere.
    pub fn read(&self, token: &Secret<String>) -> Option<Numbered> {
        let text = token.reveal();
        if text.len() > LENGTH_MAX {
            return None;
        }
        let mut parts = text.split('.');
        let (prefix, session, number, mac) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        if prefix != PREFIX || parts.next().is_some() {
            return None;
        }
        let (session, digits) = (SessionId::new(session).ok()?, number);
        let number: i64 = digits.parse().ok().filter(|number| *number >= 0)?;
        // One token is written in one way only.
        let is_plain = number.to_string() == digits;
        let mac = BASE64.decode(mac).ok()?;
        let fits = constant_time::verify_slices_are_equal(&mac, &self.mac(&session, number)).is_ok();
        (is_plain && fits).then_some(Numbered { session, number })
    }

    fn mac(&self, session: &SessionId, number: i64) -> [u8; MAC_BYTES] {
        let tag = hmac::sign(&self.0, format!("{session}.{number}").as_bytes());
        let mut mac = [0; MAC_BYTES];
        mac.copy_from_slice(&tag.as_ref()[..MAC_BYTES]);
        mac
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tokens() -> RefreshTokens {
        RefreshTokens::new(&[7; 32])
    }

    fn read(text: &str) -> Option<Numbered> {
        tokens().read(&Secret::new(text.to_owned()))
    }

    proptest! {
        #[test]
        fn what_was_issued_is_read_and_nothing_near_it(
            number in 0..i64::MAX, id in "ses_[a-z0-9]{1,32}", at in any::<prop::sample::Index>(), by in 1..=255u8
        ) {
            let session = SessionId::new(id).unwrap();
            let token = tokens().issue(&session, number);
            prop_assert_eq!(read(&token), Some(Numbered { session: session.clone(), number }));
            let mut changed = token.clone().into_bytes();
            let place = at.index(changed.len());
            changed[place] ^= by;
            if let Ok(changed) = String::from_utf8(changed) {
                prop_assert_eq!(read(&changed), None);
            }
            let other = RefreshTokens::new(&[8; 32]);
            prop_assert_eq!(other.read(&Secret::new(token)), None);
        }

        #[test]
        fn whatever_comes_is_no_token_and_no_panic(text in "\\PC{0,300}") {
            prop_assert_eq!(read(&text), None);
            let dotted = format!("art.{text}.1.AAAA");
            prop_assert_eq!(read(&dotted), None);
        }
    }

    #[test]
    fn a_token_is_written_in_one_way_only() {
        let token = tokens().issue(&SessionId::new("ses_1").unwrap(), 1);
        for other in [token.replace(".1.", ".01."), token.replace(".1.", ".+1."), format!("{token}=")] {
            assert_eq!(read(&other), None, "{other}");
        }
    }
}
