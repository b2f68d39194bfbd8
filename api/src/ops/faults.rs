//! What could not be looked at, as callers are told. Each is logged here, once.

use eventstore::chain_of;
use eventstore::database::is_out_of_reach;
use eventstore::event::Unreadable;
use eventstore::read::StateFault;
use projections::inspection::LookFault;

use crate::http::Problem;

impl From<LookFault> for Problem {
    fn from(fault: LookFault) -> Self {
        explain(&fault)
    }
}

impl From<StateFault> for Problem {
    fn from(fault: StateFault) -> Self {
        explain(&fault)
    }
}

impl From<Unreadable> for Problem {
    fn from(fault: Unreadable) -> Self {
        explain(&fault)
    }
}

/// Who asks may ask again where a database did not answer; anything else is the same the next time.
pub fn explain(fault: &(dyn std::error::Error + 'static)) -> Problem {
    if is_out_of_reach(fault) {
        tracing::warn!(error = chain_of(fault), "an operator's question found the database out of reach");
        return Problem::unavailable();
    }
    tracing::error!(error = chain_of(fault), "an operator's question could not be answered");
    Problem::internal()
}
