//! Values that earlier versions of this program sealed: AES-256-GCM under the first key, with nothing before the nonce.
//! They are read for as long as there are any; wrapping anew makes envelopes of them.

use super::Place;
use super::wrapped::{SUBJECT_KEYS, WEBHOOK_SECRETS};
use crate::keys::KEY_BYTES;
use crate::seal;

/// The only key there was.
pub const NUMBER: u32 = 1;

pub fn open(key: &[u8; KEY_BYTES], place: &Place<'_>, sealed: &[u8]) -> Option<Vec<u8>> {
    seal::open(&seal::cipher(key)?, &bound_to(place)?, sealed)
}

fn bound_to(place: &Place<'_>) -> Option<String> {
    let Place { tenant, table, row, .. } = place;
    if *table == SUBJECT_KEYS.table {
        Some(row.clone())
    } else if *table == WEBHOOK_SECRETS.table {
        Some(format!("webhook_secret:{tenant}/{row}"))
    } else {
        None
    }
}
