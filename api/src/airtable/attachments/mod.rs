//! The files of cells: where answers say that they are, and giving them out there.

mod addresses;
mod outgoing;
mod range;
mod serve;
mod shown_as;

pub use addresses::{AskedAt, FileAddresses, Files};

use utoipa_axum::routes;

use crate::http::{Access, Routes};
use crate::limits::Rate;

pub fn routes() -> Routes {
    // Whoever has the address has the file; pages show many of them at once.
    Routes::new().route(Access::Anyone, Rate::Records, routes!(serve::serve))
}
