//! Events in, at most one outside effect, one command out. A worker is a file of its context, one line in `INTAKES`
//! and one in `all`.

pub mod identity;
pub mod runtime;

use std::sync::Arc;

use projections::Projection;

use runtime::AnyWorker;

/// What makes work, for each worker.
pub const INTAKES: &[&dyn Projection] = &[];

/// Every worker.
pub fn all() -> Vec<Arc<dyn AnyWorker>> {
    Vec::new()
}
