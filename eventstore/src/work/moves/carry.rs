//! A plan from its beginning to its end, both written down.

use std::time::Duration;

use domain::operations::OperationId;
use domain::operations::operation::Outcome;

use super::{Moved, Plan};
use crate::backoff::Backoff;
use crate::fail_points::{FailPoint, pass};
use crate::operations::{Came, Operations, RecordFailed};
use crate::work::Work;

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// A step that fails so often in a row is not tried again.
const FAILURES_MAX: u32 = 10;

#[derive(Debug, thiserror::Error)]
pub enum MoveFailed {
    #[error("nothing is planned under {0}")]
    Missing(OperationId),
    #[error("work cannot be moved; what was moved stays so, and the same operation goes on from there")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Record(#[from] RecordFailed),
}

impl Work {
    /// Carries a plan out, or on. `tell` hears of each step.
    pub async fn carry_out(
        &self,
        operations: &Operations,
        plan: &Plan,
        reason: &str,
        mut tell: impl FnMut(Moved),
    ) -> Result<Moved, MoveFailed> {
        let id = &plan.operation;
        operations.begin(id, plan.deed.act(), plan.target.as_str(), reason).await?;
        self.note_begun(id).await?;
        let moved = loop {
            let moved = self.step_again(id).await?.ok_or_else(|| MoveFailed::Missing(id.clone()))?;
            tell(moved);
            pass(FailPoint::AfterMoving);
            if moved.is_over() {
                break moved;
            }
        };
        operations.end(id, came(moved)).await?;
        self.note_ended(id).await?;
        Ok(moved)
    }

    /// One that fails changes nothing, and may meet with better luck.
    async fn step_again(&self, id: &OperationId) -> sqlx::Result<Option<Moved>> {
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        let mut failures = 0;
        loop {
            match self.step(id).await {
                Err(error) if failures < FAILURES_MAX => {
                    tracing::debug!(%error, operation = id.as_str(), "work cannot be moved; trying again");
                    failures += 1;
                    backoff.pause().await;
                }
                done => return done,
            }
        }
    }

    async fn note_begun(&self, id: &OperationId) -> sqlx::Result<()> {
        sqlx::query("update work_operations set begun_at = coalesce(begun_at, clock_timestamp()) where operation = $1")
            .bind(id.as_str())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    async fn note_ended(&self, id: &OperationId) -> sqlx::Result<()> {
        sqlx::query("update work_operations set ended_at = coalesce(ended_at, clock_timestamp()) where operation = $1")
            .bind(id.as_str())
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

fn came(moved: Moved) -> Came {
    let Moved { pieces, moved: count, left_alone } = moved;
    let outcome = if left_alone == 0 { Outcome::Done } else { Outcome::Partial };
    let detail = match left_alone {
        0 => String::new(),
        _ => format!("{left_alone} of {pieces} had changed since they were looked at and were left alone"),
    };
    Came { outcome, count: count.unsigned_abs(), detail }
}
