//! Events of the past, given to a worker again: first what would be made, then the making. Workers are not known here:
//! the program that was put together knows them.

pub mod begin;
mod wanted;

use async_trait::async_trait;
use domain::operations::OperationId;
use eventstore::operations::Operations;
use eventstore::read::Filter;
use serde_json::Value;

use super::acting::Reason;

/// Hears how many positions were looked at, and of how many.
pub type Tell<'a> = dyn FnMut(i64, i64) + Send + 'a;

/// What is to be given again, and to whom.
pub struct Again {
    pub worker: &'static str,
    pub from: i64,
    pub to: i64,
    pub filter: Filter,
}

/// Who writes down that it was done, and under which name and for which reason.
pub struct Act {
    pub operations: Operations,
    pub operation: OperationId,
    pub reason: Reason,
}

/// Gives events again. What it comes to is what `airtide replay` prints, or a sentence that says why there is none.
#[async_trait]
pub trait Replays: Send + Sync {
    /// What would be made. Nothing is.
    async fn preview(&self, again: &Again, tell: &mut Tell<'_>) -> Result<Value, String>;
    async fn carry_out(&self, again: &Again, act: &Act, tell: &mut Tell<'_>) -> Result<Value, String>;
}
