//! `/v0/{base}/{table}`: the records of a table. What is asked is read by the domain; reading and writing them is the same for all
//! APIs.

mod change;
mod change_many;
mod create;
mod delete;
mod delete_many;
mod list;
mod list_by_post;
mod said;
mod show;
mod written;

use domain::identity::Permission;
use utoipa_axum::routes;

use crate::http::{Access, Routes};
use crate::limits::Rate;

pub fn routes() -> Routes {
    const READ: Access = Access::Needs(Permission::BasesRead);
    const WRITE: Access = Access::Needs(Permission::BasesWrite);
    Routes::new()
        .route(READ, Rate::Records, routes!(list::list))
        .route(READ, Rate::Records, routes!(list_by_post::list))
        .route(READ, Rate::Records, routes!(show::show))
        .route(WRITE, Rate::Records, routes!(create::create))
        .route(WRITE, Rate::Records, routes!(change::patch))
        .route(WRITE, Rate::Records, routes!(change::put))
        .route(WRITE, Rate::Records, routes!(change_many::patch))
        .route(WRITE, Rate::Records, routes!(change_many::put))
        .route(WRITE, Rate::Records, routes!(delete::delete))
        .route(WRITE, Rate::Records, routes!(delete_many::delete))
}
