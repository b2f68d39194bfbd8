//! The present state of an aggregate, for whoever answers from it without a command: as sure as a decision would be.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::identity::TenantId;
use domain::stored::Stored;

use super::Executor;
use super::error::CommandError;
use super::load::{Basis, Ground, Loaded};
use crate::event::{StreamId, StreamName};
use crate::load::Remembered;
use crate::read::StateAt;

impl Executor {
    /// Reads every state from the log again.
    pub(crate) fn forget_states(&self) {
        self.states.forget_all();
    }

    /// The state that a command sent now would be decided on. From memory when the stream has not moved since, at the
    /// cost of one probe; version zero: the stream does not exist.
    pub async fn state<A: Stored>(
        &self,
        tenant: &TenantId,
        id: StreamId,
    ) -> Result<StateAt<A>, CommandError> {
        let stream = StreamName { tenant: tenant.clone(), aggregate: A::TYPE.into(), id };
        let incarnation = self.head.borrow().incarnation;
        let loaded = self.load::<A>(&stream, Ground { incarnation, from_log: false }).await?;
        if let (Basis::Memory, Some(last)) = (loaded.basis, loaded.last)
            && self.moved.ask(Remembered { incarnation, last }).await?
        {
            self.states.forget(&stream);
            let loaded = self.load::<A>(&stream, Ground { incarnation, from_log: true }).await?;
            return Ok(present(loaded));
        }
        Ok(present(loaded))
    }

    /// The state that [`state`](Self::state) has told of in the last moments, without asking again. What this node has done since is there;
    /// what another did may be missing for as long as it is good.
    pub async fn recent_state<A: Stored>(
        &self,
        tenant: &TenantId,
        id: StreamId,
        good_for: Duration,
    ) -> Result<StateAt<Arc<A>>, CommandError> {
        let stream = StreamName { tenant: tenant.clone(), aggregate: A::TYPE.into(), id };
        let incarnation = self.head.borrow().incarnation;
        if let Some(held) = self.states.get(&stream, incarnation)
            && let Some(state) = held.state_of::<A>()
        {
            let is_good = held.as_of.elapsed() < good_for;
            let asked_at = Instant::now();
            if is_good || !self.moved.ask(Remembered { incarnation, last: held.last }).await? {
                if !is_good {
                    self.states.confirm(&stream, &held, asked_at);
                }
                return Ok(StateAt { state: Arc::clone(state), version: held.last.version });
            }
            self.states.forget(&stream);
        }
        let loaded = self.load::<A>(&stream, Ground { incarnation, from_log: true }).await?;
        let StateAt { state, version } = present(loaded);
        Ok(StateAt { state: Arc::new(state), version })
    }
}

fn present<A>(loaded: Loaded<A>) -> StateAt<A> {
    StateAt { version: loaded.last.map_or(0, |last| last.version), state: loaded.state }
}
