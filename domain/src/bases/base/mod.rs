//! A base as the log keeps it: one stream with its schema and all that happened to that. Its records have streams of their own,
//! and whoever writes one guards this stream, so that no record meets a schema it did not see.

mod bounds;
mod commands;
mod events;
mod mirror;
mod packing;
mod refusal;
mod standing;
#[cfg(test)]
mod tests;

pub use bounds::{CHANGES_MAX, FIELDS_MAX, NAME_LENGTH_MAX, SCHEMA_BYTES_MAX, TABLES_MAX};
pub use commands::BaseCommand;
pub use events::BaseEvent;
pub use refusal::BaseRefusal;

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};

use super::ConnectionId;
use super::ids::BaseId;
use super::schema::{self, SchemaChange, Table};
use crate::identity::WorkspaceId;
use crate::stored::Stored;
use standing::Standing;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Base {
    details: Option<Details>,
    deleted: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Details {
    origin: Origin,
    /// With the name, and the id that Airtable's clients use.
    schema: schema::Base,
}

/// Where the records of a base come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Origin {
    /// From here alone.
    Local,
    /// From Airtable, as the connection shows it.
    Airtable { connection: ConnectionId },
}

impl Origin {
    pub fn as_str(&self) -> &'static str {
        match self {
            Origin::Local => "local",
            Origin::Airtable { .. } => "airtable",
        }
    }
}

impl Base {
    /// The schema, unless the base was deleted or never was.
    pub fn schema(&self) -> Option<&schema::Base> {
        self.details.as_ref().filter(|_| !self.deleted).map(|details| &details.schema)
    }

    pub fn origin(&self) -> Option<&Origin> {
        self.details.as_ref().map(|details| &details.origin)
    }

    /// Whether it follows one in Airtable: nobody else changes such a base or its records.
    pub fn is_mirrored(&self) -> bool {
        matches!(self.origin(), Some(Origin::Airtable { .. }))
    }

    /// What Airtable's clients call it, deleted or not.
    pub fn airtable_id(&self) -> Option<BaseId> {
        self.details.as_ref().map(|details| details.schema.id)
    }

    /// Whether callers may change it here.
    pub fn is_writable(&self) -> bool {
        matches!(self.origin(), Some(Origin::Local))
    }

    pub fn is_deleted(&self) -> bool {
        self.deleted
    }

    /// Decides what a command leads to. A command already carried out leads to nothing, so callers may safely
    /// repeat it; a wrong one is refused, never taken for done.
    pub fn decide(&self, command: BaseCommand) -> Result<Vec<BaseEvent>, BaseRefusal> {
        use {BaseCommand as Command, BaseRefusal as Refusal};
        match (&self.details, command) {
            (None, Command::Create { airtable_id, name, tables }) => create(airtable_id, &name, tables),
            (None, Command::Connect { airtable_id, name, tables, connection }) => {
                mirror::connect(schema::Base { id: airtable_id, name, tables }, connection)
            }
            (None, _) => Err(Refusal::UnknownBase),
            (Some(_), Command::Delete) if self.deleted => Ok(vec![]),
            (Some(_), _) if self.deleted => Err(Refusal::BaseDeleted),
            (Some(_), Command::Delete) => Ok(vec![BaseEvent::Deleted {}]),
            (Some(details), Command::Create { airtable_id, name, tables }) => {
                details.create_again(airtable_id, &name, tables)
            }
            (Some(details), Command::Connect { airtable_id, connection, .. }) => {
                details.connect_again(airtable_id, &connection)
            }
            (Some(details), Command::AdoptSchema { name, tables }) => details.adopt(name, tables),
            (Some(_), Command::Rename { .. } | Command::ChangeSchema { .. }) if self.is_mirrored() => {
                Err(Refusal::BaseIsMirrored)
            }
            (Some(details), Command::Rename { name }) => details.rename(&name),
            (Some(details), Command::ChangeSchema { changes }) => details.change(changes),
        }
    }
}

