//! The bytes of attachments: kept in memory, and served below `/_files/` by addresses that are signed and end. Airtable serves
//! them from another host.

mod addresses;
mod file;
mod kept;
mod room;
mod serve;

pub use addresses::Addresses;
pub use file::{BYTES_MAX, File};
pub use kept::{Files, Full};
pub use room::make_room;
pub use serve::answer;

/// Below it lie the files, beside the imitated API.
pub const FOLDER: &str = "_files";
