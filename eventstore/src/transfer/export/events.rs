//! The events, batch by batch, up to the end that was fixed before.

use std::collections::BTreeSet;

use domain::identity::TenantId;
use futures_util::{Stream, TryStreamExt};
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, PgConnection};

use super::hand::Hand;
use super::scribe::Piece;
use super::{ExportFailed, ExportOptions};
use crate::chain::Progress;
use crate::chain::rows::{self, Batch};
use crate::event::{COLUMNS, Recorded};
use crate::transfer::manifest::End;
use crate::transfer::secrets;

/// Positions that one statement reads.
const STRETCH: i64 = 100_000;
/// What is handed over at once: enough to be worth it, and never much more than a batch.
const HANDED_BYTES: usize = 1024 * 1024;

/// Hands over every batch up to the end, and says whom the events of one tenant speak of.
pub async fn read(
    options: &ExportOptions,
    reader: &mut PgConnection,
    end: &End,
    hand: &Hand,
    told: &mut impl FnMut(Progress),
) -> Result<BTreeSet<String>, ExportFailed> {
    let mut reading = Reading { tenant: options.tenant.as_ref(), gathered: Gathered::default() };
    let mut last = 0;
    while last < end.position {
        let batches = stretch(reader, last, end.position).await?;
        let Some(until) = batches.last().map(|batch| batch.last) else {
            break;
        };
        reading.read(reader, batches, hand).await?;
        last = until;
        told(Progress { done: last, total: end.position });
    }
    hand.over(Piece::Batches(reading.gathered.take())).await?;
    Ok(reading.gathered.subjects)
}

/// The batches that follow, of some positions together.
async fn stretch(reader: &mut PgConnection, after: i64, end: i64) -> sqlx::Result<Vec<Batch>> {
    let (mut batches, mut last): (Vec<Batch>, _) = (Vec::new(), after);
    while last < end && last - after < STRETCH {
        let page = rows::batches_between(reader, last, end).await?;
        match page.last() {
            Some(batch) => last = batch.last,
            None => break,
        }
        batches.extend(page);
    }
    Ok(batches)
}

struct Reading<'a> {
    tenant: Option<&'a TenantId>,
    gathered: Gathered,
}

/// Batches that are not yet handed over.
#[derive(Default)]
struct Gathered {
    batches: Vec<(Batch, Vec<Recorded>)>,
    bytes: usize,
    /// Whom sealed fields are about; noted for one tenant only.
    subjects: BTreeSet<String>,
}

impl Gathered {
    fn take(&mut self) -> Vec<(Batch, Vec<Recorded>)> {
        self.bytes = 0;
        std::mem::take(&mut self.batches)
    }

    /// A batch of which nothing was gathered gives way: it holds nothing of the one tenant.
    fn begin(&mut self, batch: Batch) {
        self.batches.pop_if(|(_, events)| events.is_empty());
        self.batches.push((batch, Vec::new()));
    }

    fn add(&mut self, event: Recorded) {
        self.bytes += event.payload_text.len() + event.meta_text.len();
        if let Some((_, events)) = self.batches.last_mut() {
            events.push(event);
        }
    }
}

impl Reading<'_> {
    /// Streams the events of some batches, which memory never holds at once.
    async fn read(
        &mut self,
        reader: &mut PgConnection,
        batches: Vec<Batch>,
        hand: &Hand,
    ) -> Result<(), ExportFailed> {
        let (Some(first), Some(last)) = (batches.first(), batches.last()) else {
            return Ok(());
        };
        let of_tenant = if self.tenant.is_some() { "and e.tenant = $3" } else { "and $3::text is null" };
        let sql = format!(
            "select {COLUMNS} from events e where e.position between $1 and $2 {of_tenant} order by e.position"
        );
        let asking = sqlx::query(AssertSqlSafe(sql)).bind(first.first).bind(last.last);
        let mut rows = asking.bind(self.tenant.map(|tenant| tenant.as_str())).fetch(reader);
        let mut next = next_event(&mut rows).await?;
        for batch in batches {
            if self.gathered.bytes >= HANDED_BYTES {
                hand.over(Piece::Batches(self.gathered.take())).await?;
            }
            let last = batch.last;
            self.gathered.begin(batch);
            while let Some(event) = next.take_if(|event| event.position <= last) {
                if self.tenant.is_some() {
                    secrets::note_subjects(&event.payload_text, &mut self.gathered.subjects);
                }
                self.gathered.add(event);
                next = next_event(&mut rows).await?;
            }
        }
        Ok(())
    }
}

async fn next_event(
    rows: &mut (impl Stream<Item = sqlx::Result<PgRow>> + Unpin),
) -> sqlx::Result<Option<Recorded>> {
    rows.try_next().await?.as_ref().map(Recorded::from_row).transpose()
}
