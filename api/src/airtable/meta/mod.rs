//! `/v0/meta`: who asks, and what bases are made of.

mod change_field;
mod change_table;
mod create_base;
mod create_field;
mod create_table;
mod level;
mod list_bases;
mod list_tables;
mod show_base;
mod whoami;

use domain::bases::errors::ApiError;
use domain::bases::schema::SchemaChange;
use domain::identity::Permission;
use eventstore::execute::Request;
use projections::bases::records::Records;
use projections::runtime::ReadModel;
use utoipa_axum::routes;

use crate::Api;
use crate::airtable::base::AtBase;
use crate::bases::reshape::Reshaped;
use crate::http::{Access, Call, Problem, Routes};
use crate::limits::Rate;

pub fn routes() -> Routes {
    const READ: Access = Access::Needs(Permission::BasesRead);
    const WRITE: Access = Access::Needs(Permission::BasesWrite);
    Routes::new()
        .route(Access::SignedIn, Rate::Principal, routes!(whoami::whoami))
        .route(READ, Rate::Principal, routes!(list_bases::list))
        .route(WRITE, Rate::Principal, routes!(create_base::create))
        .route(READ, Rate::Principal, routes!(show_base::show))
        .route(READ, Rate::Principal, routes!(list_tables::list))
        .route(WRITE, Rate::Principal, routes!(create_table::create))
        .route(WRITE, Rate::Principal, routes!(change_table::change))
        .route(WRITE, Rate::Principal, routes!(create_field::create))
        .route(WRITE, Rate::Principal, routes!(change_field::change))
}

/// Carries out a change of a schema. Afterwards records are read and written by it.
async fn reshape(
    api: &Api,
    call: &Call,
    at: &AtBase,
    request: &Request,
    planned: Result<Vec<SchemaChange>, ApiError>,
) -> Result<Reshaped, Problem> {
    let reshaped = at.0.reshaped(api, call, request, planned).await?;
    api.settle(Records::NAME, &reshaped.receipt).await;
    Ok(reshaped)
}
