//! Records as Airtable says them, and what of them is new.

use std::collections::HashMap;
use std::mem::take;

use domain::bases::base_sync::{BaseSyncCommand, Details, LeftOut};
use domain::bases::ids::{RecordId, TableId};
use domain::bases::ports::FoundRecord;
use domain::bases::record::{Address, Mirrored, RecordRefusal, Said, Source, key, mirrored};
use domain::bases::schema::Table;
use domain::bases::table::Stamp;
use domain::bases::{Record, RecordKey};
use domain::refusal::Refusal;
use eventstore::event::StreamId;
use eventstore::execute::CommandError;
use futures_util::future::try_join_all;
use jiff::Timestamp;

use super::turn::{Broken, Turn};
use super::write::Asked;

/// What is known of records, by their ids.
pub type KnownRecords = HashMap<RecordId, Record>;

/// What was said that is not known yet.
pub struct News {
    pub asked: Vec<Asked>,
    /// Records that the log would refuse, which stay as they were.
    pub left_out: Vec<LeftOut>,
    /// Records of which all is taken over, or that are gone.
    pub settled: Vec<RecordId>,
    /// Whether all of it fits the schema as it is known.
    pub fits: bool,
}

impl Default for News {
    fn default() -> Self {
        Self { asked: Vec::new(), left_out: Vec::new(), settled: Vec::new(), fits: true }
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
                Some(_) => Timestamp::now(),
                None => record.created_time,
            };
            let stamp = Stamp { at, by: None };
            let said = Said { fields: &record.fields, whole: true, source, stamp };
            self.take_in(&mut news, table, record.id, before, said);
        }
        news
    }

    pub fn take_in(&self, news: &mut News, table: &Table, record: RecordId, known: &Record, said: Said<'_>) {
        let Mirrored { command, unreadable } = mirrored(table, self.address(table.id, record), known, said);
        news.fits &= unreadable.is_empty();
        match command.map(|command| (known.weigh(&command), command)) {
            None => news.settled.push(record),
            Some((Ok(bytes), command)) => {
                let new = known.address().is_none();
                news.settled.push(record);
                news.asked.push(Asked { key: self.key(record), command, bytes, new });
            }
            Some((Err(refusal), _)) => news.leave_out(table.id, record, &refusal),
        }
    }
}

impl News {
    fn leave_out(&mut self, table: TableId, record: RecordId, refusal: &RecordRefusal) {
        tracing::warn!(%record, %refusal, "a record of Airtable cannot be kept here");
        self.left_out.push(LeftOut { table, record, code: refusal.code().to_owned() });
    }

    pub fn and(mut self, other: Self) -> Self {
        self.asked.extend(other.asked);
        self.left_out.extend(other.left_out);
        self.settled.extend(other.settled);
        self.fits &= other.fits;
        self
    }

    /// What is to be told of records that were left out: nothing where there are none.
    pub fn judgement(&mut self, details: &Details) -> Option<BaseSyncCommand> {
        let (left_out, mut settled) = (take(&mut self.left_out), take(&mut self.settled));
        settled.retain(|record| details.left_out.contains_key(record));
        let is_nothing = left_out.is_empty() && settled.is_empty();
        (!is_nothing).then(|| BaseSyncCommand::Judge { at: Timestamp::now(), left_out, settled })
    }
}
