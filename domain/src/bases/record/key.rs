//! Which stream a record is in: it follows from the base and the id that the record was first known by, so that whoever hears
//! of that id first, and twice, means the same stream.

use uuid::Uuid;

use crate::bases::ids::RecordId;
use crate::bases::{BaseKey, RecordKey};
use crate::id::Id;

/// What keys of records begin with. `rec` is Airtable's.
pub const LETTERS: &str = "row";
const NAMESPACE: Uuid = Uuid::from_u128(0x6f5c_9b1e_43d7_4c0a_9e21_7d83_0b5a_f16c);

/// Never to be changed: streams are named by it.
pub fn key(base: &BaseKey, first_alias: RecordId) -> RecordKey {
    let within = Uuid::new_v5(&NAMESPACE, base.as_str().as_bytes());
    Id::numbered(LETTERS, Uuid::new_v5(&within, first_alias.as_str().as_bytes()))
}
