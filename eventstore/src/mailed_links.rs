//! The secret part of links in mails: whom a proof is of, which one it is, and a MAC over both and the purpose. It is made
//! where the mail is written and again where it is shown; kept nowhere, it cannot leak from a table or an event.

use aws_lc_rs::{constant_time, hmac};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use domain::identity::proof::Purpose;
use domain::identity::{ProofId, TenantId};
use domain::secret::Secret;
use jiff::Timestamp;
use uuid::{NoContext, Uuid};

use crate::event::StreamId;
use crate::keys::Keys;

/// By which scanners of source code know one.
const PREFIX: &str = "alk";
const LENGTH_MAX: usize = 300;
const MAC_BYTES: usize = 16;
/// Of a link that names a tenant.
const PARTS_MAX: usize = 5;

/// A proof that is made at a time; its id says when.
pub fn new_proof(at: Timestamp) -> Option<ProofId> {
    let seconds = u64::try_from(at.as_second()).ok()?;
    let time = uuid::Timestamp::from_unix(NoContext, seconds, at.subsec_nanosecond().unsigned_abs());
    ProofId::new(format!("prf_{}", Uuid::new_v7(time).simple())).ok()
}

#[derive(Clone)]
pub struct MailedLinks(hmac::Key);

/// What the token of a link says.
#[derive(Debug, Clone, PartialEq)]
pub struct MailedLink {
    /// Whose stream it is; nothing for that of a person, which is nobody's.
    pub tenant: Option<TenantId>,
    /// The stream that waits for the proof.
    pub stream: StreamId,
    pub proof: ProofId,
}

impl MailedLinks {
    pub fn of(keys: &Keys) -> Self {
        Self::new(&keys.mailed_links())
    }

    fn new(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    pub fn issue(&self, purpose: Purpose, link: &MailedLink) -> String {
        let mac = BASE64.encode(self.mac(purpose, link));
        format!("{PREFIX}.{}.{mac}", said(link))
    }

    /// What a token says, if it was made here for this purpose. Whether the proof still counts is asked elsewhere.
    pub fn read(&self, purpose: Purpose, token: &Secret<String>) -> Option<MailedLink> {
        let text = token.reveal();
        if text.len() > LENGTH_MAX {
            return None;
        }
        let parts: Vec<&str> = text.splitn(PARTS_MAX + 1, '.').collect();
        let (tenant, stream, proof, mac) = match parts[..] {
            [PREFIX, stream, proof, mac] => (None, stream, proof, mac),
            [PREFIX, tenant, stream, proof, mac] => (Some(tenant), stream, proof, mac),
            _ => return None,
        };
        let link = MailedLink {
            tenant: tenant.map(TenantId::new).transpose().ok()?,
            stream: StreamId::new(stream).ok()?,
            proof: ProofId::new(proof).ok()?,
        };
        let mac = BASE64.decode(mac).ok()?;
        let fits = constant_time::verify_slices_are_equal(&mac, &self.mac(purpose, &link)).is_ok();
        fits.then_some(link)
    }

    fn mac(&self, purpose: Purpose, link: &MailedLink) -> [u8; MAC_BYTES] {
        let said = format!("{}.{}", purpose.name(), said(link));
        let tag = hmac::sign(&self.0, said.as_bytes());
        let mut mac = [0; MAC_BYTES];
        mac.copy_from_slice(&tag.as_ref()[..MAC_BYTES]);
        mac
    }
}

/// Ids have no dots, so this reads in one way only.
fn said(link: &MailedLink) -> String {
    let of_stream = format!("{}.{}", link.stream.as_str(), link.proof);
    match &link.tenant {
        Some(tenant) => format!("{tenant}.{of_stream}"),
        None => of_stream,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn links() -> MailedLinks {
        MailedLinks::new(&[7; 32])
    }

    fn read(purpose: Purpose, text: &str) -> Option<MailedLink> {
        links().read(purpose, &Secret::new(text.to_owned()))
    }

    #[test]
    fn a_new_proof_holds_from_its_time_on() {
        let made = "2026-03-01T12:00:00.250Z".parse::<Timestamp>().unwrap();
        let proof = new_proof(made).unwrap();
        assert!(Purpose::ResetPassword.holds(&proof, made));
        let end = made + Purpose::ResetPassword.good_for();
        assert!(!Purpose::ResetPassword.holds(&proof, end));
    }

    proptest! {
        #[test]
        fn a_link_is_read_for_its_own_purpose_and_nothing_near_it_is(
            tenant in prop::option::of("ten_[a-z0-9]{1,32}"), stream in "usr_[a-z0-9]{1,32}", proof in "prf_[a-z0-9]{1,32}",
            at in any::<prop::sample::Index>(), by in 1..=255u8
        ) {
            let link = MailedLink {
                tenant: tenant.map(|id| TenantId::new(id).unwrap()),
                stream: StreamId::new(stream).unwrap(),
                proof: ProofId::new(proof).unwrap(),
            };
            let token = links().issue(Purpose::ResetPassword, &link);
            prop_assert_eq!(read(Purpose::ResetPassword, &token), Some(link));
            for purpose in Purpose::ALL.into_iter().filter(|each| *each != Purpose::ResetPassword) {
                prop_assert_eq!(read(purpose, &token), None);
            }
            let mut changed = token.into_bytes();
            let place = at.index(changed.len());
            changed[place] ^= by;
            if let Ok(changed) = String::from_utf8(changed) {
                prop_assert_eq!(read(Purpose::ResetPassword, &changed), None);
            }
        }

        #[test]
        fn whatever_comes_is_no_link_and_no_panic(text in "\\PC{0,300}") {
            prop_assert_eq!(read(Purpose::VerifyEmail, &text), None);
            let dotted = format!("alk.{text}.prf_1.AAAA");
            prop_assert_eq!(read(Purpose::VerifyEmail, &dotted), None);
        }
    }
}
