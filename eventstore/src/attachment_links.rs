//! The part of an attachment's address that lets whoever has it in: which bytes of which tenant it is of, until when it is good, and
//! a MAC over both. Within a window it stays the same, so that whoever fetched the file may keep it.

use aws_lc_rs::{constant_time, hmac};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use domain::bases::files::{BlobHash, StoredFile, UNKNOWN_TYPE};
use domain::bases::ids::AttachmentId;
use domain::identity::TenantId;
use jiff::Timestamp;

use crate::keys::Keys;

/// How long an address stays the same.
const WINDOW_SECONDS: i64 = 60 * 60;
/// How long an address is good for at least, whenever it is given.
const GOOD_FOR_SECONDS: i64 = 2 * 60 * 60;
const MAC_BYTES: usize = 16;
/// Of a token, and of the type in it.
const LENGTH_MAX: usize = 512;
const TYPE_BYTES_MAX: usize = 200;
const PARTS: usize = 6;

#[derive(Clone)]
pub struct AttachmentLinks(hmac::Key);

/// What an address leads to.
#[derive(Debug, Clone, PartialEq)]
pub struct AttachmentLink {
    pub tenant: TenantId,
    pub attachment: AttachmentId,
    pub hash: BlobHash,
    pub media_type: String,
    pub good_until: Timestamp,
}

/// Why an address leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    Forged,
    Ended,
}

impl AttachmentLinks {
    pub fn of(keys: &Keys) -> Self {
        Self::new(&keys.attachment_links())
    }

    fn new(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    pub fn issue(&self, tenant: &TenantId, file: &StoredFile<'_>, now: Timestamp) -> String {
        let said = [
            tenant.to_string(),
            file.attachment.to_string(),
            BASE64.encode(file.hash.as_bytes()),
            BASE64.encode(bounded(file.media_type)),
            until(now).to_string(),
        ];
        let said = said.join(".");
        let mac = BASE64.encode(self.mac(&said));
        format!("{said}.{mac}")
    }

    /// What a token says, if it was made here and is good still.
    pub fn read(&self, token: &str, now: Timestamp) -> Result<AttachmentLink, Closed> {
        let (said, mac) =
            token.rsplit_once('.').filter(|_| token.len() <= LENGTH_MAX).ok_or(Closed::Forged)?;
        let mac = BASE64.decode(mac).map_err(|_| Closed::Forged)?;
        constant_time::verify_slices_are_equal(&mac, &self.mac(said)).map_err(|_| Closed::Forged)?;
        let link = parsed(said).ok_or(Closed::Forged)?;
        if now < link.good_until { Ok(link) } else { Err(Closed::Ended) }
    }

    fn mac(&self, said: &str) -> [u8; MAC_BYTES] {
        let tag = hmac::sign(&self.0, said.as_bytes());
        let mut mac = [0; MAC_BYTES];
        mac.copy_from_slice(&tag.as_ref()[..MAC_BYTES]);
        mac
    }
}

fn bounded(media_type: &str) -> &str {
    if media_type.len() > TYPE_BYTES_MAX { UNKNOWN_TYPE } else { media_type }
}

/// The end of the window after the one that is long enough.
fn until(now: Timestamp) -> i64 {
    (now.as_second().div_euclid(WINDOW_SECONDS) + 1) * WINDOW_SECONDS + GOOD_FOR_SECONDS
}

/// No part has a dot in it, so this reads in one way only.
fn parsed(said: &str) -> Option<AttachmentLink> {
    let parts: Vec<&str> = said.splitn(PARTS, '.').collect();
    let [tenant, attachment, hash, media_type, until] = parts[..] else { return None };
    let hash: [u8; 32] = BASE64.decode(hash).ok()?.try_into().ok()?;
    Some(AttachmentLink {
        tenant: TenantId::new(tenant).ok()?,
        attachment: AttachmentId::parse(attachment).ok()?,
        hash: BlobHash::new(hash),
        media_type: String::from_utf8(BASE64.decode(media_type).ok()?).ok()?,
        good_until: Timestamp::from_second(until.parse().ok()?).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;

    fn links() -> AttachmentLinks {
        AttachmentLinks::new(&[7; 32])
    }

    fn tenant() -> TenantId {
        TenantId::new("ten_1").unwrap()
    }

    fn file() -> StoredFile<'static> {
        let attachment = AttachmentId::parse("att00000000000001").unwrap();
        StoredFile { attachment, hash: BlobHash::new([9; 32]), name: "a.png", media_type: "image/png" }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn an_address_says_what_it_leads_to() {
        let now = at(1_700_000_000);
        let link = links().read(&links().issue(&tenant(), &file(), now), now).unwrap();
        assert_eq!((link.tenant, link.attachment), (tenant(), file().attachment));
        assert_eq!((link.hash, link.media_type.as_str()), (file().hash, "image/png"));
    }

    #[test]
    fn it_stays_the_same_for_an_hour() {
        let issued = |second| links().issue(&tenant(), &file(), at(second));
        assert_eq!(issued(7_200), issued(7_200 + WINDOW_SECONDS - 1));
        assert_ne!(issued(7_200), issued(7_200 + WINDOW_SECONDS));
    }

    #[test]
    fn another_key_made_none_of_it() {
        let other = AttachmentLinks::new(&[8; 32]).issue(&tenant(), &file(), at(0));
        assert_eq!(links().read(&other, at(0)), Err(Closed::Forged));
    }

    proptest! {
        #[test]
        fn it_is_good_for_two_hours_at_least_and_three_at_most(second in 0..4_000_000_000_i64) {
            let now = at(second);
            let token = links().issue(&tenant(), &file(), now);
            let read_after = |hours: i64, more| {
                links().read(&token, now + SignedDuration::from_secs(hours * 3_600 + more))
            };
            prop_assert!(read_after(2, 0).is_ok());
            prop_assert_eq!(read_after(3, 1), Err(Closed::Ended));
        }

        #[test]
        fn nothing_near_an_address_is_one(place in any::<prop::sample::Index>(), by in 1..=255_u8) {
            let mut changed = links().issue(&tenant(), &file(), at(0)).into_bytes();
            let place = place.index(changed.len());
            changed[place] ^= by;
            if let Ok(changed) = String::from_utf8(changed) {
                prop_assert_eq!(links().read(&changed, at(0)), Err(Closed::Forged));
            }
        }

        #[test]
        fn whatever_comes_is_no_address_and_no_panic(text in "\\PC{0,600}|([a-z]{0,4}\\.){0,8}") {
            prop_assert_eq!(links().read(&text, at(0)), Err(Closed::Forged));
        }
    }
}
