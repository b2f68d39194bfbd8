//! Requests of Airtable's API taken apart: addresses and bodies in all the forms that its clients write them in. Whoever
//! answers such requests, the stand-in or the compatible API, reads them here.

mod body;
mod deletion;
mod list;
mod meta;
mod query;
mod rows;
mod upload;
mod upsert;

pub use body::Body;
pub use deletion::records_to_delete;
pub use list::{Format, ListRequest};
pub use meta::{NewBase, table_changes};
pub use query::Query;
pub use rows::{Row, Rows, fields};
pub use upload::Upload;
pub use upsert::merge_on;
