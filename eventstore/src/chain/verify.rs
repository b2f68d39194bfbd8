//! Walks the log, the whole of it or a part, and says how far it has come.

use sqlx::PgConnection;

use super::rows::{self, Link};
use super::walk::Walk;
use super::{Broken, Unsound};

/// How much of the log is walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Begins with the batch that holds this position; the chain before it is taken as it is.
    pub from: i64,
    /// So many batches, drawn at random, instead of all.
    pub sample: Option<i64>,
}

impl Extent {
    pub const WHOLE: Self = Self { from: 1, sample: None };
}

/// How far a walk has come: in events, or in batches where these are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub done: i64,
    pub total: i64,
}

/// What was walked and is as it was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sound {
    /// Up to here the log was taken as it is.
    pub given: i64,
    /// The end of the log.
    pub last: i64,
    pub batches: i64,
    pub events: i64,
}

/// Recomputes digests, chain, positions and versions, in short pages. `told` hears of every batch.
pub async fn verify(
    reader: &mut PgConnection,
    extent: Extent,
    told: &mut impl FnMut(Progress),
) -> Result<Sound, Unsound> {
    let sound = match extent.sample {
        Some(batches) => verify_drawn(reader, extent.from, batches, told).await?,
        None => verify_all(reader, extent.from, told).await?,
    };
    match rows::behind_head(reader).await? {
        Some(position) => Err(Broken::BehindHead { position }.into()),
        None => Ok(sound),
    }
}

async fn verify_all(
    reader: &mut PgConnection,
    from: i64,
    told: &mut impl FnMut(Progress),
) -> Result<Sound, Unsound> {
    let begin = if from > 1 { rows::link_before_batch_of(reader, from).await? } else { Link::default() };
    let (given, head) = (begin.position, rows::head(reader).await?);
    let mut walk = Walk::after(begin);
    let mut batches = 0;
    loop {
        let page = rows::batches_after(reader, walk.last()).await?;
        if page.is_empty() {
            return Ok(Sound { given, last: walk.last(), batches, events: walk.last() - given });
        }
        for batch in page {
            walk.step(reader, &batch).await?;
            batches += 1;
            told(Progress { done: walk.last() - given, total: head.max(walk.last()) - given });
        }
    }
}

/// Each batch by itself: its rows, and the step of the chain that leads to it.
async fn verify_drawn(
    reader: &mut PgConnection,
    from: i64,
    batches: i64,
    told: &mut impl FnMut(Progress),
) -> Result<Sound, Unsound> {
    let drawn = rows::drawn_batches(reader, from.max(1), batches).await?;
    let total = drawn.len() as i64;
    let (mut done, mut events) = (0, 0);
    for batch in drawn {
        let mut walk = Walk::after(rows::link_before(reader, batch.first).await?);
        walk.step(reader, &batch).await?;
        done += 1;
        events += batch.last - batch.first + 1;
        told(Progress { done, total });
    }
    Ok(Sound { given: from.max(1) - 1, last: rows::head(reader).await?, batches: total, events })
}
