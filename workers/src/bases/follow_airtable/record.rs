//! Records as Airtable says them, and what of them is new.

use std::collections::HashMap;

use domain::bases::ids::{RecordId, TableId};
use domain::bases::ports::FoundRecord;
use domain::bases::record::{Address, Mirrored, Said, Source, key, mirrored};
use domain::bases::schema::Table;
use domain::bases::table::{Fields, Stamp};
use domain::bases::{Record, RecordKey};
use eventstore::event::StreamId;
use eventstore::execute::CommandError;
use futures_util::future::try_join_all;

use super::turn::{Broken, Turn};
use super::write::Asked;

/// What is known of records, by their ids.
pub type KnownRecords = HashMap<RecordId, Record>;

/// What was said that is not known yet.
pub struct News {
    pub asked: Vec<Asked>,
    /// Whether all of it fits the schema as it is known.
    pub fits: bool,
}

impl Default for News {
    fn default() -> Self {
        Self { asked: Vec::new(), fits: true }
    }
}

impl Turn<'_> {
    pub fn key(&self, record: RecordId) -> RecordKey {
        key(&self.base, record)
    }

    pub fn address(&self, table: TableId, record: RecordId) -> Address {
        Address { base: self.base.clone(), table, record }
    }

    /// Asked together, so that the log is asked once.
    pub async fn known(&self, records: impl Iterator<Item = RecordId>) -> Result<KnownRecords, Broken> {
        let states = records.map(|record| async move {
            let stream = StreamId::new(self.key(record).as_str())
                .map_err(|error| CommandError::Fault(error.to_string()))?;
            let found = self.worker.executor.state::<Record>(&self.tenant, stream).await?;
            Ok::<_, CommandError>((record, found.state))
        });
        Ok(try_join_all(states).await?.into_iter().collect())
    }

    /// What is new in records that were read whole.
    pub fn news(&self, table: &Table, found: &[FoundRecord], known: &KnownRecords, source: Source) -> News {
        let unknown = Record::default();
        let mut news = News::default();
        for record in found {
            let before = known.get(&record.id).unwrap_or(&unknown);
            let at = match before.address() {
                // What changed meanwhile was changed at a time that nobody told.
                Some(_) => jiff::Timestamp::now(),
                None => record.created_time,
            };
            let stamp = Stamp { at, by: None };
            let said = Said { fields: &record.fields, whole: true, source, stamp };
            self.take_in(&mut news, table, record.id, before, said);
        }
        news
    }

    pub fn take_in(&self, news: &mut News, table: &Table, record: RecordId, known: &Record, said: Said<'_>) {
        let (bytes, new) = (bytes_of(said.fields), known.address().is_none());
        let Mirrored { command, unreadable } = mirrored(table, self.address(table.id, record), known, said);
        news.fits &= unreadable.is_empty();
        news.asked.extend(command.map(|command| Asked { key: self.key(record), command, bytes, new }));
    }
}

fn bytes_of(fields: &Fields) -> usize {
    serde_json::to_string(fields).map_or(0, |text| text.len())
}
