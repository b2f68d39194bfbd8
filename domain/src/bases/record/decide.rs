//! What commands lead to. What a cell holds already is not told again.

use std::collections::BTreeMap;

use super::bounds::{self, ALIASES_MAX};
use super::files;
use super::{
    Address, CellChange, CellChanges, Content, Details, FileSettled, LinkChange, Record, RecordCommand,
    RecordEvent, RecordRefusal, Source,
};
use crate::bases::cells::{Attachment, CellValue, Collaborator};
use crate::bases::ids::{FieldId, RecordId};
use crate::bases::table::Stamp;
use crate::personal::{Personal, SubjectId};

type Decided = Result<Vec<RecordEvent>, RecordRefusal>;

impl Record {
    /// Decides what a command leads to. A command already carried out leads to nothing, so callers may safely
    /// repeat it; a wrong one is refused, never taken for done.
    pub fn decide(&self, command: RecordCommand) -> Decided {
        use {RecordCommand as Command, RecordRefusal as Refusal};
        match (&self.details, command) {
            (None, Command::Create { address, source, stamp, cells, links }) => {
                let content = fitting(stamp.by, cells, &links)?;
                let (at, content) = (stamp.at, Personal::new(address.subject(), content));
                Ok(vec![RecordEvent::Created { address, source, at, content, links }])
            }
            (None, _) => Err(Refusal::UnknownRecord),
            (Some(details), Command::Create { address, .. }) if details.address != address => {
                Err(Refusal::RecordExists)
            }
            (Some(_), Command::Create { address, source, stamp, cells, links }) if self.deleted => {
                let content = fitting(stamp.by, cells, &links)?;
                let (at, content) = (stamp.at, Personal::new(address.subject(), content));
                Ok(vec![RecordEvent::Restored { address, source, at, content, links }])
            }
            (Some(details), Command::Create { cells, links, .. }) => details.create_again(&cells, &links),
            (Some(details), Command::AddAlias { alias }) => details.add_alias(alias),
            (Some(_), Command::Delete { .. }) if self.deleted => Ok(vec![]),
            (Some(_), Command::SettleFiles { .. }) if self.deleted => Ok(vec![]),
            (Some(_), _) if self.deleted => Err(Refusal::RecordDeleted),
            (Some(details), Command::Delete { source, stamp }) => details.delete(source, stamp),
            (Some(details), Command::Change { source, stamp, cells, links }) => {
                details.decide_change(source, stamp, cells, links)
            }
            (Some(details), Command::AddFile { source, stamp, field, attachment }) => {
                let files = files::with(details.files(field), attachment);
                details.decide_files(source, stamp, BTreeMap::from([(field, files)]))
            }
            (Some(details), Command::SettleFiles { source, stamp, files }) => {
                let mut cells = BTreeMap::new();
                for FileSettled { field, attachment, file } in files {
                    let all = cells.entry(field).or_insert_with(|| details.files(field));
                    files::settle(all, attachment, file);
                }
                details.decide_files(source, stamp, cells)
            }
        }
    }
}

fn fitting(
    by: Option<Collaborator>,
    cells: BTreeMap<FieldId, CellValue>,
    links: &[LinkChange],
) -> Result<Content, RecordRefusal> {
    let content = Content { by, cells };
    bounds::check(&content, links)?;
    Ok(content)
}

impl Address {
    /// Under whose key the contents of the record are sealed: the base's own.
    pub fn subject(&self) -> SubjectId {
        self.base.seen_as()
    }
}

impl Details {
    fn create_again(&self, cells: &BTreeMap<FieldId, CellValue>, links: &[LinkChange]) -> Decided {
        let mut asked = Self { links: BTreeMap::new(), ..self.clone() };
        asked.link(links);
        let same = self.content.get().is_some_and(|content| content.cells == *cells);
        if same && asked.links == self.links { Ok(vec![]) } else { Err(RecordRefusal::RecordExists) }
    }

    /// Of a deleted one too: it may come back under that id.
    fn add_alias(&self, alias: RecordId) -> Decided {
        if self.is_called(alias) {
            return Ok(vec![]);
        }
        if self.aliases.len() + 1 == ALIASES_MAX {
            return Err(RecordRefusal::TooManyAliases);
        }
        Ok(vec![RecordEvent::AliasAdded { address: self.address.clone(), alias }])
    }

    fn delete(&self, source: Source, stamp: Stamp) -> Decided {
        bounds::check(&stamp.by, &[])?;
        let address = self.address.clone();
        let by = stamp.by.map(|by| Personal::new(address.subject(), by));
        Ok(vec![RecordEvent::Deleted { address, source, at: stamp.at, by }])
    }

    fn decide_change(
        &self,
        source: Source,
        stamp: Stamp,
        cells: BTreeMap<FieldId, Option<CellValue>>,
        mut links: Vec<LinkChange>,
    ) -> Decided {
        let cells: Vec<_> =
            cells.into_iter().filter_map(|(field, after)| self.changed(field, after)).collect();
        links.retain(|change| !(change.removed.is_empty() && change.added.is_empty()));
        if cells.is_empty() && links.is_empty() {
            return Ok(vec![]);
        }
        let changes = CellChanges { by: stamp.by, cells };
        bounds::check(&changes, &links)?;
        let address = self.address.clone();
        let changes = Personal::new(address.subject(), changes);
        Ok(vec![RecordEvent::Changed { address, source, at: stamp.at, changes, links }])
    }

    fn decide_files(
        &self,
        source: Source,
        stamp: Stamp,
        cells: BTreeMap<FieldId, Vec<Attachment>>,
    ) -> Decided {
        let value = |files| CellValue::Attachments(files).filled();
        let cells = cells.into_iter().map(|(field, files)| (field, value(files))).collect();
        self.decide_change(source, stamp, cells, Vec::new())
    }

    fn files(&self, field: FieldId) -> Vec<Attachment> {
        match self.content.get().and_then(|content| content.cells.get(&field)) {
            Some(CellValue::Attachments(files)) => files.clone(),
            _ => Vec::new(),
        }
    }

    fn changed(&self, field: FieldId, after: Option<CellValue>) -> Option<CellChange> {
        let before = self.content.get().and_then(|content| content.cells.get(&field));
        let differs = before != after.as_ref();
        differs.then(|| CellChange { field, before: before.cloned(), after })
    }
}
