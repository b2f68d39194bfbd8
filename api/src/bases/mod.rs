//! `/v1/bases`: bases that are made here or follow one in Airtable, and their tables. What is asked by id is read from the log, and lags behind nothing.

pub mod airtable;
pub mod airtable_ids;
mod change;
mod change_field;
mod change_records;
mod change_table;
mod changes;
mod connect;
pub mod connections;
mod create;
mod create_field;
mod create_records;
mod create_table;
mod delete;
mod delete_records;
pub(crate) mod drafts;
pub(crate) mod found;
mod known;
mod list;
mod list_records;
pub mod load;
pub(crate) mod making;
pub mod offer;
mod query_records;
mod record_lists;
mod record_refusals;
mod record_writes;
pub mod records;
pub(crate) mod reshape;
mod schema;
mod show;
mod show_record;
mod shown;
mod sync;

pub use known::KnownBases;

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
        .route(WRITE, Rate::Principal, routes!(connect::connect))
        .route(READ, Rate::Principal, routes!(show::show))
        .route(WRITE, Rate::Principal, routes!(change::change))
        .route(WRITE, Rate::Principal, routes!(delete::delete))
        .route(READ, Rate::Principal, routes!(schema::show))
        .route(WRITE, Rate::Principal, routes!(create_table::create))
        .route(WRITE, Rate::Principal, routes!(change_table::change))
        .route(WRITE, Rate::Principal, routes!(create_field::create))
        .route(WRITE, Rate::Principal, routes!(change_field::change))
        .route(READ, Rate::Principal, routes!(sync::show::show))
        .route(WRITE, Rate::Principal, routes!(sync::ask::pause))
        .route(WRITE, Rate::Principal, routes!(sync::ask::resume))
        .route(WRITE, Rate::Principal, routes!(sync::ask::resync))
        .route(WRITE, Rate::Principal, routes!(connections::make::make))
        .route(WRITE, Rate::Principal, routes!(connections::list::list))
        .route(WRITE, Rate::Principal, routes!(connections::revoke::revoke))
        .route(Access::Anyone, Rate::Anonymous, routes!(sync::hear::hear))
        .route(READ, Rate::Principal, routes!(changes::follow))
        .route(READ, Rate::Records, routes!(list_records::list))
        .route(READ, Rate::Records, routes!(query_records::query))
        .route(READ, Rate::Records, routes!(show_record::show))
        .route(WRITE, Rate::Records, routes!(create_records::create))
        .route(WRITE, Rate::Records, routes!(change_records::change))
        .route(WRITE, Rate::Records, routes!(delete_records::delete))
}
