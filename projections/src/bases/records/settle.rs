//! Working out what lasts of the records that were touched, and then of those that hang on them, until nothing changes any more.

use std::collections::{BTreeMap, BTreeSet};

use domain::bases::ids::{FieldId, RecordId, TableId};
use domain::bases::schema::FieldType;

use super::book::{ANY_TIME, Book};
use super::changed;
use super::rows;
use crate::runtime::ProjectFault;

/// Beyond it something hangs on itself, which the schema should have forbidden.
const ROUNDS_MAX: usize = 200;

/// What reads otherwise of some records.
type Changes = BTreeMap<RecordId, Change>;

#[derive(Default)]
struct Change {
    fields: BTreeSet<FieldId>,
    renamed: bool,
}

impl Book<'_> {
    pub async fn settle(&mut self) -> Result<(), ProjectFault> {
        // Fields that read otherwise although nothing of their records changed: links to records that are called otherwise.
        let mut renamed_links = BTreeMap::<RecordId, BTreeSet<FieldId>>::new();
        for _ in 0..ROUNDS_MAX {
            let open = std::mem::take(&mut self.open);
            if open.is_empty() {
                return Ok(());
            }
            self.fetch(open.clone()).await?;
            self.fetch_followed(&open).await?;
            let mut changes = Changes::new();
            for record in open {
                let forced = renamed_links.remove(&record).unwrap_or_default();
                let change = self.work_out(record, forced);
                changes.insert(record, change);
            }
            self.open_dependents(&changes, &mut renamed_links).await?;
        }
        tracing::error!(base = %self.base, "cells hang on each other without end");
        self.open.clear();
        Ok(())
    }

    /// Brings the row of a record up to date.
    fn work_out(&mut self, id: RecordId, forced: BTreeSet<FieldId>) -> Change {
        let mut change = Change { fields: forced, renamed: false };
        let Some(Some(entry)) = self.entries.get_mut(&id) else { return change };
        let tables = self.retelling.tables_mut();
        let (name, cells) = match tables.settle(entry.table, id, ANY_TIME) {
            Some(settled) => {
                let record = tables.record(entry.table, id);
                let cells = record.map(|record| tables.kept_cells(entry.table, record, ANY_TIME));
                (settled.name, cells.unwrap_or_default())
            }
            None => Default::default(),
        };
        change.renamed = name != entry.name;
        change.fields.extend(changed::fields(&entry.cells, &cells));
        if change.renamed || cells != entry.cells {
            self.dirty.insert(id);
        }
        (entry.name, entry.cells) = (name, cells);
        change
    }

    /// Has at hand what the records read of others.
    async fn fetch_followed(&mut self, open: &BTreeSet<RecordId>) -> Result<(), ProjectFault> {
        let near = self.followed(open);
        self.fetch(near.clone()).await?;
        // What is looked at there may be a link, which reads as names.
        let far = near.iter().flat_map(|record| self.named_in(*record)).collect();
        self.fetch(far).await
    }

    fn followed(&self, open: &BTreeSet<RecordId>) -> BTreeSet<RecordId> {
        let (tables, mut followed) = (self.tables(), BTreeSet::new());
        for record in open {
            let Some(table) = self.table_of(*record) else { continue };
            for link in tables.computed().flow().followed(table) {
                followed.extend(tables.linked(*link, *record));
            }
        }
        followed
    }

    fn named_in(&self, record: RecordId) -> Vec<RecordId> {
        let tables = self.tables();
        let table = self.table_of(record).and_then(|table| tables.base().table(table));
        let fields = table.into_iter().flat_map(|table| &table.fields);
        let links = fields.filter(|field| matches!(field.kind, FieldType::MultipleRecordLinks(_)));
        let named = links.filter(|field| tables.computed().flow().is_read_as_names(field.id));
        named.flat_map(|field| tables.linked(field.id, record)).collect()
    }

    fn table_of(&self, record: RecordId) -> Option<TableId> {
        self.entries.get(&record)?.as_ref().map(|entry| entry.table)
    }

    /// Whoever looks at what has changed is to be worked out next.
    async fn open_dependents(
        &mut self,
        changes: &Changes,
        renamed_links: &mut BTreeMap<RecordId, BTreeSet<FieldId>>,
    ) -> Result<(), ProjectFault> {
        for (record, change) in changes {
            let Some(table) = self.table_of(*record) else { continue };
            for link in self.looking_at(&change.fields) {
                let dependents = self.linking(link, *record).await?;
                self.open.extend(dependents);
            }
            for link in self.naming(table, change.renamed) {
                for dependent in self.linking(link, *record).await? {
                    renamed_links.entry(dependent).or_default().insert(link);
                    self.open.insert(dependent);
                }
            }
        }
        Ok(())
    }

    /// Links through which any of these fields is looked at.
    fn looking_at(&self, fields: &BTreeSet<FieldId>) -> BTreeSet<FieldId> {
        let flow = self.tables().computed().flow();
        fields.iter().flat_map(|field| flow.seen_through(*field)).copied().collect()
    }

    /// Links that read otherwise with the name of a record.
    fn naming(&self, table: TableId, renamed: bool) -> Vec<FieldId> {
        let tables = self.tables();
        let primary = tables.base().table(table).filter(|_| renamed).map(|table| table.primary_field_id);
        primary.map(|primary| tables.computed().flow().named_by(primary).to_vec()).unwrap_or_default()
    }

    /// Records that link to one through a field of theirs.
    async fn linking(&mut self, link: FieldId, to: RecordId) -> Result<Vec<RecordId>, ProjectFault> {
        if let Some(inverse) = self.tables().base().link(link).and_then(|link| link.inverse_link_field_id) {
            return Ok(self.tables().linked(inverse, to));
        }
        let found = rows::linking(self.connection, &self.tenant, &self.base, link, to).await?;
        let ids = found.iter().map(|row| row.id).collect();
        found.into_iter().for_each(|row| self.take(row));
        Ok(ids)
    }
}
