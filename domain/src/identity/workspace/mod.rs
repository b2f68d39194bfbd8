//! A workspace: the place inside a tenant where bases, files, conversations and workflows are kept together.

mod commands;
mod events;
mod refusal;
#[cfg(test)]
mod tests;

pub use commands::WorkspaceCommand;
pub use events::WorkspaceEvent;
pub use refusal::WorkspaceRefusal;

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};

use super::{WorkspaceId, name};
use crate::stored::Stored;

/// Longest description, in characters.
pub const DESCRIPTION_LENGTH_MAX: usize = 2_000;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Workspace {
    details: Option<Details>,
    archived: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Details {
    name: String,
    description: String,
}

impl Workspace {
    pub fn name(&self) -> Option<&str> {
        self.details.as_ref().map(|details| details.name.as_str())
    }

    pub fn description(&self) -> Option<&str> {
        self.details.as_ref().map(|details| details.description.as_str())
    }

    pub fn is_archived(&self) -> bool {
        self.archived
    }

    /// Decides what a command leads to. A command already carried out leads to nothing, so callers may safely
    /// repeat it; a wrong one is refused, never taken for done.
    pub fn decide(&self, command: WorkspaceCommand) -> Result<Vec<WorkspaceEvent>, WorkspaceRefusal> {
        use {WorkspaceCommand as Command, WorkspaceRefusal as Refusal};
        match (&self.details, command) {
            (None, Command::Create { name, description }) => create(&name, description),
            (Some(details), Command::Create { name, description }) => {
                details.create_again(&name, &description)
            }
            (None, _) => Err(Refusal::UnknownWorkspace),
            (Some(_), Command::Archive) if self.archived => Ok(vec![]),
            (Some(_), Command::Archive) => Ok(vec![WorkspaceEvent::Archived {}]),
            (Some(_), _) if self.archived => Err(Refusal::WorkspaceArchived),
            (Some(details), Command::Rename { name }) => details.rename(&name),
            (Some(details), Command::Describe { description }) => details.describe(description),
            (Some(details), Command::Change { name, description }) => details.change(name, description),
        }
    }
}

fn create(name: &str, description: String) -> Result<Vec<WorkspaceEvent>, WorkspaceRefusal> {
    let name = name::checked(name).ok_or(WorkspaceRefusal::BadName)?;
    check_description(&description)?;
    Ok(vec![WorkspaceEvent::Created { name, description }])
}

fn check_description(description: &str) -> Result<(), WorkspaceRefusal> {
    let fits = description.chars().count() <= DESCRIPTION_LENGTH_MAX;
    if fits { Ok(()) } else { Err(WorkspaceRefusal::DescriptionTooLong) }
}

impl Details {
    fn create_again(&self, name: &str, description: &str) -> Result<Vec<WorkspaceEvent>, WorkspaceRefusal> {
        let same = self.name == name.trim() && self.description == description;
        if same { Ok(vec![]) } else { Err(WorkspaceRefusal::WorkspaceExists) }
    }

    fn rename(&self, name: &str) -> Result<Vec<WorkspaceEvent>, WorkspaceRefusal> {
        let name = name::checked(name).ok_or(WorkspaceRefusal::BadName)?;
        if name == self.name { Ok(vec![]) } else { Ok(vec![WorkspaceEvent::Renamed { name }]) }
    }

    fn change(
        &self,
        name: Option<String>,
        description: Option<String>,
    ) -> Result<Vec<WorkspaceEvent>, WorkspaceRefusal> {
        let mut events = name.map_or(Ok(vec![]), |name| self.rename(&name))?;
        events.extend(description.map_or(Ok(vec![]), |description| self.describe(description))?);
        Ok(events)
    }

    fn describe(&self, description: String) -> Result<Vec<WorkspaceEvent>, WorkspaceRefusal> {
        check_description(&description)?;
        if description == self.description {
            return Ok(vec![]);
        }
        Ok(vec![WorkspaceEvent::Described { description }])
    }
}

impl Aggregate for Workspace {
    const TYPE: &'static str = "workspace";
    type Command = WorkspaceCommand;
    type Event = WorkspaceEvent;
    type Error = WorkspaceRefusal;
    type Services = ();

    async fn handle(
        &mut self,
        command: WorkspaceCommand,
        _: &(),
        sink: &EventSink<Self>,
    ) -> Result<(), WorkspaceRefusal> {
        for event in self.decide(command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: WorkspaceEvent) {
        match (event, &mut self.details) {
            (WorkspaceEvent::Created { name, description }, details) => {
                *details = Some(Details { name, description });
            }
            (WorkspaceEvent::Renamed { name }, Some(details)) => details.name = name,
            (WorkspaceEvent::Described { description }, Some(details)) => details.description = description,
            (WorkspaceEvent::Archived {}, _) => self.archived = true,
            // The stream of a workspace begins with its creation; nothing before it can change details.
            (WorkspaceEvent::Renamed { .. } | WorkspaceEvent::Described { .. }, None) => {}
        }
    }
}

impl Stored for Workspace {
    const STATE_SOURCE: &'static str = include_str!("mod.rs");

    /// What happens to a workspace belongs to that workspace, whoever asked for it.
    fn scope(id: &str, _: Option<&WorkspaceId>) -> Option<WorkspaceId> {
        WorkspaceId::new(id).ok()
    }
}
