//! The files of cells: where answers say that they are, and giving them out there.

mod addresses;
mod outgoing;
mod range;
mod serve;
mod shown_as;
mod unpacked;
mod upload;

pub use addresses::{AskedAt, Files};

use domain::identity::Permission;
use utoipa_axum::routes;

use crate::http::{Access, Routes};
use crate::limits::Rate;

pub fn routes() -> Routes {
    const WRITE: Access = Access::Needs(Permission::BasesWrite);
    Routes::new()
        // Whoever has the address has the file; pages show many of them at once.
        .route(Access::Anyone, Rate::Records, routes!(serve::serve))
        .route(WRITE, Rate::Principal, routes!(upload::upload))
}
