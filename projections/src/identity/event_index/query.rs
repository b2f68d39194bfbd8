//! Finds the events of a tenant that fit what somebody asks for, without a look at those of others. However few fit,
//! one search looks at a bounded number of events and says how far it came.

use domain::identity::WorkspaceId;
use eventstore::event::COLUMNS;
use eventstore::follow::Bounds;
use eventstore::read::{Looked, Start, within};
use sqlx::{AssertSqlSafe, Postgres, QueryBuilder};
use uuid::Uuid;

use super::EventIndex;
use crate::runtime::{Checkpoint, ReadModel};
use crate::{TenantTx, Visible};

/// Events of the tenant that one search looks at.
const LOOKED_AT_MAX: i64 = 10_000;

/// What somebody may read: events of these types, of the workspaces they see and of none.
#[derive(Debug, Clone)]
pub struct Readable<'a> {
    pub visible: &'a Visible,
    pub types: &'a [&'a str],
}

/// What is asked for, besides that it is readable.
#[derive(Debug, Clone, Default)]
pub struct Wanted<'a> {
    pub scope: Option<&'a WorkspaceId>,
    pub stream_type: Option<&'a str>,
    pub stream_id: Option<&'a str>,
    pub correlation_id: Option<Uuid>,
}

/// What the index says, before the events are read.
struct Places {
    positions: Vec<i64>,
    looked_at: i64,
    last: Option<i64>,
}

/// How far the index can be relied on. Nothing when events were set aside: then it does not know of them.
pub async fn reached(tx: &mut TenantTx) -> sqlx::Result<Option<Checkpoint>> {
    let (connection, _) = tx.parts();
    let row: Option<(Uuid, i64)> = sqlx::query_as(
        "select incarnation, position from projection_checkpoints
         where name = $1 and version = $2 and parked_keys = 0",
    )
    .bind(EventIndex::NAME)
    .bind(EventIndex::VERSION)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(incarnation, position)| Checkpoint { incarnation, position }))
}

/// Looks on from a start; `end` is what [`reached`] said. Personal fields are sealed.
pub async fn search(
    tx: &mut TenantTx,
    readable: &Readable<'_>,
    wanted: &Wanted<'_>,
    start: Start,
    end: i64,
    bounds: Bounds,
) -> sqlx::Result<Looked> {
    let places = places(tx, readable, wanted, start, end, bounds.events).await?;
    let to = places.looked_to(start, end, bounds.events);
    let (connection, tenant) = tx.parts();
    let sql = format!(
        "select {COLUMNS} from events e where e.position = any($1) and e.tenant = $2 order by e.position {}",
        start.order()
    );
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(&places.positions).bind(tenant).fetch(connection);
    let (events, _) = within(rows, bounds).await?;
    let is_cut = events.len() < places.positions.len();
    let cut = events.last().filter(|_| is_cut).map(|last| last.position);
    Ok(Looked { to: cut.unwrap_or(to), events })
}

impl Places {
    fn looked_to(&self, start: Start, end: i64, events_max: usize) -> i64 {
        match (self.positions.last(), self.last) {
            (Some(last), _) if self.positions.len() >= events_max => *last,
            (_, Some(last)) if self.looked_at >= LOOKED_AT_MAX => last,
            // Nothing older is left.
            _ if matches!(start, Start::Before(_)) => 1,
            _ => end,
        }
    }
}

async fn places(
    tx: &mut TenantTx,
    readable: &Readable<'_>,
    wanted: &Wanted<'_>,
    start: Start,
    end: i64,
    events_max: usize,
) -> sqlx::Result<Places> {
    let (connection, tenant) = tx.parts();
    let mut sql = QueryBuilder::<Postgres>::new(
        "with looked as materialized (
           select position, scope, event_type, stream_type, stream_id from read.event_index where tenant = ",
    );
    sql.push_bind(tenant).push(" and position <= ").push_bind(end);
    match start {
        Start::After(after) => sql.push(" and position > ").push_bind(after),
        Start::Before(before) => sql.push(" and position < ").push_bind(before),
    };
    // These two have an index of their own, so what they leave out is not looked at.
    if let Some(scope) = wanted.scope {
        sql.push(" and scope = ").push_bind(scope.as_str());
    }
    if let Some(correlation_id) = wanted.correlation_id {
        sql.push(" and correlation_id = ").push_bind(correlation_id);
    }
    let order = start.order();
    sql.push(format_args!(
        " order by position {order} limit {LOOKED_AT_MAX}), fitting as (select position from looked"
    ));
    push_fitting(&mut sql, readable, wanted);
    sql.push(format_args!(" order by position {order} limit {events_max}) "));
    sql.push(format_args!(
        "select array(select position from fitting order by position {order}) as positions,
                (select count(*) from looked) as looked_at,
                (select position from looked order by position {} limit 1) as last",
        start.opposite_order()
    ));
    let (positions, looked_at, last) = sql.build_query_as().fetch_one(connection).await?;
    Ok(Places { positions, looked_at, last })
}

fn push_fitting<'a>(sql: &mut QueryBuilder<Postgres>, readable: &Readable<'a>, wanted: &Wanted<'a>) {
    sql.push(" where event_type = any(").push_bind(readable.types.to_vec()).push(")");
    if let Some(visible) = readable.visible.ids() {
        sql.push(" and (scope is null or scope = any(").push_bind(visible).push("))");
    }
    if let Some(stream_type) = wanted.stream_type {
        sql.push(" and stream_type = ").push_bind(stream_type);
    }
    if let Some(stream_id) = wanted.stream_id {
        sql.push(" and stream_id = ").push_bind(stream_id);
    }
}
