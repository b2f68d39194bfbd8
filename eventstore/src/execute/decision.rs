//! One aggregate's part of a command: load, decide, and write the events out.

use std::sync::Arc;

use async_trait::async_trait;
use cqrs_es::DomainEvent;
use cqrs_es::event_sink::EventSink;
use domain::identity::quota::Counted;
use domain::identity::{TenantId, WorkspaceId};
use domain::stored::Stored;
use uuid::Uuid;

use super::Executor;
use super::error::{CommandError, Refused};
use super::load::{Basis, Ground, Loaded};
use super::request::Request;
use super::state::{State, StateOf};
use crate::append::{Expected, NewEvent, StreamWrite};
use crate::catalog;
use crate::chain::Digested;
use crate::event::{Meta, StreamId, StreamName};
use crate::load::LastEvent;
use crate::payload;
use crate::seal::Place;

#[async_trait]
pub(super) trait Decision: Send + Sync {
    fn stream(&self) -> &StreamName;
    async fn decide(
        &self,
        executor: &Executor,
        request: &Request,
        ground: Ground,
    ) -> Result<Decided, CommandError>;
}

pub(super) struct Decide<A: Stored> {
    stream: StreamName,
    command: A::Command,
    assume_new: bool,
    expected_version: Option<i64>,
}

/// What an aggregate says to a command, and what it says that on.
pub(super) struct Decided {
    pub stream: StreamName,
    pub last: Option<LastEvent>,
    pub basis: Basis,
    pub outcome: Result<Outcome, NotDone>,
}

/// Events to write, none when there is nothing to do, and the state after them.
pub(super) struct Outcome {
    pub scope: Option<WorkspaceId>,
    /// Taken out when they are queued.
    pub events: Vec<NewEvent>,
    pub event_ids: Vec<Uuid>,
    /// What the events mean to quotas, in their order.
    pub counted: Vec<Counted>,
    pub state: Arc<dyn State>,
    pub bytes: usize,
}

/// Why an aggregate will not.
pub(super) enum NotDone {
    Refused(Refused),
    VersionMismatch { expected: i64, actual: i64 },
}

impl From<NotDone> for CommandError {
    fn from(reason: NotDone) -> Self {
        match reason {
            NotDone::Refused(refused) => Self::Refused(refused),
            NotDone::VersionMismatch { expected, actual } => Self::VersionMismatch { expected, actual },
        }
    }
}

impl Decided {
    pub fn version(&self) -> i64 {
        self.last.map_or(0, |last| last.version)
    }

    pub fn expected(&self) -> Expected {
        match self.last {
            None => Expected::New,
            Some(LastEvent { stream_no, version, position }) => Expected::At { stream_no, version, position },
        }
    }
}

impl Outcome {
    pub fn writes(&self) -> bool {
        !self.event_ids.is_empty()
    }

    /// Takes the events out, to be queued.
    pub fn take_write(&mut self, stream: &StreamName, expected: Expected) -> StreamWrite {
        let events = std::mem::take(&mut self.events);
        StreamWrite { stream: stream.clone(), scope: self.scope.clone(), expected, events }
    }
}

impl<A: Stored> Decide<A> {
    pub fn new(tenant: &TenantId, id: StreamId, command: A::Command) -> Self {
        let stream = StreamName { tenant: tenant.clone(), aggregate: A::TYPE.into(), id };
        Self { stream, command, assume_new: false, expected_version: None }
    }

    pub fn assuming_new(self) -> Self {
        Self { assume_new: true, ..self }
    }

    pub fn expecting(self, version: i64) -> Self {
        Self { expected_version: Some(version), ..self }
    }

    async fn load(&self, executor: &Executor, ground: Ground) -> Result<Loaded<A>, CommandError> {
        if self.assume_new && !ground.from_log {
            return Ok(Loaded::nothing(Basis::Assumption));
        }
        executor.load(&self.stream, ground).await
    }
}

#[async_trait]
impl<A: Stored> Decision for Decide<A> {
    fn stream(&self) -> &StreamName {
        &self.stream
    }

    async fn decide(
        &self,
        executor: &Executor,
        request: &Request,
        ground: Ground,
    ) -> Result<Decided, CommandError> {
        let Loaded { mut state, last, bytes, basis } = self.load(executor, ground).await?;
        let version = last.map_or(0, |last| last.version);
        let decided = |outcome| Decided { stream: self.stream.clone(), last, basis, outcome };
        if let Some(expected) = self.expected_version.filter(|expected| *expected != version) {
            return Ok(decided(Err(NotDone::VersionMismatch { expected, actual: version })));
        }
        let sink = EventSink::default();
        if let Err(refusal) = state.handle(self.command.clone(), &(), &sink).await {
            return Ok(decided(Err(NotDone::Refused(Refused::by(A::TYPE, &refusal)))));
        }
        let scope = A::scope(self.stream.id.as_str(), request.scope.as_ref());
        let mut writing = Writing { executor, request, stream: &self.stream, scope: scope.as_ref(), version };
        let (mut events, mut counted) = (Vec::new(), Vec::new());
        for event in sink.collect().await {
            events.push(writing.write(&event).await?);
            counted.extend(A::counts(&event));
        }
        let bytes = bytes + events.iter().map(|event| event.payload.len()).sum::<usize>();
        let event_ids = events.iter().map(|event| event.event_id).collect();
        let state = Arc::new(StateOf(Arc::new(state)));
        Ok(decided(Ok(Outcome { scope, events, event_ids, counted, state, bytes })))
    }
}

/// Turns events of the domain into rows of the log.
struct Writing<'a> {
    executor: &'a Executor,
    request: &'a Request,
    stream: &'a StreamName,
    scope: Option<&'a WorkspaceId>,
    version: i64,
}

impl Writing<'_> {
    async fn write<E: DomainEvent>(&mut self, event: &E) -> Result<NewEvent, CommandError> {
        let name = event.event_type();
        let known = catalog::find(&name)
            .ok_or_else(|| CommandError::Fault(format!("{name} is not in the catalog")))?;
        let event_id = Uuid::now_v7();
        let written = self.executor.sealer.write(&Place::Event(event_id), event).await?;
        let payload = payload::unwrap_type(known.name, written)
            .ok_or_else(|| CommandError::Fault(format!("{name} does not write fields under its own name")))?;
        let meta = self.meta(event_id)?;
        self.version += 1;
        let digested = Digested {
            version: self.version,
            schema_version: known.version(),
            tenant: self.stream.tenant.as_str(),
            scope: self.scope.map(|scope| scope.as_str()),
            aggregate: &self.stream.aggregate,
            id: self.stream.id.as_str(),
            event_type: known.name,
            meta: &meta,
            payload: &payload,
        };
        Ok(NewEvent {
            version: self.version,
            schema_version: known.version(),
            event_type: known.name,
            event_id,
            digest: digested.digest(),
            meta,
            payload,
        })
    }

    fn meta(&self, event_id: Uuid) -> Result<String, CommandError> {
        let request = self.request;
        let meta = Meta {
            event_id,
            command_id: request.command_id,
            actor: request.actor.clone(),
            api_key: request.api_key.clone(),
            correlation_id: request.correlation_id.filter(|id| *id != request.command_id),
            causation_id: request.causation_id,
            traceparent: request.traceparent.clone(),
            request_id: request.request_id.clone(),
            network: request.network.clone(),
        };
        serde_json::to_string(&meta).map_err(|error| CommandError::Fault(error.to_string()))
    }
}
