//! A worker without its type, so that the runtime can hold a list of them.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use eventstore::work::LaneLimit;

use super::retry::Retry;
use super::worker::{Effect, Outcome, Task, Worker};

/// What holds for all work of a worker.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    pub name: &'static str,
    pub effect: Effect,
    pub concurrency: usize,
    pub time_limit: Duration,
    pub retry: Retry,
    pub lane_limit: Option<LaneLimit>,
}

#[async_trait]
pub trait AnyWorker: Send + Sync {
    fn settings(&self) -> Settings;
    async fn carry_out(&self, task: Task) -> Outcome;
}

/// A line of the list of workers.
pub fn of<W: Worker>(worker: W) -> Arc<dyn AnyWorker> {
    Arc::new(Of(worker))
}

struct Of<W>(W);

#[async_trait]
impl<W: Worker> AnyWorker for Of<W> {
    fn settings(&self) -> Settings {
        Settings {
            name: W::NAME,
            effect: W::EFFECT,
            concurrency: W::CONCURRENCY,
            time_limit: W::TIME_LIMIT,
            retry: W::RETRY,
            lane_limit: W::LANE_LIMIT,
        }
    }

    async fn carry_out(&self, task: Task) -> Outcome {
        self.0.carry_out(task).await
    }
}
