//! Records that are here and were not seen when their table was read: those that are not found when they are asked for are gone. What
//! was not seen because the reading began in the middle is found, so nobody has to remember what was read before.

use std::collections::{BTreeSet, HashSet};

use domain::bases::ids::RecordId;
use domain::bases::schema::Table;
use projections::bases::records::Between;

use super::record::News;
use super::turn::{Broken, Known, Turn};

/// Records that are looked through at a time.
const PAGE: usize = 1_000;

impl Turn<'_> {
    /// What became of the others while they were read is told by the hook.
    pub async fn gone_of(
        &self,
        known: &Known,
        table: &Table,
        seen: &HashSet<RecordId>,
    ) -> Result<News, Broken> {
        let (mut news, mut after) = (News::default(), 0);
        loop {
            let reader = &self.worker.records;
            let between = Between { after, up_to: u64::MAX >> 1 };
            let rows = reader.page(&self.tenant, &self.base, table.id, between, PAGE).await?;
            let unseen = rows.iter().map(|row| row.id).filter(|id| !seen.contains(id));
            self.read_again(known, table, unseen.collect::<BTreeSet<_>>(), &mut news).await?;
            match rows.last() {
                Some(last) if rows.len() == PAGE => after = last.number,
                _ => return Ok(news),
            }
        }
    }
}
