//! Making the tables of a base out of the events of its records, in the order of the log: what [`super::part`] took apart.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Address, Content, LinkChange, RecordEvent};
use crate::bases::base::BaseEvent;
use crate::bases::cells::{CellValue, Collaborator};
use crate::bases::ids::{FieldId, RecordId, TableId};
use crate::bases::schema;
use crate::bases::table::{Change, Edit, Stamp, Tables};
use crate::personal::Personal;

#[derive(Debug, Clone, PartialEq)]
pub struct Retelling {
    tables: Tables,
    /// Who were here before, in case they come again.
    gone: BTreeMap<(TableId, RecordId), Gone>,
}

#[derive(Debug, Clone, PartialEq)]
struct Gone {
    number: u64,
    created: Stamp,
}

impl Retelling {
    /// From the schema that a base was created with, and whom its cells may name.
    pub fn of(schema: schema::Base, people: Vec<Collaborator>) -> Self {
        Self { tables: Tables::new(schema, people), gone: BTreeMap::new() }
    }

    /// Goes on with some records of a base as they were kept.
    pub fn resume(tables: Tables) -> Self {
        Self { tables, gone: BTreeMap::new() }
    }

    /// Tells of a record that was deleted before.
    pub fn was(&mut self, table: TableId, record: RecordId, number: u64, created: Stamp) {
        self.gone.insert((table, record), Gone { number, created });
    }

    pub fn tables_mut(&mut self) -> &mut Tables {
        &mut self.tables
    }

    /// What is known of a record that is deleted: its number, and when and by whom it was made.
    pub fn gone(&self, table: TableId, record: RecordId) -> Option<(u64, &Stamp)> {
        self.gone.get(&(table, record)).map(|gone| (gone.number, &gone.created))
    }

    pub fn tables(&self) -> &Tables {
        &self.tables
    }

    pub fn into_tables(self) -> Tables {
        self.tables
    }

    pub fn base(&mut self, event: &BaseEvent) {
        match event {
            BaseEvent::SchemaChanged { changes } => self.tables.apply_schema(changes),
            BaseEvent::Renamed { name } => self.tables.rename_base(name),
            // It began with the one; after the other nobody asks.
            BaseEvent::Created { .. } | BaseEvent::Deleted {} => {}
        }
    }

    pub fn record(&mut self, event: &RecordEvent) {
        match event {
            RecordEvent::Created { address, at, content, links, .. } => {
                let number = self.tables.last_number(address.table) + 1;
                let created = Stamp { at: *at, by: content.get().and_then(|content| content.by.clone()) };
                self.fill(address, Gone { number, created }, content, links);
            }
            RecordEvent::Restored { address, at, content, links, .. } => {
                let before = self.gone.remove(&(address.table, address.record));
                let number = self.tables.last_number(address.table) + 1;
                let created = Stamp { at: *at, by: content.get().and_then(|content| content.by.clone()) };
                self.fill(address, before.unwrap_or(Gone { number, created }), content, links);
            }
            RecordEvent::Changed { address, at, changes, links, .. } => {
                let by = changes.get().and_then(|changes| changes.by.clone());
                let cells = changes.get().into_iter().flat_map(|changes| &changes.cells);
                let cells = cells.map(|cell| set(address, cell.field, cell.after.clone()));
                self.apply(*at, by, cells.chain(linked(address, links)).collect());
            }
            RecordEvent::Deleted { address, at, by, .. } => self.delete(address, *at, by.as_ref()),
            RecordEvent::AliasAdded { .. } => {}
        }
    }

    /// A record that comes again keeps its number and when it was made. Unsettled: that nothing of it counts as edited.
    fn fill(&mut self, address: &Address, is: Gone, content: &Personal<Content>, links: &[LinkChange]) {
        let Address { table, record, .. } = *address;
        let cells = content.get().into_iter().flat_map(|content| &content.cells);
        let cells = cells.map(|(field, value)| set(address, *field, Some(value.clone())));
        let created = Change::RecordCreated { table, record, number: is.number };
        let changes = std::iter::once(created).chain(cells).chain(linked(address, links)).collect();
        self.apply(is.created.at, is.created.by, changes);
    }

    fn delete(&mut self, address: &Address, at: Timestamp, by: Option<&Personal<Collaborator>>) {
        let Address { table, record, .. } = *address;
        if let Some(found) = self.tables.record(table, record) {
            let gone = Gone { number: found.number, created: found.created.clone() };
            self.gone.insert((table, record), gone);
        }
        let by = by.and_then(|by| by.get().cloned());
        self.apply(at, by, vec![Change::RecordDeleted { table, record }]);
    }

    fn apply(&mut self, at: Timestamp, by: Option<Collaborator>, changes: Vec<Change>) {
        self.tables.apply(&Edit { stamp: Stamp { at, by }, changes });
    }
}

fn set(address: &Address, field: FieldId, value: Option<CellValue>) -> Change {
    Change::CellSet { table: address.table, record: address.record, field, value }
}

fn linked(address: &Address, links: &[LinkChange]) -> impl Iterator<Item = Change> {
    let Address { table, record, .. } = *address;
    links.iter().map(move |LinkChange { field, removed, added }| Change::Linked {
        table,
        record,
        field: *field,
        removed: removed.clone(),
        added: added.clone(),
    })
}