fn create(id: BaseId, name: &str, tables: Vec<Table>) -> Result<Vec<BaseEvent>, BaseRefusal> {
    let schema::Base { id, name, tables } = completed(id, name, tables)?;
    packing::created(id, name, Origin::Local, tables)
}

fn completed(id: BaseId, name: &str, tables: Vec<Table>) -> Result<schema::Base, BaseRefusal> {
    let name = bounds::checked_name(name).ok_or(BaseRefusal::BadName)?;
    let mut schema = schema::Base { id, name, tables };
    // What is too much is not worked through.
    bounds::check(&schema)?;
    schema.complete_all().map_err(BaseRefusal::SchemaUnsound)?;
    schema.validate().map_err(BaseRefusal::SchemaUnsound)?;
    Ok(schema)
}

impl Details {
    fn create_again(
        &self,
        id: BaseId,
        name: &str,
        tables: Vec<Table>,
    ) -> Result<Vec<BaseEvent>, BaseRefusal> {
        let same = completed(id, name, tables)? == self.schema;
        if same { Ok(vec![]) } else { Err(BaseRefusal::BaseExists) }
    }

    fn rename(&self, name: &str) -> Result<Vec<BaseEvent>, BaseRefusal> {
        let name = bounds::checked_name(name).ok_or(BaseRefusal::BadName)?;
        if name == self.schema.name { Ok(vec![]) } else { Ok(vec![BaseEvent::Renamed { name }]) }
    }

    /// Tells of the changes that change something.
    fn change(&self, changes: Vec<SchemaChange>) -> Result<Vec<BaseEvent>, BaseRefusal> {
        if changes.len() > CHANGES_MAX {
            return Err(BaseRefusal::TooManyChanges);
        }
        let mut changed = self.schema.clone();
        let mut due = Vec::with_capacity(changes.len());
        for change in changes {
            if standing::of(&changed, &change).map_err(BaseRefusal::SchemaUnsound)? == Standing::Due {
                changed.apply(&change);
                due.push(change);
            }
        }
        if due.is_empty() {
            return Ok(vec![]);
        }
        bounds::check(&changed)?;
        changed.validate().map_err(BaseRefusal::SchemaUnsound)?;
        packing::changed(due)
    }
}

impl Aggregate for Base {
    const TYPE: &'static str = "base";
    type Command = BaseCommand;
    type Event = BaseEvent;
    type Error = BaseRefusal;
    type Services = ();

    async fn handle(
        &mut self,
        command: BaseCommand,
        _: &(),
        sink: &EventSink<Self>,
    ) -> Result<(), BaseRefusal> {
        for event in self.decide(command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: BaseEvent) {
        match (event, &mut self.details) {
            (BaseEvent::Created { airtable_id, name, origin, tables }, details) => {
                *details = Some(Details { origin, schema: schema::Base { id: airtable_id, name, tables } });
            }
            (BaseEvent::SchemaChanged { changes }, Some(details)) => {
                changes.iter().for_each(|change| details.schema.apply(change));
            }
            (BaseEvent::Renamed { name }, Some(details)) => details.schema.name = name,
            (BaseEvent::Deleted {}, _) => self.deleted = true,
            // The stream of a base begins with its creation; nothing before it can change details.
            (BaseEvent::SchemaChanged { .. } | BaseEvent::Renamed { .. }, None) => {}
        }
    }
}

impl Stored for Base {
    /// A schema changes by what stands in the other two files.
    const STATE_SOURCE: &'static str = concat!(
        include_str!("mod.rs"),
        include_str!("../schema/edit/apply.rs"),
        include_str!("../computed/references.rs"),
    );

    /// A base belongs to the workspace that it was made in, where its callers work.
    fn scope(_: &str, requested: Option<&WorkspaceId>) -> Option<WorkspaceId> {
        requested.cloned()
    }
}
