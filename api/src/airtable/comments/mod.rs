//! `/v0/{base}/{table}/{record}/comments`. No webhook tells of comments: who wants to know asks for the count.

mod change;
mod create;
mod delete;
mod list;
mod people;
mod place;
mod refused;
mod said;

use domain::identity::Permission;
use utoipa_axum::routes;

use crate::http::{Access, Routes};
use crate::limits::Rate;

pub fn routes() -> Routes {
    const READ: Access = Access::Needs(Permission::BasesRead);
    const WRITE: Access = Access::Needs(Permission::BasesWrite);
    Routes::new()
        .route(READ, Rate::Principal, routes!(list::list))
        .route(WRITE, Rate::Principal, routes!(create::create))
        .route(WRITE, Rate::Principal, routes!(change::change))
        .route(WRITE, Rate::Principal, routes!(delete::delete))
}
