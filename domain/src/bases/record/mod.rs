//! A record as the log keeps it: one stream under an id of our own. The ids that callers know, drawn here or given by Airtable, are
//! its aliases. A link is told by the record it was edited from; what the other sides told, this stream does not know.

mod bounds;
mod commands;
mod decide;
mod events;
mod files;
mod key;
mod mirroring;
mod parting;
mod refusal;
mod retelling;
#[cfg(test)]
mod tests;
mod weighing;

pub use bounds::{ALIASES_MAX, EVENT_BYTES_MAX, NESTED_MAX};
pub use commands::{FileSettled, RecordCommand};
pub use events::{Address, CellChange, CellChanges, Content, LinkChange, RecordEvent, Source};
pub use key::{LETTERS, key};
pub use mirroring::{Mirrored, Said, mirrored};
pub use parting::{Parted, part};
pub use refusal::RecordRefusal;
pub use retelling::{GoneLinks, Retelling};

use std::collections::{BTreeMap, BTreeSet};

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::cells::CellValue;
use super::ids::{FieldId, RecordId};
use crate::identity::WorkspaceId;
use crate::personal::Personal;
use crate::stored::Stored;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    details: Option<Details>,
    deleted: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Details {
    address: Address,
    created: Timestamp,
    content: Personal<Content>,
    /// As the edits from this side left them.
    links: BTreeMap<FieldId, Vec<RecordId>>,
    /// But the first.
    aliases: BTreeSet<RecordId>,
}

impl Record {
    /// Where it is, deleted or not.
    pub fn address(&self) -> Option<&Address> {
        self.details.as_ref().map(|details| &details.address)
    }

    pub fn is_deleted(&self) -> bool {
        self.deleted
    }

    pub fn created(&self) -> Option<Timestamp> {
        self.details.as_ref().map(|details| details.created)
    }

    /// What it holds itself; nothing of one that is deleted, or whose base's key was destroyed.
    pub fn cells(&self) -> Option<&BTreeMap<FieldId, CellValue>> {
        let details = self.details.as_ref().filter(|_| !self.deleted)?;
        details.content.get().map(|content| &content.cells)
    }

    /// Whom it links to by a field, as the edits from this side left it.
    pub fn links(&self, field: FieldId) -> &[RecordId] {
        let details = self.details.as_ref().filter(|_| !self.deleted);
        details.and_then(|details| details.links.get(&field)).map_or(&[], Vec::as_slice)
    }

    /// Whether an id means this record.
    pub fn is_called(&self, alias: RecordId) -> bool {
        self.details.as_ref().is_some_and(|details| details.is_called(alias))
    }
}

impl Details {
    fn is_called(&self, alias: RecordId) -> bool {
        self.address.record == alias || self.aliases.contains(&alias)
    }

    fn fill(&mut self, content: Personal<Content>, links: &[LinkChange]) {
        self.content = content;
        self.links.clear();
        self.link(links);
    }

    fn change(&mut self, changes: &Personal<CellChanges>, links: &[LinkChange]) {
        if let (Some(content), Some(changes)) = (self.content.get_mut(), changes.get()) {
            for CellChange { field, after, .. } in &changes.cells {
                match after {
                    Some(value) => content.cells.insert(*field, value.clone()),
                    None => content.cells.remove(field),
                };
            }
        }
        self.link(links);
    }

    fn link(&mut self, links: &[LinkChange]) {
        for LinkChange { field, removed, added } in links {
            let list = self.links.entry(*field).or_default();
            let gone: BTreeSet<_> = removed.iter().collect();
            list.retain(|record| !gone.contains(record));
            let there: BTreeSet<_> = list.iter().copied().collect();
            list.extend(added.iter().filter(|record| !there.contains(record)));
            if list.is_empty() {
                self.links.remove(field);
            }
        }
    }

    /// What a tombstone needs not hold.
    fn empty(&mut self) {
        if let Some(content) = self.content.get_mut() {
            content.cells.clear();
        }
        self.links.clear();
    }
}

impl Aggregate for Record {
    const TYPE: &'static str = "record";
    type Command = RecordCommand;
    type Event = RecordEvent;
    type Error = RecordRefusal;
    type Services = ();

    async fn handle(
        &mut self,
        command: RecordCommand,
        _: &(),
        sink: &EventSink<Self>,
    ) -> Result<(), RecordRefusal> {
        for event in self.decide(command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: RecordEvent) {
        match (event, &mut self.details) {
            (RecordEvent::Created { address, at, content, links, .. }, details) => {
                let (kept, aliases) = (BTreeMap::new(), BTreeSet::new());
                let details = details.insert(Details { address, created: at, content, links: kept, aliases });
                details.link(&links);
            }
            (RecordEvent::Restored { content, links, .. }, Some(details)) => {
                details.fill(content, &links);
                self.deleted = false;
            }
            (RecordEvent::Changed { changes, links, .. }, Some(details)) => details.change(&changes, &links),
            (RecordEvent::Deleted { .. }, Some(details)) => {
                details.empty();
                self.deleted = true;
            }
            (RecordEvent::AliasAdded { alias, .. }, Some(details)) => {
                details.aliases.insert(alias);
            }
            // The stream of a record begins with its creation; nothing before it can change details.
            (_, None) => {}
        }
    }
}

impl Stored for Record {
    const STATE_SOURCE: &'static str = include_str!("mod.rs");

    /// A record belongs to the workspace of its base, where its callers work.
    fn scope(_: &str, requested: Option<&WorkspaceId>) -> Option<WorkspaceId> {
        requested.cloned()
    }
}
