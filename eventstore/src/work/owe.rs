//! How an intake makes work.

use std::time::Duration;

use domain::identity::TenantId;
use sqlx::PgConnection;

/// What is owed for one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    pub tenant: TenantId,
    pub position: i64,
    /// Which of several effects of the event; empty when there is one.
    pub part: String,
    /// Work of one key is done in order.
    pub key: String,
    /// What only one process at a time may serve.
    pub lane: Option<String>,
    /// Lower goes first.
    pub priority: i16,
    /// Not before so much time has passed.
    pub after: Duration,
}

impl Owed {
    /// One effect for an event, as soon as may be.
    pub fn of(tenant: &TenantId, position: i64, key: impl Into<String>) -> Self {
        Self {
            tenant: tenant.clone(),
            position,
            part: String::new(),
            key: key.into(),
            lane: None,
            priority: 0,
            after: Duration::ZERO,
        }
    }

    pub fn part(self, part: impl Into<String>) -> Self {
        Self { part: part.into(), ..self }
    }

    pub fn in_lane(self, lane: impl Into<String>) -> Self {
        Self { lane: Some(lane.into()), ..self }
    }

    pub fn with_priority(self, priority: i16) -> Self {
        Self { priority, ..self }
    }

    pub fn after(self, after: Duration) -> Self {
        Self { after, ..self }
    }

    /// The name of this piece of work, the same for ever.
    pub fn claim(&self, worker: &str) -> String {
        format!("{worker}/{}/{}", self.position, self.part)
    }
}

/// Work behind other work of its key waits; so does all but the first of a key among what is made here. What came with an
/// import owes nothing.
const OWE: &str = "
    insert into public.work(claim, worker, tenant, event_position, part, key, lane, priority, visible_at, state)
    select o.claim, $1, o.tenant, o.position, o.part, o.key, o.lane, o.priority,
           clock_timestamp() + make_interval(secs => o.after),
           case when o.nth > 1 or exists (select from public.work w where w.worker = $1 and w.key = o.key
                                          and w.state in ('later', 'open', 'claimed', 'parked'))
                  or exists (select from public.work w where w.worker = $1 and w.key = o.key and w.state = 'waiting')
                then 'waiting' when o.after > 0 then 'later' else 'open' end
    from (select u.*, row_number() over (partition by u.key order by u.ordinal) as nth
          from unnest($2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::int2[], $9::float8[])
            with ordinality u(claim, tenant, position, part, key, lane, priority, after, ordinal)
          where u.position > (select coalesce(max(i.last_position), 0) from public.log_imports i)) o
    order by o.ordinal
    on conflict (claim) do nothing";

const LANES: &str = "
    insert into public.worker_lanes(worker, lane) select distinct $1, lane from unnest($2::text[]) u(lane)
    order by lane on conflict do nothing";

/// Writes down what a worker owes, in the transaction that moves its intake on. What is owed already stays as it is.
pub async fn owe(connection: &mut PgConnection, worker: &str, owed: &[Owed]) -> sqlx::Result<()> {
    if owed.is_empty() {
        return Ok(());
    }
    let lanes: Vec<&str> = owed.iter().filter_map(|each| each.lane.as_deref()).collect();
    if !lanes.is_empty() {
        sqlx::query(LANES).bind(worker).bind(lanes).execute(&mut *connection).await?;
    }
    sqlx::query(OWE)
        .bind(worker)
        .bind(owed.iter().map(|each| each.claim(worker)).collect::<Vec<_>>())
        .bind(owed.iter().map(|each| each.tenant.as_str()).collect::<Vec<_>>())
        .bind(owed.iter().map(|each| each.position).collect::<Vec<_>>())
        .bind(owed.iter().map(|each| each.part.as_str()).collect::<Vec<_>>())
        .bind(owed.iter().map(|each| each.key.as_str()).collect::<Vec<_>>())
        .bind(owed.iter().map(|each| each.lane.as_deref()).collect::<Vec<_>>())
        .bind(owed.iter().map(|each| each.priority).collect::<Vec<_>>())
        .bind(owed.iter().map(|each| each.after.as_secs_f64()).collect::<Vec<_>>())
        .execute(connection)
        .await?;
    Ok(())
}
