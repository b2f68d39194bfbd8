//! What stands in a cell: one value, in whichever shape it comes. `accept` takes what a caller writes, `read` takes what
//! Airtable says (the records' shape, V1, or the webhooks', V2), `write` says it in either, `canonical` compares.

mod accept;
mod as_text;
mod attachment;
mod barcode;
mod canonical;
mod checkbox;
mod choice;
mod collaborator;
mod computed;
mod date;
mod kept;
mod link;
mod number;
mod read;
mod shown;
mod text;
mod value;
mod write;

pub use accept::{Accepted, Surroundings, Taking, accept, parted};
pub use as_text::{Place, as_text, place};
pub use canonical::{canonical, same};
pub use date::write_moment;
pub use kept::{keep, keep_anywhere, kept};
pub use read::{Unreadable, read};
pub use shown::shown;
pub use value::{Attachment, Barcode, CellValue, Collaborator};
pub use write::{Names, Shape, choices_of, write};

#[cfg(test)]
mod tests;
