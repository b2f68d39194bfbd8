//! The bytes of a sealed value: what it is, the number of its key, a nonce, then cipher text and tag of
//! XChaCha20-Poly1305. Nonces are drawn: at 192 bits nobody has to count them.

use aws_lc_rs::rand::fill;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use super::Place;
use crate::keys::KEY_BYTES;

/// Long enough that no value of an earlier version, which begins with a drawn nonce, begins like it.
const FORMAT: &[u8; 8] = b"airtide1";
const HEAD_BYTES: usize = FORMAT.len() + 4;
const NONCE_BYTES: usize = 24;

pub fn seal(key: &[u8; KEY_BYTES], number: u32, place: &Place<'_>, plain: &[u8]) -> Option<Vec<u8>> {
    let mut nonce = [0; NONCE_BYTES];
    fill(&mut nonce).ok()?;
    let head = [FORMAT.as_slice(), &number.to_be_bytes()].concat();
    let bound = bound_to(&head, place);
    let text = cipher(key)?.encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: &bound }).ok()?;
    Some([head.as_slice(), &nonce, &text].concat())
}

pub fn open(key: &[u8; KEY_BYTES], place: &Place<'_>, sealed: &[u8]) -> Option<Vec<u8>> {
    let (head, rest) = sealed.split_at_checked(HEAD_BYTES)?;
    let (nonce, text) = rest.split_at_checked(NONCE_BYTES)?;
    let nonce: [u8; NONCE_BYTES] = nonce.try_into().ok()?;
    let bound = bound_to(head, place);
    cipher(key)?.decrypt(&XNonce::from(nonce), Payload { msg: text, aad: &bound }).ok()
}

/// The number of the key, if this is an envelope.
pub fn sealed_by(sealed: &[u8]) -> Option<u32> {
    let number = sealed.strip_prefix(FORMAT)?.first_chunk::<4>()?;
    Some(u32::from_be_bytes(*number))
}

/// What stands before the cipher text counts like the place.
fn bound_to(head: &[u8], place: &Place<'_>) -> Vec<u8> {
    [head, &place.bytes()].concat()
}

fn cipher(key: &[u8; KEY_BYTES]) -> Option<XChaCha20Poly1305> {
    XChaCha20Poly1305::new_from_slice(key).ok()
}
