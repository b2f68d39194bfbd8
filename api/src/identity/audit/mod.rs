//! The audit of a tenant: a list to look into, and an export to take away.

mod export;
pub mod list;
pub mod shown;

use domain::identity::Permission;
use utoipa_axum::routes;

use crate::http::{Access, Routes};
use crate::limits::Rate;

pub(super) fn routes() -> Routes {
    let auditors = Access::Needs(Permission::AuditRead);
    Routes::new().route(auditors, Rate::Principal, routes!(list::list)).route(
        auditors,
        Rate::Principal,
        routes!(export::export),
    )
}
