//! The MAC that a ping carries, by which its receiver knows where it is from.

use std::fmt::Write;

use aws_lc_rs::hmac;
use domain::secret::Secret;

pub const MAC_HEADER: &str = "X-Airtable-Content-MAC";

/// Of the bytes of the body as they are sent, in hex; the key is the secret, decoded.
pub fn mac(secret: &Secret<Vec<u8>>, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.reveal());
    let mut said = String::from("hmac-sha256=");
    for byte in hmac::sign(&key, body).as_ref() {
        // Writing to a text does not fail.
        let _ = write!(said, "{byte:02x}");
    }
    said
}
