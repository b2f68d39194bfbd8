//! What happens, shown to those who may see it: as a list, live, and thing by thing.

#[cfg(test)]
mod example;
mod filter;
mod follower;
mod frames;
mod list;
mod live;
mod page;
mod past;
mod place;
mod seats;
mod shown;
mod stream;
mod streams;
mod viewer;
mod visible;

pub use visible::{may_read, readable_types, visible};

use domain::identity::Permission;
use eventstore::execute::Executor;
use eventstore::follow::EventSource;
use projections::TenantQueries;
use utoipa_axum::routes;

use crate::http::{Access, Routes};
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

    /// Streams that are open at this moment.
    pub fn streams(&self) -> usize {
        self.seats.taken()
    }
}

pub fn routes() -> Routes {
    let reads_events = Access::Needs(Permission::EventsRead);
    Routes::new()
        .route(reads_events, routes!(list::list))
        .route(reads_events, routes!(stream::follow))
        .route(reads_events, routes!(streams::history))
        .route(reads_events, routes!(streams::state))
        .merge(page::routes())
}
