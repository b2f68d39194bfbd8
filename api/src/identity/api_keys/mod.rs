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

use std::time::Duration;

use domain::identity::Permission;
use utoipa_axum::routes;

use crate::Api;
use crate::access::Principal;
use crate::http::{Access, Problem, Routes};
use crate::limits::Rate;

/// How long somebody who has proven who they are need not do so again.
const PROVEN_WITHIN: Duration = Duration::from_secs(10 * 60);

pub fn routes() -> Routes {
    Routes::new()
        .route(Access::Needs(Permission::KeysWrite), Rate::Principal, routes!(create::create))
        .route(Access::Needs(Permission::KeysRead), Rate::Principal, routes!(list::list))
        .route(Access::Needs(Permission::KeysRead), Rate::Principal, routes!(show::show))
        .route(Access::Needs(Permission::KeysWrite), Rate::Principal, routes!(change::change))
        .route(Access::Needs(Permission::KeysWrite), Rate::Principal, routes!(revoke::revoke))
        .route(Access::Needs(Permission::KeysWrite), Rate::Principal, routes!(rotate::rotate))
}

/// A stolen key must not make another, nor a session that was left open.
async fn proven(api: &Api, principal: &Principal) -> Result<(), Problem> {
    match api.identity.kept.is_proven_within(principal.session()?, PROVEN_WITHIN).await? {
        true => Ok(()),
        false => Err(Problem::reauth_required()),
    }
}
