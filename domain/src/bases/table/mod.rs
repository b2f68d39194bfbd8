//! The records of a base, and how they are edited: whole batches or nothing. A batch is planned against what is there and
//! comes out as changes; applying those cannot fail, whoever does it and however often.

mod batch;
mod change;
mod find;
mod kept;
mod links;
pub mod list;
mod observe;
mod ordered;
mod plan;
mod reading;
mod record;
mod reshape;
mod rows;
mod sort;
mod surroundings;
mod tables;
mod upsert;
mod write;

pub use super::schema::Direction;
pub use batch::{Batch, Done, Fields, RECORDS_MAX, Verb};
pub use change::{Change, Edit};
pub use kept::Settled;
pub use reading::Reading;
pub use record::{Record, Stamp};
pub use sort::sort;
pub use surroundings::CHOICES_MAX;
pub use tables::Tables;
pub use upsert::MERGE_FIELDS_MAX;
pub use write::{Keys, Saying};

#[cfg(test)]
mod tests;
