//! `/v1/tenant`: the tenant that the caller works in.

mod change;
mod closing;
mod hand_over;
mod show;
pub(super) mod shown;

use domain::identity::Permission;
use utoipa_axum::routes;

use crate::http::{Access, Routes};
use crate::limits::Rate;

pub fn routes() -> Routes {
    Routes::new()
        .route(Access::Needs(Permission::TenantRead), Rate::Principal, routes!(show::show))
        .route(Access::Needs(Permission::TenantWrite), Rate::Principal, routes!(change::change))
        .route(Access::Needs(Permission::TenantWrite), Rate::Principal, routes!(hand_over::hand_over))
        .route_while_closing(
            Access::Needs(Permission::TenantClose),
            Rate::Code,
            routes!(closing::begin::begin),
        )
        .route_while_closing(
            Access::Needs(Permission::TenantClose),
            Rate::Principal,
            routes!(closing::withdraw::withdraw),
        )
}
