//! The events of streams, page by page, and the snapshot to begin with.

use sqlx::{AssertSqlSafe, PgConnection, Row};

use super::batcher::Ask;
use crate::event::{COLUMNS, Recorded, StreamName};

/// Events of one stream in a page: many streams are asked for together.
const PAGE_EVENTS: usize = 200;

/// Asks for the first page of a stream: its snapshot, if one fits, and the events after that.
pub(crate) struct LoadStream;

/// Asks for a further page of a stream.
pub(crate) struct StreamPages;

pub(crate) struct FirstPage {
    pub stream: StreamName,
    /// Snapshots of another state are left alone.
    pub state_hash: i64,
}

pub(crate) struct NextPage {
    pub stream_no: i64,
    pub after_version: i64,
}

pub(crate) struct SnapshotRow {
    pub version: i64,
    pub position: i64,
    pub state: String,
}

pub(crate) struct StreamPage {
    /// Nothing: the stream does not exist.
    pub stream_no: Option<i64>,
    pub snapshot: Option<SnapshotRow>,
    pub events: Vec<Recorded>,
}

impl StreamPage {
    pub fn is_last(&self) -> bool {
        self.events.len() < PAGE_EVENTS
    }
}

impl Ask for LoadStream {
    type Question = FirstPage;
    type Answer = StreamPage;

    async fn ask(connection: &mut PgConnection, questions: &[FirstPage]) -> sqlx::Result<Vec<StreamPage>> {
        let rows = sqlx::query(
            "select s.stream_no, n.version, n.position, n.state::text as state
             from unnest($1, $2, $3, $4) with ordinality q(tenant, type, id, state_hash, ordinal)
             left join lateral (select stream_no from streams s
                                where s.tenant = q.tenant and s.type = q.type and s.id = q.id) s on true
             left join lateral (select version, position, state from snapshots n
                                where n.tenant = q.tenant and n.type = q.type and n.id = q.id
                                  and n.state_hash = q.state_hash and n.stream_no = s.stream_no
                                  and exists (select from events e where e.position = n.position
                                              and e.stream_no = n.stream_no and e.seq = n.version)) n on true
             order by q.ordinal",
        )
        .bind(questions.iter().map(|each| each.stream.tenant.as_str()).collect::<Vec<_>>())
        .bind(questions.iter().map(|each| &*each.stream.aggregate).collect::<Vec<_>>())
        .bind(questions.iter().map(|each| each.stream.id.as_str()).collect::<Vec<_>>())
        .bind(questions.iter().map(|each| each.state_hash).collect::<Vec<_>>())
        .fetch_all(&mut *connection)
        .await?;
        let mut pages = rows.iter().map(beginning).collect::<sqlx::Result<Vec<_>>>()?;
        let wanted: Vec<(usize, NextPage)> = pages.iter().enumerate().filter_map(wanted_events).collect();
        let events = events_after(connection, wanted.iter().map(|(_, next)| next)).await?;
        for ((index, _), events) in wanted.iter().zip(events) {
            pages[*index].events = events;
        }
        Ok(pages)
    }
}

fn beginning(row: &sqlx::postgres::PgRow) -> sqlx::Result<StreamPage> {
    let version: Option<i64> = row.try_get("version")?;
    let snapshot = match version {
        None => None,
        Some(version) => {
            Some(SnapshotRow { version, position: row.try_get("position")?, state: row.try_get("state")? })
        }
    };
    Ok(StreamPage { stream_no: row.try_get("stream_no")?, snapshot, events: Vec::new() })
}

fn wanted_events((index, page): (usize, &StreamPage)) -> Option<(usize, NextPage)> {
    let after_version = page.snapshot.as_ref().map_or(0, |snapshot| snapshot.version);
    Some((index, NextPage { stream_no: page.stream_no?, after_version }))
}

impl Ask for StreamPages {
    type Question = NextPage;
    type Answer = Vec<Recorded>;

    async fn ask(connection: &mut PgConnection, questions: &[NextPage]) -> sqlx::Result<Vec<Vec<Recorded>>> {
        events_after(connection, questions.iter()).await
    }
}

/// A page of events for each stream. The number of a stream is the position of its first event, so partitions
/// before it are not looked at.
async fn events_after(
    connection: &mut PgConnection,
    questions: impl Iterator<Item = &NextPage>,
) -> sqlx::Result<Vec<Vec<Recorded>>> {
    let (numbers, versions): (Vec<i64>, Vec<i64>) =
        questions.map(|each| (each.stream_no, each.after_version)).unzip();
    let mut pages = vec![Vec::new(); numbers.len()];
    if numbers.is_empty() {
        return Ok(pages);
    }
    let sql = format!(
        "select q.ordinal, {COLUMNS} from unnest($1, $2) with ordinality q(stream_no, version, ordinal)
         cross join lateral (select * from events e
                             where e.stream_no = q.stream_no and e.seq > q.version and e.position >= q.stream_no
                             order by e.seq limit {PAGE_EVENTS}) e"
    );
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(numbers).bind(versions).fetch_all(connection).await?;
    for row in &rows {
        let ordinal: i64 = row.try_get("ordinal")?;
        pages[ordinal as usize - 1].push(Recorded::from_row(row)?);
    }
    for page in &mut pages {
        page.sort_by_key(|event| event.version);
    }
    Ok(pages)
}
