//! `/v1/api-keys`: what programs show instead of a session. Whoever sees and changes a key is its owner, or looks after
//! those of everybody. A text is only ever shown to somebody who is signed in and has just proven who they are.

mod change;
mod create;
mod ending;
mod found;
mod list;
mod revoke;
mod rotate;
mod secrets;
mod show;
mod shown;

pub(super) use ending::{end_all_of, recorded, told};

pub(super) use shown::ApiKeyShown;

use domain::identity::Permission;
use utoipa_axum::routes;

use crate::http::{Access, Routes};
use crate::limits::Rate;

pub fn routes() -> Routes {
    Routes::new()
        .route(Access::Needs(Permission::KeysWrite), Rate::Principal, routes!(create::create))
        .route(Access::Needs(Permission::KeysRead), Rate::Principal, routes!(list::list))
        .route(Access::Needs(Permission::KeysRead), Rate::Principal, routes!(show::show))
        .route(Access::Needs(Permission::KeysWrite), Rate::Principal, routes!(change::change))
        .route(Access::Needs(Permission::KeysWrite), Rate::Principal, routes!(revoke::revoke))
        .route(Access::Needs(Permission::KeysWrite), Rate::Principal, routes!(rotate::rotate))
}
