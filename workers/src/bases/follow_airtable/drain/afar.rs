//! What Airtable alone works out, of records that nobody told of: they look at some that changed, so they are read again. Of what is
//! read only that is taken over, as it may be younger than what is told next.

use std::collections::{BTreeMap, BTreeSet};

use domain::bases::base_sync::BaseSyncCommand;
use domain::bases::cells::{self, CellValue};
use domain::bases::computed::{Computed, LINKS_MAX};
use domain::bases::ids::{FieldId, RecordId, TableId};
use domain::bases::ports::{FoundRecord, Payload};
use domain::bases::record::{Said, Source};
use domain::bases::schema::{Base, Table};
use domain::bases::table::{Fields, Stamp};
use jiff::Timestamp;

use crate::bases::follow_airtable::record::News;
use crate::bases::follow_airtable::turn::{Known, Stepped, Turn};

/// Where more records look at those of one payload, everything is read again later.
const LOOKING_MAX: usize = 2_000;

/// A record of which some fields may read otherwise.
struct Changed {
    table: TableId,
    fields: BTreeSet<FieldId>,
    /// What is known of its cells.
    cells: Fields,
}

/// Records that look at changed ones, with what may read otherwise of them.
type Looking = BTreeMap<(TableId, RecordId), BTreeSet<FieldId>>;

impl Turn<'_> {
    pub(super) async fn take_in_afar(
        &self,
        known: &Known,
        schema: &Base,
        payload: &Payload,
        news: &mut News,
    ) -> Stepped {
        let computed = Computed::of(schema);
        let (mut open, told) = (changed(payload), told(payload));
        let mut seen = BTreeMap::<RecordId, (TableId, BTreeSet<FieldId>, FoundRecord)>::new();
        for _ in 0..LINKS_MAX {
            let looking = looking_at(schema, &computed, &open);
            open.clear();
            if looking.len() > LOOKING_MAX {
                return self.tell(BaseSyncCommand::AskResync).await;
            }
            for (table, records) in by_table(looking) {
                let Some(table) = schema.table(table) else { continue };
                let ids: Vec<_> = records.keys().copied().collect();
                for record in self.found(known, table, &ids).await? {
                    let Some(fields) = records.get(&record.id) else { continue };
                    let entry = (table.id, BTreeSet::new(), record.clone());
                    let (_, known, _) = seen.entry(record.id).or_insert(entry);
                    if !fields.is_subset(known) {
                        known.extend(fields);
                        let (fields, cells) = (fields.clone(), record.fields);
                        open.push(Changed { table: table.id, fields, cells });
                    }
                }
            }
        }
        seen.retain(|id, _| !told.contains(id) && !known.details.left_out.contains_key(id));
        self.take_in_seen(schema, &computed, seen, news).await
    }

    async fn take_in_seen(
        &self,
        schema: &Base,
        computed: &Computed,
        seen: BTreeMap<RecordId, (TableId, BTreeSet<FieldId>, FoundRecord)>,
        news: &mut News,
    ) -> Stepped {
        let before = self.known(seen.keys().copied()).await?;
        for (id, (table, fields, record)) in seen {
            let (Some(table), Some(before)) = (schema.table(table), before.get(&id)) else { continue };
            // Of one that is not known all is told yet.
            if before.cells().is_none() {
                continue;
            }
            let fields = only_told(computed, table, &fields, &record.fields);
            let stamp = Stamp { at: Timestamp::now(), by: None };
            let said = Said { fields: &fields, whole: false, source: Source::Airtable, stamp };
            self.take_in(news, table, id, before, said);
        }
        Ok(())
    }
}

fn changed(payload: &Payload) -> Vec<Changed> {
    let tables = payload.changed_tables_by_id.iter();
    let records = tables.flat_map(|(table, changed)| {
        changed.changed_records_by_id.values().map(move |record| (*table, record))
    });
    let changed = records.map(|(table, record)| {
        let current = &record.current.cell_values_by_field_id;
        let fields = current.keys().filter_map(|field| FieldId::parse(field).ok()).collect();
        let mut cells = record.unchanged.clone().unwrap_or_default().cell_values_by_field_id;
        cells.extend(current.clone());
        Changed { table, fields, cells }
    });
    changed.collect()
}

/// Records of which all is told that became otherwise.
fn told(payload: &Payload) -> BTreeSet<RecordId> {
    let tables = payload.changed_tables_by_id.values();
    let told = tables.flat_map(|table| {
        let made = table.created_records_by_id.keys();
        made.chain(table.changed_records_by_id.keys()).chain(&table.destroyed_record_ids)
    });
    told.copied().collect()
}

fn looking_at(schema: &Base, computed: &Computed, open: &[Changed]) -> Looking {
    let mut all = Looking::new();
    for Changed { table, fields, cells } in open {
        for looking in computed.looking_at(schema, *table, fields) {
            for record in linked(schema, looking.named_by, cells) {
                all.entry((looking.table, record)).or_default().extend(&looking.fields);
            }
        }
    }
    all
}

fn linked(schema: &Base, field: FieldId, cells: &Fields) -> Vec<RecordId> {
    let value = schema.field(field).zip(cells.get(field.as_str()));
    match value.map(|((_, field), value)| cells::read(&field.kind, value)) {
        Some(Ok(Some(CellValue::Links(records)))) => records,
        _ => Vec::new(),
    }
}

fn by_table(looking: Looking) -> BTreeMap<TableId, BTreeMap<RecordId, BTreeSet<FieldId>>> {
    let mut tables = BTreeMap::<_, BTreeMap<_, _>>::new();
    for ((table, record), fields) in looking {
        tables.entry(table).or_default().insert(record, fields);
    }
    tables
}

/// Cells of these fields that are not worked out here. What is left out is empty.
fn only_told(computed: &Computed, table: &Table, fields: &BTreeSet<FieldId>, cells: &Fields) -> Fields {
    let told = table.fields.iter().filter(|field| fields.contains(&field.id) && computed.is_only_told(field));
    told.map(|field| {
        let value = cells.get(field.id.as_str()).cloned().unwrap_or_default();
        (field.id.to_string(), value)
    })
    .collect()
}
