//! `/v1/workspaces/{workspace}/webhooks`: URLs of a workspace's own that are told what happens in it.

mod add;
mod change;
mod checked;
mod deliveries;
mod found;
mod list;
mod redeliver;
mod remove;
mod rotate_secret;
mod show;
mod shown;
pub(super) mod slots;
mod test;

pub(super) use shown::WebhookShown;

use domain::identity::Permission;
use utoipa_axum::routes;

use crate::http::{Access, Routes};
use crate::limits::Rate;

pub fn routes() -> Routes {
    Routes::new()
        .route(Access::Needs(Permission::WebhooksRead), Rate::Principal, routes!(list::list))
        .route(Access::Needs(Permission::WebhooksWrite), Rate::Principal, routes!(add::add))
        .route(Access::Needs(Permission::WebhooksRead), Rate::Principal, routes!(show::show))
        .route(Access::Needs(Permission::WebhooksWrite), Rate::Principal, routes!(change::change))
        .route(Access::Needs(Permission::WebhooksWrite), Rate::Principal, routes!(remove::remove))
        .route(Access::Needs(Permission::WebhooksWrite), Rate::Principal, routes!(test::test))
        .route(Access::Needs(Permission::WebhooksWrite), Rate::Principal, routes!(redeliver::redeliver))
        .route(
            Access::Needs(Permission::WebhooksWrite),
            Rate::Principal,
            routes!(rotate_secret::rotate_secret),
        )
        .route(Access::Needs(Permission::WebhooksRead), Rate::Principal, routes!(deliveries::list))
}
