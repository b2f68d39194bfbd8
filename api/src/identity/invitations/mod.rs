//! Invitations: an address may become a member's. Sent by who may give the role, accepted by whoever proves the address.

mod accept;
mod found;
mod invite;
mod list;
mod revoke;
mod send_again;
mod shown;
pub(super) mod slots;

pub(super) use shown::InvitationShown;

use domain::identity::Permission;
use utoipa_axum::routes;

use crate::http::{Access, Routes};
use crate::limits::Rate;

pub fn routes() -> Routes {
    Routes::new()
        .route(Access::Needs(Permission::MembersWrite), Rate::Mail, routes!(invite::invite))
        .route(Access::Needs(Permission::MembersWrite), Rate::Principal, routes!(list::list))
        .route(Access::Needs(Permission::MembersWrite), Rate::Principal, routes!(revoke::revoke))
        .route(Access::Needs(Permission::MembersWrite), Rate::Mail, routes!(send_again::send_again))
        .route(Access::Session, Rate::Code, routes!(accept::accept))
}
