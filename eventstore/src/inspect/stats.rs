//! How much there is in the log, counted in one walk through it.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use super::Inspector;
use crate::follow::Head;

/// Positions that one statement counts.
const POSITIONS_COUNTED: i64 = 50_000;

/// The log at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stats {
    pub head: i64,
    pub incarnation: Uuid,
    #[serde(flatten)]
    pub counted: Counted,
    /// When the first event was recorded, and the last.
    pub oldest: Option<Timestamp>,
    pub newest: Option<Timestamp>,
    pub tables: Vec<Table>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counted {
    pub events: i64,
    pub streams: i64,
    pub tenants: usize,
    /// The most frequent first.
    pub types: Vec<OfType>,
    /// The newest first, by UTC.
    pub days: Vec<Day>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OfType {
    #[serde(rename = "type")]
    pub name: String,
    pub events: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Day {
    pub day: String,
    pub events: i64,
}

/// A table of the log with its indexes and partitions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Table {
    pub name: String,
    pub bytes: i64,
}

/// How many types and days are told.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub types: usize,
    pub days: usize,
}

/// What was met so far.
#[derive(Default)]
struct Met {
    events: i64,
    streams: i64,
    tenants: HashSet<String>,
    types: BTreeMap<String, i64>,
    days: BTreeMap<String, i64>,
}

/// A type, a day, how many events there are of both, and how many of them begin a stream.
type Row = (String, String, i64, i64);

impl Inspector {
    pub async fn stats(&self, told: Size) -> sqlx::Result<Stats> {
        let Head { incarnation, position: head } = self.end().await?;
        let counted = self.count(head).await?.told(told);
        let ends = self.at(&[1, head]).await?;
        Ok(Stats {
            head,
            incarnation,
            counted,
            oldest: ends.first().map(|event| event.recorded_at),
            newest: ends.last().map(|event| event.recorded_at),
            tables: self.tables().await?,
        })
    }

    async fn count(&self, head: i64) -> sqlx::Result<Met> {
        let mut met = Met::default();
        let mut after = 0;
        while after < head {
            let up_to = head.min(after + POSITIONS_COUNTED);
            let rows = sqlx::query_as(
                "select event_type, to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD'), count(*),
                        count(*) filter (where seq = 1)
                 from events where position > $1 and position <= $2 group by 1, 2",
            );
            met.take(rows.bind(after).bind(up_to).fetch_all(&self.pool).await?);
            let tenants = sqlx::query_scalar(
                "select distinct tenant from events where position > $1 and position <= $2 and seq = 1",
            );
            met.tenants.extend(tenants.bind(after).bind(up_to).fetch_all(&self.pool).await?);
            after = up_to;
        }
        Ok(met)
    }

    /// The largest first.
    async fn tables(&self) -> sqlx::Result<Vec<Table>> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "select t.relname::text, sum(pg_total_relation_size(c.oid))::bigint as bytes
             from pg_class c
             left join pg_inherits i on i.inhrelid = c.oid
             join pg_class t on t.oid = coalesce(i.inhparent, c.oid)
             where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
             group by 1 order by 2 desc, 1",
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|(name, bytes)| Table { name, bytes }).collect())
    }
}

impl Met {
    fn take(&mut self, rows: Vec<Row>) {
        for (event_type, day, events, streams) in rows {
            self.events += events;
            self.streams += streams;
            *self.types.entry(event_type).or_default() += events;
            *self.days.entry(day).or_default() += events;
        }
    }

    fn told(self, told: Size) -> Counted {
        let types = self.types.into_iter().map(|(name, events)| OfType { name, events });
        let mut types: Vec<OfType> = types.collect();
        types.sort_by_key(|of_type| -of_type.events);
        types.truncate(told.types);
        let days = self.days.into_iter().rev().take(told.days).map(|(day, events)| Day { day, events });
        Counted {
            events: self.events,
            streams: self.streams,
            tenants: self.tenants.len(),
            types,
            days: days.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_added_up_and_the_most_frequent_and_the_newest_are_told() {
        let row = |name: &str, day: &str, events, streams| (name.to_owned(), day.to_owned(), events, streams);
        let mut met = Met::default();
        met.take(vec![row("a", "2026-01-01", 2, 2), row("b", "2026-01-01", 5, 0)]);
        met.take(vec![row("a", "2026-01-02", 4, 1), row("c", "2026-01-03", 1, 0)]);
        let counted = met.told(Size { types: 2, days: 2 });
        assert_eq!((counted.events, counted.streams), (12, 3));
        let types: Vec<_> = counted.types.iter().map(|each| (each.name.as_str(), each.events)).collect();
        assert_eq!(types, [("a", 6), ("b", 5)]);
        let days: Vec<_> = counted.days.iter().map(|each| (each.day.as_str(), each.events)).collect();
        assert_eq!(days, [("2026-01-03", 1), ("2026-01-02", 4)]);
    }
}
