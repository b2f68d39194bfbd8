//! Events in, tables out; tables in, answers out. A read model is a folder of its context and one line in `all`.

pub mod bases;
mod check;
mod columns;
pub mod counters;
pub mod doctor;
pub mod identity;
pub mod inspection;
pub mod runtime;
mod tenant;
mod visible;

pub use check::check;
pub use runtime::{
    Checkpoint, CompareFailed, InstallFailed, Progress, Projection, Projections, ProjectionsOptions,
    RunningProjections, WaitError, begin, compare, install,
};
pub use tenant::{TenantQueries, TenantTx};
pub use visible::Visible;

use runtime::of;

/// Every read model.
pub const ALL: &[&dyn Projection] = &[
    of::<identity::users::Users>(),
    of::<identity::tenants::Tenants>(),
    of::<identity::workspaces::Workspaces>(),
    of::<bases::bases::Bases>(),
    of::<bases::records::Records>(),
    of::<identity::members::Members>(),
    of::<identity::webhooks::Webhooks>(),
    of::<identity::activity::Activity>(),
    of::<identity::event_index::EventIndex>(),
    of::<identity::audit::Audit>(),
    of::<identity::daily_events::DailyEvents>(),
];

pub fn all() -> &'static [&'static dyn Projection] {
    ALL
}
