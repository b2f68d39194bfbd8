//! `/v0/meta`: who asks, and what bases are made of.

mod change_field;
mod change_table;
mod create_base;
mod create_field;
mod create_table;
mod list_bases;
mod list_tables;
mod whoami;

use domain::identity::Permission;
use utoipa_axum::routes;

use crate::http::{Access, Routes};
use crate::limits::Rate;

pub fn routes() -> Routes {
    const READ: Access = Access::Needs(Permission::BasesRead);
    const WRITE: Access = Access::Needs(Permission::BasesWrite);
    Routes::new()
        .route(Access::SignedIn, Rate::Principal, routes!(whoami::whoami))
        .route(READ, Rate::Principal, routes!(list_bases::list))
        .route(WRITE, Rate::Principal, routes!(create_base::create))
        .route(READ, Rate::Principal, routes!(list_tables::list))
        .route(WRITE, Rate::Principal, routes!(create_table::create))
        .route(WRITE, Rate::Principal, routes!(change_table::change))
        .route(WRITE, Rate::Principal, routes!(create_field::create))
        .route(WRITE, Rate::Principal, routes!(change_field::change))
}
