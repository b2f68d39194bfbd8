//! Single events, by their place or by their id, and those of a chain of causes. For ids the log has no index: an id
//! says when it was drawn, and what lies around that time is searched first.

use std::time::Duration;

use domain::identity::TenantId;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::Inspector;
use crate::event::{COLUMNS, Recorded};

/// Positions that one statement searches.
const POSITIONS_SEARCHED: i64 = 20_000;
/// An event is recorded after its id was drawn, unless clocks disagree.
const EARLIER: Duration = Duration::from_secs(60);
const LATER: Duration = Duration::from_secs(600);

const NAMED: &str = "e.meta ->> 'event_id' = $3 and $4::text is null";
const LINKED: &str = "coalesce(e.meta ->> 'correlation_id', e.meta ->> 'command_id') = $3
     and ($4::text is null or e.meta ->> 'causation_id' = $4)";

/// What events of one chain of causes share; with a cause, only those that answer it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Links {
    pub correlation_id: Uuid,
    pub causation_id: Option<Uuid>,
}

/// What lies behind the first position, up to the second.
type Range = (i64, i64);

impl Inspector {
    /// The events at these positions, in order.
    pub async fn at(&self, positions: &[i64]) -> sqlx::Result<Vec<Recorded>> {
        let sql = format!("select {COLUMNS} from events e where e.position = any($1) order by e.position");
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(positions).fetch_all(&self.pool).await?;
        rows.iter().map(Recorded::from_row).collect()
    }

    /// Where streams of one type begin, in the order in which they are named; nothing for one that is not there.
    pub async fn begun_at(
        &self,
        aggregate: &str,
        streams: &[(TenantId, String)],
    ) -> sqlx::Result<Vec<Option<i64>>> {
        sqlx::query_scalar(
            "select s.stream_no from unnest($2::text[], $3::text[]) with ordinality n(tenant, id, nth)
               left join streams s on s.tenant = n.tenant and s.type = $1 and s.id = n.id
              order by n.nth",
        )
        .bind(aggregate)
        .bind(streams.iter().map(|(tenant, _)| tenant.as_str()).collect::<Vec<_>>())
        .bind(streams.iter().map(|(_, id)| id.as_str()).collect::<Vec<_>>())
        .fetch_all(&self.pool)
        .await
    }

    /// The event that has an id, wherever it lies.
    pub async fn named(&self, event_id: Uuid) -> sqlx::Result<Option<Recorded>> {
        let end = self.end().await?.position;
        let near = self.near(event_id).await?;
        for stretch in [near, (near.1, end), (0, near.0)] {
            let found = self.search(NAMED, event_id, None, stretch, 1).await?;
            if let Some(event) = found.into_iter().next() {
                return Ok(Some(event));
            }
        }
        Ok(None)
    }

    /// Events of a chain of causes in a stretch of the log, in order, and no more than a limit.
    pub async fn linked(
        &self,
        links: Links,
        after: i64,
        up_to: i64,
        limit: usize,
    ) -> sqlx::Result<Vec<Recorded>> {
        self.search(LINKED, links.correlation_id, links.causation_id, (after, up_to), limit).await
    }

    /// What was recorded around the time at which an id was drawn; nothing for one that does not say.
    async fn near(&self, id: Uuid) -> sqlx::Result<Range> {
        let Some(drawn_at) = drawn_at(id) else {
            return Ok((0, 0));
        };
        let from = drawn_at.saturating_sub(EARLIER).unwrap_or(Timestamp::MIN);
        let to = drawn_at.saturating_add(LATER).unwrap_or(Timestamp::MAX);
        Ok((self.position_before(from).await?, self.position_at(to).await?))
    }

    async fn search(
        &self,
        condition: &str,
        id: Uuid,
        cause: Option<Uuid>,
        (mut after, end): Range,
        limit: usize,
    ) -> sqlx::Result<Vec<Recorded>> {
        let sql = format!(
            "select {COLUMNS} from events e where e.position > $1 and e.position <= $2 and {condition}
             order by e.position limit $5"
        );
        let mut found = Vec::new();
        while after < end && found.len() < limit {
            let up_to = end.min(after + POSITIONS_SEARCHED);
            let rows = sqlx::query(AssertSqlSafe(sql.clone()))
                .bind(after)
                .bind(up_to)
                .bind(id.to_string())
                .bind(cause.map(|cause| cause.to_string()))
                .bind((limit - found.len()) as i64)
                .fetch_all(&self.pool)
                .await?;
            for row in &rows {
                found.push(Recorded::from_row(row)?);
            }
            after = up_to;
        }
        Ok(found)
    }
}

fn drawn_at(id: Uuid) -> Option<Timestamp> {
    let (seconds, nanoseconds) = id.get_timestamp()?.to_unix();
    Timestamp::new(seconds.try_into().ok()?, nanoseconds.try_into().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_says_when_it_was_drawn_or_nothing() {
        let id: Uuid = "0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b".parse().unwrap();
        assert_eq!(drawn_at(id).unwrap().as_millisecond(), 0x0198_a1b2_c3d4);
        assert_eq!(drawn_at(Uuid::from_u128(7)), None);
    }
}
