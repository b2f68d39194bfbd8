//! Records: listing, getting, making, changing and deleting them.

mod change;
mod create;
mod delete;
mod get;
mod list;
mod permitted;
mod say;

pub use change::{change_many, change_one};
pub use create::create;
pub use delete::{delete_many, delete_one};
pub use get::get;
pub use list::{list, list_by_post};
pub use say::one_cell;
