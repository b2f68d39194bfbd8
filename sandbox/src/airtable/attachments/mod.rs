//! Putting files into cells: those that are uploaded at once, and those that are named by an address a while later, when they
//! have been fetched from there.

mod arrive;
mod download;
mod fetch;
mod upload;
mod wishes;

pub use fetch::fetch_all;
pub use upload::upload;
pub use wishes::{Wish, Wishes};
