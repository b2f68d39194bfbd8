//! What happens, shown to those who may see it: as a list, live, and thing by thing.

mod change;
#[cfg(test)]
mod example;
mod filter;
mod follower;
mod frames;
mod list;
mod live;
mod page;
mod past;
mod seats;
mod shown;
mod stream;
mod streams;
mod viewer;
mod visible;

pub use change::ChangeShown;
pub use filter::{Filter, OfBase};
pub use shown::show;
pub(crate) use stream::open;
pub use visible::{may_read, readable_types, visible};

use domain::identity::Permission;
use eventstore::execute::Executor;
use eventstore::follow::EventSource;
use projections::TenantQueries;
use prometheus_client::registry::Registry;
use utoipa_axum::routes;

use crate::http::{Access, Routes};
use crate::limits::Rate;
use follower::Sources;
use frames::Frames;
use past::Past;
use seats::Seats;

/// What all who look at events share.
pub struct Events {
    past: Past,
    frames: Frames,
    seats: Seats,
    sources: Sources,
}

impl Events {
    pub fn new(source: EventSource, queries: TenantQueries, executor: Executor) -> Self {
        let past = Past::new(source.clone(), queries);
        Self {
            past: past.clone(),
            frames: Frames::new(source.clone()),
            seats: Seats::default(),
            sources: Sources::new(source, past, executor),
        }
    }

    pub fn register_metrics(&self, registry: &mut Registry) {
        let streams = self.seats.gauge.clone();
        registry.register("airtide_event_streams", "Open streams of events", streams);
    }
}

pub fn routes() -> Routes {
    let reads_events = Access::Needs(Permission::EventsRead);
    Routes::new()
        .route(reads_events, Rate::Principal, routes!(list::list))
        .route(reads_events, Rate::Principal, routes!(stream::follow))
        .route(reads_events, Rate::Principal, routes!(streams::history))
        .route(reads_events, Rate::Principal, routes!(streams::state))
        .merge(page::routes())
}
