//! What a caller wants carried out in one piece: decisions of one or more aggregates, and guards.

use domain::identity::TenantId;
use domain::stored::Stored;

use super::decision::{Decide, Decision};
use crate::append::Guard;
use crate::event::{StreamId, StreamName};

/// One command to one aggregate, or one use case over several: all of it is written, or nothing.
///
/// Each stream is decided once. An aggregate that has two things to do gets a command that does both.
#[derive(Default)]
pub struct Plan {
    pub(super) decisions: Vec<Box<dyn Decision>>,
    pub(super) guards: Vec<Guard>,
    pub(super) unmoved: Vec<(StreamName, i64)>,
}

impl Plan {
    pub fn new() -> Self {
        Self::default()
    }

    /// A command to an aggregate that may exist or not.
    pub fn decide<A: Stored>(self, tenant: &TenantId, id: StreamId, command: A::Command) -> Self {
        self.with(Decide::<A>::new(tenant, id, command))
    }

    /// A command to an aggregate that its caller believes to be new, which saves asking. A wrong belief costs a
    /// round trip, no more.
    pub fn create<A: Stored>(self, tenant: &TenantId, id: StreamId, command: A::Command) -> Self {
        self.with(Decide::<A>::new(tenant, id, command).assuming_new())
    }

    /// A command to an aggregate that its caller saw at a version.
    pub fn decide_at<A: Stored>(
        self,
        tenant: &TenantId,
        id: StreamId,
        version: i64,
        command: A::Command,
    ) -> Self {
        self.with(Decide::<A>::new(tenant, id, command).expecting(version))
    }

    fn with<A: Stored>(mut self, decision: Decide<A>) -> Self {
        self.decisions.push(Box::new(decision));
        self
    }

    /// Refuses everything unless a stream that is only read is still at this version (zero: does not exist).
    pub fn unmoved<A: Stored>(mut self, tenant: &TenantId, id: StreamId, version: i64) -> Self {
        let stream = StreamName { tenant: tenant.clone(), aggregate: A::TYPE.into(), id };
        self.unmoved.push((stream, version));
        self
    }

    pub fn take(self, kind: &'static str, key: impl Into<String>, owner: impl Into<String>) -> Self {
        self.guard(Guard::Take { kind, key: key.into(), owner: owner.into() })
    }

    pub fn release(self, kind: &'static str, key: impl Into<String>, owner: impl Into<String>) -> Self {
        self.guard(Guard::Release { kind, key: key.into(), owner: owner.into() })
    }

    pub fn fence(self, claim: impl Into<String>, attempt: i32, epoch: i64) -> Self {
        self.guard(Guard::Fence { claim: claim.into(), attempt, epoch })
    }

    pub fn count(self, tenant: &TenantId, name: impl Into<String>, amount: i64) -> Self {
        self.guard(Guard::Count { tenant: tenant.clone(), name: name.into(), amount })
    }

    fn guard(mut self, guard: Guard) -> Self {
        self.guards.push(guard);
        self
    }
}
