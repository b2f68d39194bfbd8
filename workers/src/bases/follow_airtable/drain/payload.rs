//! One payload. What it says of the schema is a sign to read that; what it says of records is taken over by value, unless it may be
//! older than what was read since: then they are read again.

use std::collections::BTreeSet;

use domain::bases::BaseSync;
use domain::bases::base_sync::{BaseSyncCommand, Hook};
use domain::bases::cells::Collaborator;
use domain::bases::ids::{RecordId, TableId};
use domain::bases::ports::{ChangedTable, CreatedRecord, Payload};
use domain::bases::record::{RecordCommand, Said, Source};
use domain::bases::schema::Table;
use domain::bases::table::Stamp;
use eventstore::read::StateAt;
use serde_json::Value;

use super::{Told, drained};
use crate::bases::follow_airtable::record::News;
use crate::bases::follow_airtable::turn::{Broken, Known, Stepped, Turn};
use crate::bases::follow_airtable::write::Asked;

/// Types of fields that have nothing in their cells when they are made.
const MADE_EMPTY: [&str; 19] = [
    "singleLineText",
    "email",
    "url",
    "multilineText",
    "richText",
    "phoneNumber",
    "number",
    "percent",
    "currency",
    "rating",
    "duration",
    "checkbox",
    "date",
    "dateTime",
    "singleSelect",
    "multipleSelects",
    "multipleRecordLinks",
    "multipleAttachments",
    "barcode",
];

impl Turn<'_> {
    pub(super) async fn take_payload(&self, known: &Known, hook: &Hook, told: Told) -> Stepped {
        let Told { number, payload } = told;
        if tells_of_schema(&payload) {
            self.adopt_schema(known).await?;
        }
        if retypes(&payload) {
            // What stands in the cells of the field is told by nobody.
            self.tell(BaseSyncCommand::AskResync).await?;
        }
        let base = self.base().await?;
        let schema = base.state.schema().ok_or(Broken::ForGood("base_deleted"))?;
        let mut news = News::default();
        for (table, changed) in tables(&payload) {
            let Some(table) = schema.table(table) else { continue };
            if number < hook.old_before {
                self.read_again(known, table, touched(&changed), &mut news).await?;
            } else {
                self.take_changes(known, table, &changed, &payload, &mut news).await?;
            }
        }
        self.take_in_afar(known, schema, &payload, &mut news).await?;
        if !news.fits {
            self.fit_schema(known, &base).await?;
        }
        let sync = self.now().await?;
        let details = sync.state.details().unwrap_or(&known.details);
        let version = self.judge(sync.version, details, &mut news).await?;
        self.write(&base, news.asked, version, drained(hook, number, number + 1)).await?;
        Ok(())
    }

    async fn take_changes(
        &self,
        known: &Known,
        table: &Table,
        changed: &ChangedTable,
        payload: &Payload,
        news: &mut News,
    ) -> Stepped {
        let records = self.known(touched(changed).into_iter()).await?;
        let by = who(payload);
        let mut unclear = BTreeSet::new();
        for (id, CreatedRecord { created_time, cell_values_by_field_id: fields }) in
            &changed.created_records_by_id
        {
            let Some(before) = records.get(id) else { continue };
            let at = if before.address().is_some() { payload.timestamp } else { *created_time };
            let stamp = Stamp { at, by: by.clone() };
            let said = Said { fields, whole: true, source: Source::Airtable, stamp };
            self.take_in(news, table, *id, before, said);
        }
        for (id, change) in &changed.changed_records_by_id {
            match records.get(id) {
                Some(before) if before.cells().is_some() => {
                    let stamp = Stamp { at: payload.timestamp, by: by.clone() };
                    let fields = &change.current.cell_values_by_field_id;
                    let said = Said { fields, whole: false, source: Source::Airtable, stamp };
                    self.take_in(news, table, *id, before, said);
                }
                // Not all of it is said.
                _ => drop(unclear.insert(*id)),
            }
        }
        for id in &changed.destroyed_record_ids {
            news.settled.push(*id);
            if records.get(id).is_some_and(|before| before.address().is_some() && !before.is_deleted()) {
                news.asked.push(self.gone(*id, Stamp { at: payload.timestamp, by: by.clone() }));
            }
        }
        unclear.retain(|id| !changed.destroyed_record_ids.contains(id));
        self.read_again(known, table, unclear, news).await
    }

    pub fn gone(&self, record: RecordId, stamp: Stamp) -> Asked {
        let command = RecordCommand::Delete { source: Source::Airtable, stamp };
        Asked { key: self.key(record), command, bytes: 0, new: false }
    }

    /// The version at which the place stands: whoever else moves it meanwhile refuses this unit.
    async fn now(&self) -> Result<StateAt<BaseSync>, Broken> {
        Ok(self.worker.executor.state::<BaseSync>(&self.tenant, self.stream.clone()).await?)
    }
}

/// Tables that were made bring their records along.
fn tables(payload: &Payload) -> Vec<(TableId, ChangedTable)> {
    let made = payload.created_tables_by_id.iter().map(|(id, made)| {
        let created_records_by_id = made.records_by_id.clone();
        (*id, ChangedTable { created_records_by_id, ..ChangedTable::default() })
    });
    made.chain(payload.changed_tables_by_id.iter().map(|(id, changed)| (*id, changed.clone()))).collect()
}

fn touched(changed: &ChangedTable) -> BTreeSet<RecordId> {
    let created = changed.created_records_by_id.keys();
    let all = created.chain(changed.changed_records_by_id.keys()).chain(&changed.destroyed_record_ids);
    all.copied().collect()
}

fn tells_of_schema(payload: &Payload) -> bool {
    let of_table = |changed: &ChangedTable| {
        changed.changed_metadata.is_some()
            || !changed.created_fields_by_id.is_empty()
            || !changed.changed_fields_by_id.is_empty()
            || !changed.destroyed_field_ids.is_empty()
    };
    !payload.created_tables_by_id.is_empty()
        || !payload.destroyed_table_ids.is_empty()
        || payload.changed_tables_by_id.values().any(of_table)
}

/// Another name alone changes no cell. Unsettled: what else Airtable tells of a field that changed.
fn retypes(payload: &Payload) -> bool {
    let is_more_than_a_name = |field: &Value| {
        let current = field.get("current").and_then(Value::as_object);
        current.is_none_or(|current| current.keys().any(|key| key != "name" && key != "description"))
    };
    let is_worked_out = |field: &Value| {
        let said = field.get("type").and_then(Value::as_str).unwrap_or_default();
        !MADE_EMPTY.contains(&said)
    };
    payload.changed_tables_by_id.values().any(|changed| {
        changed.changed_fields_by_id.values().any(is_more_than_a_name)
            || changed.created_fields_by_id.values().any(is_worked_out)
    })
}

fn who(payload: &Payload) -> Option<Collaborator> {
    let user = payload.action_metadata.as_ref()?.source_metadata.as_ref()?.user.as_ref()?;
    Some(Collaborator { id: user.id.clone(), email: user.email.clone(), name: user.name.clone() })
}
