//! The routes of the platform before this one, for programs that were written for it. They read, and name
//! bases by Airtable's ids. What they answered is kept; whoever writes something new uses `/v1`.

mod bases;
mod invalidate;
mod records;
mod schema;
mod tables;

use domain::identity::Permission;
use utoipa_axum::routes;

use crate::http::{Access, Routes};
use crate::limits::Rate;

/// That platform knew no pages: whoever has more bases finds the first ones here, and all of them in `/v1/bases`.
const BASES_MAX: usize = 1_000;

pub fn routes() -> Routes {
    const READ: Access = Access::Needs(Permission::BasesRead);
    Routes::new()
        .route(READ, Rate::Principal, routes!(tables::list))
        .route(READ, Rate::Principal, routes!(bases::list))
        .route(READ, Rate::Principal, routes!(schema::show))
        .route(READ, Rate::Principal, routes!(records::list))
        .route(Access::Needs(Permission::BasesWrite), Rate::Principal, routes!(invalidate::invalidate))
}
