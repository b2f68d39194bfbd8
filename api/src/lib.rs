//! HTTP in, commands and queries out. This file is the list of routes; a use case is a file of its context.

pub mod access;
pub(crate) mod airtable;
pub mod bases;
mod caught_up;
pub mod dev;
pub mod events;
mod faults;
mod health;
pub mod http;
pub mod identity;
pub mod limits;
mod metrics;
pub mod ops;

use std::ops::Deref;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use eventstore::execute::Executor;
use eventstore::follow::EventSource;
use projections::bases::records::RecordsReader;
use projections::{Progress, TenantQueries};
use tokio::sync::watch;
use utoipa::openapi::OpenApi;

use access::{ApiKeys, Memberships, Refusals, RequiredFactor, Revocations, Standings, UsedUp};
use dev::DevMailbox;
use events::Events;
use http::{Access, Away, EdgeLayer, EdgeOptions, Routes};
use identity::Identity;
use limits::{Limits, Rate};
use ops::Ops;

pub use bases::KnownBases;
pub use health::{Check, Readiness};
pub use metrics::Metrics;

/// What the routes need. Every request takes it along, so it is cheap to clone.
#[derive(Clone)]
pub struct Api(Arc<Parts>);

/// `server` fills it.
pub struct Parts {
    pub readiness: Arc<dyn Readiness>,
    pub metrics: Arc<Metrics>,
    /// Turns true when the process stops: whoever answers without end has to end then.
    pub stopping: watch::Receiver<bool>,
    pub executor: Executor,
    pub source: EventSource,
    pub identity: Arc<Identity>,
    /// Whether the database is.
    pub away: Away,
    pub refusals: Arc<Refusals>,
    pub revocations: Arc<Revocations>,
    pub memberships: Arc<Memberships>,
    pub required_factor: Arc<RequiredFactor>,
    pub standings: Arc<Standings>,
    pub used_up: Arc<UsedUp>,
    pub api_keys: Arc<ApiKeys>,
    pub limits: Arc<Limits>,
    pub known_bases: Arc<KnownBases>,
    pub queries: TenantQueries,
    pub records: RecordsReader,
    /// Lists of records that are walked.
    pub frozen: Arc<bases::records::Frozen>,
    pub progress: Progress,
    pub events: Arc<Events>,
    pub ops: Arc<Ops>,
    /// Where mails go in development; with it, they are shown to everybody.
    pub mailbox: Option<DevMailbox>,
}

impl Api {
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for Api {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Every route, with who may use it and what it is limited by.
pub fn routes() -> Routes {
    Routes::new()
        .merge(health::routes())
        .merge(identity::routes())
        .merge(bases::routes())
        .merge(airtable::routes())
        .merge(events::routes())
        .merge(ops::routes())
        .merge(http::reference::routes())
}

pub fn openapi() -> OpenApi {
    routes().document()
}

/// The API. `with_metrics`: with `/metrics` beside it, which belongs on an address of its own.
pub fn router(api: Api, edge: EdgeOptions, with_metrics: bool) -> Router {
    let routes = if with_metrics { routes().merge(metrics_routes()) } else { routes() };
    let routes = if api.mailbox.is_some() { routes.merge(dev::routes()) } else { routes };
    serve(api, edge, routes)
}

/// The numbers alone.
pub fn metrics_router(api: Api, edge: EdgeOptions) -> Router {
    serve(api, edge, metrics_routes())
}

fn metrics_routes() -> Routes {
    Routes::new().page(Access::Anyone, Rate::Free, "/metrics", get(metrics::text))
}

fn serve(api: Api, edge: EdgeOptions, routes: Routes) -> Router {
    let paths = routes.table().iter().map(|entry| entry.path.clone());
    let edge = EdgeLayer::new(edge, Arc::clone(&api.metrics), paths);
    routes
        .router(&api)
        .fallback(http::no_such_path)
        .method_not_allowed_fallback(http::no_such_method)
        .layer(edge)
        .with_state(api)
}
