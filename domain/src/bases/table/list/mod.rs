//! Listing records: the order is frozen with the first page and walked from then on, while cells are read as they are.

mod iterators;
mod listing;
mod mirrored;
mod offset;
mod query;

pub use iterators::{IDLE_MAX, Iterators, RECORDS_KEPT_MAX};
pub use listing::{Listing, Page};
pub use mirrored::Mirrored;
pub use offset::Offset;
pub use query::{PAGE_SIZE_MAX, Query};
