//! Reading all tables once. A page that is read twice says nothing new the second time, so it goes on after the last page that was
//! written down, whoever reads it.

use domain::bases::{Base, BaseSync};
use std::collections::HashSet;

use domain::bases::base_sync::BaseSyncCommand;
use domain::bases::errors::ApiError;
use domain::bases::ids::TableId;
use domain::bases::ports::{Fault, Page, Place, Query};
use domain::bases::record::Source;
use domain::bases::schema::Table;
use eventstore::execute::CommandError;
use eventstore::read::StateAt;
use jiff::Timestamp;

use super::hook::is_gone;
use super::record::{KnownRecords, News};
use super::turn::{Broken, Known, Stepped, Turn};

impl Turn<'_> {
    /// What was told before it is taken over first, as far as it is there: so little of what is told later is older than what is read.
    pub async fn begin_sweep(&self, known: &Known) -> Stepped {
        if known.details.hook.is_some() && known.details.swept_at.is_some() {
            self.drain(known).await?;
            let sync = self.worker.executor.state::<BaseSync>(&self.tenant, self.stream.clone()).await?;
            if sync.state.details().is_none_or(|details| details.hook.is_none()) {
                // It was lost just now. The next comes before the schema is read, or what changes in between is told by none.
                return Ok(());
            }
        }
        self.adopt_schema(known).await?;
        let base = self.base().await?;
        let tables = base.state.schema().map(|schema| schema.tables.iter().map(|table| table.id).collect());
        let begin = BaseSyncCommand::BeginSweep { at: Timestamp::now(), tables: tables.unwrap_or_default() };
        self.tell(begin).await
    }

    pub async fn end_sweep(&self, known: &Known) -> Stepped {
        let Some(sweep) = known.details.sweeping() else { return Ok(()) };
        let cursor = match &known.details.hook {
            Some(hook) => {
                let hooks = known.connected.hooks(known.details.airtable_id).await?;
                hooks.iter().find(|found| found.id == hook.id).map(|found| found.cursor_for_next_payload)
            }
            None => None,
        };
        let end = BaseSyncCommand::EndSweep { sweep: sweep.number, at: Timestamp::now(), cursor };
        self.tell_at(&known.sync, end).await
    }

    /// Page by page: while one is written down, the next is read.
    pub async fn sweep_table(&self, known: &Known, table: TableId) -> Stepped {
        let Some(sweep) = known.details.sweeping() else { return Ok(()) };
        let base = self.base().await?;
        let Some(schema) = base.state.schema().and_then(|schema| schema.table(table)) else {
            return self.pass_over(known, sweep.number, table).await;
        };
        let is_first = known.details.swept_at.is_none();
        let round = Round { known, base: &base, table: schema, sweep: sweep.number, is_first };
        let offset = sweep.tables.get(&table).and_then(|swept| swept.next.clone());
        let mut page = match self.page(&round, offset.as_deref()).await {
            Err(Fault::Refused(_)) if offset.is_some() => return self.restart(&round).await,
            Err(fault) if is_gone(&fault) => return self.adopt_schema(known).await,
            page => page?,
        };
        let (mut version, mut seen) = (known.sync.version, HashSet::new());
        while let Some(next) = page.offset.clone() {
            seen.extend(page.records.iter().map(|record| record.id));
            let written = self.take_page(&round, &page, version, News::default());
            let (written, following) = tokio::join!(written, self.page(&round, Some(&next)));
            version = written?;
            page = match following {
                Err(fault) if is_forgotten(&fault) => return self.restart(&round).await,
                page => page?,
            };
        }
        seen.extend(page.records.iter().map(|record| record.id));
        let gone = if is_first { News::default() } else { self.gone_of(known, schema, &seen).await? };
        self.take_page(&round, &page, version, gone).await.map(|_| ())
    }

    /// A table that went while others were read.
    async fn pass_over(&self, known: &Known, sweep: u64, table: TableId) -> Stepped {
        let nothing = BaseSyncCommand::TakePage { sweep, table, records: 0, next: None };
        self.tell_at(&known.sync, nothing).await
    }

    async fn restart(&self, round: &Round<'_>) -> Stepped {
        self.tell(BaseSyncCommand::RestartTable { sweep: round.sweep, table: round.table.id }).await
    }

    async fn page(&self, round: &Round<'_>, offset: Option<&str>) -> Result<Page, Fault> {
        let place = Place { base: round.known.details.airtable_id, table: round.table.id };
        round.known.connected.page(place, &Query::default(), offset).await
    }

    /// In a first sweep hardly any record is known, so they are taken to be new; where that is wrong, it is asked what is known.
    async fn take_page(
        &self,
        round: &Round<'_>,
        page: &Page,
        version: i64,
        gone: News,
    ) -> Result<i64, Broken> {
        if round.is_first {
            let news = self.news(round.table, &page.records, &KnownRecords::new(), Source::Import);
            if news.fits && news.left_out.is_empty() {
                match self.write(round.base, news.asked, version, round.taken(page)).await {
                    Err(Broken::Log(CommandError::Refused(_))) => {}
                    written => return written,
                }
            }
        }
        let records = self.known(page.records.iter().map(|record| record.id)).await?;
        let news = self.news(round.table, &page.records, &records, round.source());
        if !news.fits {
            self.fit_schema(round.known, round.base).await?;
        }
        let mut news = news.and(gone);
        let version = self.judge(version, &round.known.details, &mut news).await?;
        self.write(round.base, news.asked, version, round.taken(page)).await
    }
}

/// One table in one sweep.
struct Round<'a> {
    known: &'a Known,
    base: &'a StateAt<Base>,
    table: &'a Table,
    sweep: u64,
    is_first: bool,
}

impl Round<'_> {
    fn source(&self) -> Source {
        if self.is_first { Source::Import } else { Source::Airtable }
    }

    fn taken(&self, page: &Page) -> BaseSyncCommand {
        let records = u32::try_from(page.records.len()).unwrap_or(u32::MAX);
        let (sweep, table) = (self.sweep, self.table.id);
        BaseSyncCommand::TakePage { sweep, table, records, next: page.offset.clone() }
    }
}

fn is_forgotten(fault: &Fault) -> bool {
    fault.refused_as() == Some(ApiError::IteratorNotAvailable.kind())
}
