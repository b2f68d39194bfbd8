//! Events in, at most one outside effect, one command out. A worker is a file of its context, one line in `INTAKES`
//! and one in `all`.

pub mod identity;
pub mod runtime;

use std::sync::Arc;

use domain::identity::ports::Mailer;
use eventstore::read::Reader;
use projections::Projection;

use identity::send_mail::SendMail;
use runtime::{AnyWorker, FromEvents, of};

/// What makes work, for each worker.
pub const INTAKES: &[&dyn Projection] = &[projections::runtime::of::<FromEvents<SendMail>>()];

/// The outside, as workers need it.
pub struct Outside {
    pub mailer: Option<Arc<dyn Mailer>>,
}

/// Every worker.
pub fn all(reader: &Reader, outside: Outside) -> Vec<Arc<dyn AnyWorker>> {
    vec![of(SendMail::new(reader.clone(), outside.mailer))]
}
