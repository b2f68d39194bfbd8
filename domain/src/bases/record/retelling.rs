//! Making the tables of a base out of the events of its records, in the order of the log: what [`super::part`] took apart.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::mirroring::is_listened_to;
use super::{Address, Content, LinkChange, RecordEvent};
use crate::bases::base::BaseEvent;
use crate::bases::cells::{CellValue, Collaborator};
use crate::bases::ids::{FieldId, RecordId, TableId};
use crate::bases::schema::{self, FieldType};
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
    links: GoneLinks,
}

/// Links to a record that is deleted: by fields of its own, or by those of others that none of its own shows. Other records tell of them,
/// and nobody told those that it went: should it come again, they link to it as before.
pub type GoneLinks = BTreeMap<FieldId, Vec<RecordId>>;

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
        self.gone.insert((table, record), Gone { number, created, links: GoneLinks::new() });
    }

    /// Tells of links to a record that was deleted before.
    pub fn was_linked(&mut self, table: TableId, record: RecordId, links: GoneLinks) {
        if let Some(gone) = self.gone.get_mut(&(table, record)) {
            gone.links = links;
        }
    }

    /// Nothing for a record that is there.
    pub fn gone_links(&self, table: TableId, record: RecordId) -> Option<&GoneLinks> {
        self.gone.get(&(table, record)).map(|gone| &gone.links)
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
            RecordEvent::Created { address, at, content, links, .. }
            | RecordEvent::Restored { address, at, content, links, .. } => {
                let before = self.gone.remove(&(address.table, address.record));
                let is = before.unwrap_or_else(|| {
                    let number = self.tables.last_number(address.table) + 1;
                    let by = content.get().and_then(|content| content.by.clone());
                    Gone { number, created: Stamp { at: *at, by }, links: GoneLinks::new() }
                });
                self.fill(address, is, content, links);
            }
            RecordEvent::Changed { address, at, changes, links, .. } => {
                let by = changes.get().and_then(|changes| changes.by.clone());
                let cells = changes.get().into_iter().flat_map(|changes| &changes.cells);
                let cells = cells.map(|cell| set(address, cell.field, cell.after.clone()));
                self.unlink_gone(address.record, links);
                self.apply(*at, by, cells.chain(linked(address, links)).collect());
            }
            RecordEvent::Deleted { address, at, by, .. } => self.delete(address, *at, by.as_ref()),
            RecordEvent::AliasAdded { .. } => {}
        }
    }

    /// A record that comes again keeps its number and when it was made. Unsettled: that nothing of it counts as edited.
    fn fill(&mut self, address: &Address, is: Gone, content: &Personal<Content>, links: &[LinkChange]) {
        let Address { table, record, .. } = *address;
        let Gone { number, created: stamp, links: before } = is;
        let cells = content.get().into_iter().flat_map(|content| &content.cells);
        let cells = cells.map(|(field, value)| set(address, *field, Some(value.clone())));
        let created = Change::RecordCreated { table, record, number };
        let (shown, one_way) = before.into_iter().partition(|(field, _)| self.has_inverse(*field));
        let again = self.linked_again(address, shown);
        let changes =
            std::iter::once(created).chain(cells).chain(linked(address, links)).chain(again).collect();
        self.apply(stamp.at, stamp.by, changes);
        self.link_one_way_again(record, one_way);
    }

    fn has_inverse(&self, field: FieldId) -> bool {
        self.tables.base().link(field).is_some_and(|link| link.inverse_link_field_id.is_some())
    }

    /// By those that are there themselves, through fields that still are.
    fn linked_again(&self, address: &Address, links: GoneLinks) -> Vec<Change> {
        let Address { table, record, .. } = *address;
        let again = links.into_iter().filter_map(|(field, mut linking)| {
            let from = self.tables.base().link(field)?.linked_table_id;
            linking.retain(|linking| self.tables.record(from, *linking).is_some());
            Some(Change::Linked { table, record, field, removed: Vec::new(), added: linking })
        });
        again.filter(|change| !matches!(change, Change::Linked { added, .. } if added.is_empty())).collect()
    }

    /// That is no edit of theirs: it was undone with what they link to.
    fn link_one_way_again(&mut self, record: RecordId, links: GoneLinks) {
        for (field, linking) in links {
            let Some((from, _)) = self.tables.base().field(field) else { continue };
            let from = from.id;
            for one in linking {
                let mut linked = self.tables.linked(field, one);
                if self.tables.record(from, one).is_some() && !linked.contains(&record) {
                    linked.push(record);
                    self.tables.set_linked(field, one, &linked);
                }
            }
        }
    }

    /// What a record does not link to any more, it will not link to when that comes again.
    fn unlink_gone(&mut self, record: RecordId, links: &[LinkChange]) {
        for LinkChange { field, removed, .. } in links {
            let Some(options) = self.tables.base().link(*field) else { continue };
            let known_by = options.inverse_link_field_id.unwrap_or(*field);
            for to in removed {
                if let Some(gone) = self.gone.get_mut(&(options.linked_table_id, *to))
                    && let Some(linking) = gone.links.get_mut(&known_by)
                {
                    linking.retain(|linking| *linking != record);
                }
            }
        }
    }

    fn delete(&mut self, address: &Address, at: Timestamp, by: Option<&Personal<Collaborator>>) {
        let Address { table, record, .. } = *address;
        if let Some(found) = self.tables.record(table, record) {
            let links = self.told_by_others(address);
            let gone = Gone { number: found.number, created: found.created.clone(), links };
            self.gone.insert((table, record), gone);
        }
        let by = by.and_then(|by| by.get().cloned());
        self.apply(at, by, vec![Change::RecordDeleted { table, record }]);
    }

    fn told_by_others(&self, address: &Address) -> GoneLinks {
        let Some(table) = self.tables.base().table(address.table) else { return GoneLinks::new() };
        let by_others = table.fields.iter().filter(|field| match &field.kind {
            FieldType::MultipleRecordLinks(options) => !is_listened_to(table, field.id, options),
            _ => false,
        });
        let links = by_others.map(|field| (field.id, self.tables.linked(field.id, address.record)));
        let one_way = self.tables.base().one_way_links_to(table.id);
        let one_way = one_way.map(|field| (field, self.tables.linking(field, address.record)));
        links.chain(one_way).filter(|(_, linking)| !linking.is_empty()).collect()
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
