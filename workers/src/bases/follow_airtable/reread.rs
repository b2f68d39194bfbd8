//! Reading records again of which it is not known what they hold now.

use std::collections::BTreeSet;
use std::mem::take;

use domain::bases::ids::RecordId;
use domain::bases::ports::{FoundRecord, Place, Query};
use domain::bases::record::Source;
use domain::bases::schema::Table;
use domain::bases::table::Stamp;
use jiff::Timestamp;

use super::record::News;
use super::turn::{Broken, Known, Stepped, Turn};

/// Records of one request.
const AT_ONCE: usize = 100;

impl Turn<'_> {
    /// Those that are not found are gone.
    pub async fn read_again(
        &self,
        known: &Known,
        table: &Table,
        records: BTreeSet<RecordId>,
        news: &mut News,
    ) -> Stepped {
        let ids: Vec<_> = records.into_iter().collect();
        for some in ids.chunks(AT_ONCE) {
            let found = self.found(known, table, some).await?;
            let before = self.known(some.iter().copied()).await?;
            let seen = self.news(table, &found, &before, Source::Airtable);
            *news = take(news).and(seen);
            let there: BTreeSet<_> = found.iter().map(|record| record.id).collect();
            let is_here = |id: &RecordId| before.get(id).is_some_and(|record| record.cells().is_some());
            for id in some.iter().filter(|id| !there.contains(id)) {
                news.settled.push(*id);
                if is_here(id) {
                    news.asked.push(self.gone(*id, Stamp { at: Timestamp::now(), by: None }));
                }
            }
        }
        Ok(())
    }

    /// As they are now, by id.
    pub async fn found(
        &self,
        known: &Known,
        table: &Table,
        ids: &[RecordId],
    ) -> Result<Vec<FoundRecord>, Broken> {
        let mut all = Vec::new();
        for some in ids.chunks(AT_ONCE) {
            all.extend(self.found_at_once(known, table, some).await?);
        }
        Ok(all)
    }

    async fn found_at_once(
        &self,
        known: &Known,
        table: &Table,
        ids: &[RecordId],
    ) -> Result<Vec<FoundRecord>, Broken> {
        let each: Vec<_> = ids.iter().map(|id| format!("RECORD_ID()='{id}'")).collect();
        let place = Place { base: known.details.airtable_id, table: table.id };
        let query = Query { formula: Some(format!("OR({})", each.join(","))), ..Query::default() };
        let (mut found, mut offset) = (Vec::new(), None);
        loop {
            let page = known.connected.page(place, &query, offset.as_deref()).await?;
            found.extend(page.records);
            match page.offset {
                Some(next) => offset = Some(next),
                None => return Ok(found),
            }
        }
    }
}
