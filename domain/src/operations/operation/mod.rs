//! An operation: an act of an operator that changes something, why it was done, and what came of it.
//!
//! It is written down before anything is touched, so that whoever finds a change finds who made it. One that was begun
//! and never ended was cut short: the same act may take it up again.

mod commands;
mod events;
mod refusal;
#[cfg(test)]
mod tests;

pub use commands::OperationCommand;
pub use events::OperationEvent;
pub use refusal::OperationRefusal;

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};

use crate::identity::WorkspaceId;
use crate::stored::Stored;

/// Longest reason, in bytes.
pub const REASON_BYTES_MAX: usize = 1_000;
/// Longest description of what an act is about, and of what came of it, in bytes.
pub const TEXT_BYTES_MAX: usize = 2_000;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    begun: Option<Begun>,
    ended: Option<Ended>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Begun {
    pub act: Act,
    /// What it is about: the name of a read model, an id, a filter as it was given.
    pub target: String,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ended {
    pub outcome: Outcome,
    /// How many things were done: rows, events, pieces of work.
    pub count: u64,
    pub detail: String,
}

/// Everything an operator may do that changes something. Stored for ever: add, never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    RebuildProjection,
    SwitchProjection,
    DropProjection,
    RedriveProjection,
    RetryWork,
    DiscardWork,
    ParkWork,
    ReplayEvents,
    ImportLog,
    ExportLog,
    AddWrappingKey,
    UseWrappingKey,
    RewrapValues,
    RetireWrappingKey,
    RotateSigningKey,
    EraseSubject,
    LoadBase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Done,
    /// Some of it was not done, and `detail` says what.
    Partial,
    Failed,
}

impl Operation {
    pub fn begun(&self) -> Option<&Begun> {
        self.begun.as_ref()
    }

    pub fn ended(&self) -> Option<&Ended> {
        self.ended.as_ref()
    }

    /// Decides what a command leads to. A command already carried out leads to nothing, so callers may safely
    /// repeat it; a wrong one is refused, never taken for done.
    pub fn decide(&self, command: OperationCommand) -> Result<Vec<OperationEvent>, OperationRefusal> {
        use {OperationCommand as Command, OperationRefusal as Refusal};
        match (&self.begun, command) {
            (None, Command::Begin { act, target, reason }) => begin(act, target, &reason),
            (Some(begun), Command::Begin { act, target, .. }) => {
                let same = begun.act == act && begun.target == target;
                if same { Ok(vec![]) } else { Err(Refusal::OperationExists) }
            }
            (None, Command::End { .. }) => Err(Refusal::UnknownOperation),
            (Some(_), Command::End { outcome, count, detail }) => {
                self.end(Ended { outcome, count, detail: shortened(detail) })
            }
        }
    }

    fn end(&self, end: Ended) -> Result<Vec<OperationEvent>, OperationRefusal> {
        match &self.ended {
            None => {
                let Ended { outcome, count, detail } = end;
                Ok(vec![OperationEvent::Ended { outcome, count, detail }])
            }
            Some(ended) if *ended == end => Ok(vec![]),
            Some(_) => Err(OperationRefusal::OperationEnded),
        }
    }
}

fn begin(act: Act, target: String, reason: &str) -> Result<Vec<OperationEvent>, OperationRefusal> {
    let reason = reason.trim();
    if !(1..=REASON_BYTES_MAX).contains(&reason.len()) {
        return Err(OperationRefusal::BadReason);
    }
    if target.len() > TEXT_BYTES_MAX {
        return Err(OperationRefusal::TargetTooLong);
    }
    Ok(vec![OperationEvent::Begun { act, target, reason: reason.to_owned() }])
}

/// What came of an act is told even when there is too much to tell.
fn shortened(mut text: String) -> String {
    let end = text.floor_char_boundary(TEXT_BYTES_MAX);
    text.truncate(end);
    text
}

impl Aggregate for Operation {
    const TYPE: &'static str = "operation";
    type Command = OperationCommand;
    type Event = OperationEvent;
    type Error = OperationRefusal;
    type Services = ();

    async fn handle(
        &mut self,
        command: OperationCommand,
        _: &(),
        sink: &EventSink<Self>,
    ) -> Result<(), OperationRefusal> {
        for event in self.decide(command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: OperationEvent) {
        match event {
            OperationEvent::Begun { act, target, reason } => {
                self.begun = Some(Begun { act, target, reason });
            }
            OperationEvent::Ended { outcome, count, detail } => {
                self.ended = Some(Ended { outcome, count, detail });
            }
        }
    }
}

impl Stored for Operation {
    const STATE_SOURCE: &'static str = include_str!("mod.rs");

    /// What is done to the system as a whole belongs to no workspace.
    fn scope(_: &str, _: Option<&WorkspaceId>) -> Option<WorkspaceId> {
        None
    }
}
