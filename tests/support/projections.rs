//! Projections at work on a log, and the means to hold their rows against it.

use std::collections::BTreeSet;
use std::time::Duration;

use domain::bases::{Base, Comment};
use domain::identity::{Membership, Tenant, TenantId, User, Webhook, Workspace};
use domain::stored::Stored;
use eventstore::Log;
use eventstore::event::StreamId;
use eventstore::read::{At, StateAt};
use projections::{Projection, Projections, ProjectionsOptions, RunningProjections};
use sqlx::{AssertSqlSafe, PgConnection};

use crate::{database, wait};

/// Longest wait for read models to take in what is in the log.
pub const CAUGHT_UP_WITHIN: Duration = Duration::from_secs(20);

/// The read models of the program, at work.
pub async fn start(log: &Log, url: &str) -> RunningProjections {
    start_these(log, url, projections::all()).await
}

pub async fn start_these(
    log: &Log,
    url: &str,
    projections: &'static [&'static dyn Projection],
) -> RunningProjections {
    let options =
        ProjectionsOptions { database_url: url.to_owned(), source: log.source(), projections, written: None };
    Projections::start(options).await.expect("projections start")
}

/// Waits until every read model has come to the end of the log.
pub async fn caught_up(log: &Log, running: &RunningProjections) {
    let head = log.reader().head().await.expect("the log can be read");
    for projection in projections::all() {
        let waited = running.progress().wait_for(projection.name(), head, CAUGHT_UP_WITHIN).await;
        waited.unwrap_or_else(|error| panic!("{} at {head}: {error}", projection.name()));
    }
}

/// A checkpoint as it lies in the database.
pub async fn position_of(admin: &mut PgConnection, name: &str) -> i64 {
    sqlx::query_scalar("select position from projection_checkpoints where name = $1")
        .bind(name)
        .fetch_optional(admin)
        .await
        .expect("checkpoints can be read")
        .unwrap_or_default()
}

/// Waits, with no help of the projections themselves, until all checkpoints are at the end of the log.
pub async fn checkpoints_at_head(url: &str, patience: Duration) {
    wait::until_true("every checkpoint is at the end of the log", patience, async || {
        let mut admin = database::superuser(url).await;
        let behind: i64 = sqlx::query_scalar(
            "select $1 - count(*) from projection_checkpoints
             where position = (select max(last_position) from log_batches) and name = any($2)",
        )
        .bind(projections::all().len() as i64)
        .bind(projections::all().iter().map(|each| each.name()).collect::<Vec<_>>())
        .fetch_one(&mut admin)
        .await
        .expect("checkpoints can be read");
        behind == 0
    })
    .await;
}

/// Folds every stream of the log anew and fails on the first row that says otherwise, is missing or too many.
pub async fn assert_rows_equal_the_log(log: &Log, url: &str) {
    let mut admin = database::superuser(url).await;
    assert_eq!(rows(&mut admin, WORKSPACES).await, folded(log, &mut admin, workspace).await);
    assert_eq!(rows(&mut admin, MEMBERS).await, folded(log, &mut admin, member).await);
    assert_eq!(rows(&mut admin, TENANTS).await, folded(log, &mut admin, tenant).await);
    assert_eq!(rows(&mut admin, WEBHOOKS).await, folded(log, &mut admin, webhook).await);
    assert_eq!(rows(&mut admin, USERS).await, folded(log, &mut admin, user).await);
    assert_eq!(rows(&mut admin, BASES).await, folded(log, &mut admin, base).await);
    assert_eq!(rows(&mut admin, COMMENTS).await, folded(log, &mut admin, comment).await);
    for difference in [
        BASES_PLACED,
        COMMENTS_PLACED,
        ACTIVITY,
        EVENT_INDEX,
        WEBHOOK_DELIVERIES,
        DAILY_EVENTS,
        MEMBERS_COUNTED,
    ] {
        assert_eq!(rows(&mut admin, difference).await, BTreeSet::new());
    }
}

const WORKSPACES: &str =
    "select concat_ws('|', tenant, id, name, description, archived, version) from read.workspaces";
const MEMBERS: &str = "select concat_ws('|', tenant, user_id, role, array_to_string(workspaces, ','), version) from read.members";
const TENANTS: &str = "select concat_ws('|', tenant, name, closed, emptied, version) from read.tenants";
const WEBHOOKS: &str = "select concat_ws('|', tenant, id, workspace, url, description, array_to_string(event_types, ','), enabled, revision) from read.webhooks";
const BASES: &str = "select concat_ws('|', tenant, id, airtable_id, name, origin, tables, fields, schema, version) from read.bases";
const USERS: &str = "select concat_ws('|', id, array_to_string(tenants, ','), state, version) from read.users where state <> 'deleted'";

/// Of bases that were not deleted.
const COMMENTS: &str = "select concat_ws('|', tenant, id, base, record, comment, version) from read.comments";

/// Comments that do not lie where their first event does.
const COMMENTS_PLACED: &str = "
    select c.id from read.comments c
    where not exists (select from events e where e.tenant = c.tenant and e.id = c.id and e.seq = 1
                      and e.type = 'comment' and e.position = c.written)";

/// Bases that are not in the workspace that their first event says.
const BASES_PLACED: &str = "
    select b.id from read.bases b
    where not exists (select from events e where e.tenant = b.tenant and e.id = b.id and e.seq = 1
                      and e.type = 'base' and e.scope = b.workspace and e.recorded_at = b.created_at)";

/// Rows that are in the log alone or in the read model alone.
const ACTIVITY: &str = "
    with log as (select tenant, position, scope, event_type, meta ->> 'actor', type, id, seq, recorded_at
                 from events where tenant <> 'platform'),
         rows as (select tenant, position, scope, event_type, actor, stream_type, stream_id, version, recorded_at
                  from read.activity)
    select d::text from ((table log except table rows) union all (table rows except table log)) d";
const EVENT_INDEX: &str = "
    with log as (select tenant, position, scope, event_type, type, id, (meta ->> 'event_id')::uuid,
                        coalesce(meta ->> 'correlation_id', meta ->> 'command_id')::uuid,
                        (meta ->> 'causation_id')::uuid from events),
         rows as (select tenant, position, scope, event_type, stream_type, stream_id, event_id, correlation_id,
                         causation_id from read.event_index)
    select d::text from ((table log except table rows) union all (table rows except table log)) d";

const WEBHOOK_DELIVERIES: &str = "
    with told as (select tenant, id, position, event_type = 'webhook.delivered' as delivered,
                         (payload ->> 'status')::int as status, (payload #>> '{delivery,event_id}')::uuid as event_id,
                         row_number() over (partition by tenant, id order by position desc) as place
                  from events where event_type in ('webhook.delivered', 'webhook.delivery_failed')),
         log as (select tenant, id, position, delivered, status, event_id from told where place <= 100
                 and not exists (select from events r where r.tenant = told.tenant and r.id = told.id
                                 and r.event_type = 'webhook.removed')),
         rows as (select tenant, webhook_id, position, delivered, status, event_id from read.webhook_deliveries)
    select d::text from ((table log except table rows) union all (table rows except table log)) d";

const DAILY_EVENTS: &str = "
    with log as (select 'platform', tenant, (recorded_at at time zone 'UTC')::date, count(*) from events
                 where tenant <> 'platform' group by 2, 3),
         rows as (select tenant, id, day, events from read.daily_events)
    select d::text from ((table log except table rows) union all (table rows except table log)) d";

/// No rows of a read model, and as exact: the log moves its counters itself.
const MEMBERS_COUNTED: &str = "
    with members as (select tenant, count(*) from read.members group by tenant),
         counted as (select tenant, used from counters where name = 'members' and used > 0)
    select d::text from ((table members except table counted) union all (table counted except table members)) d";

async fn rows(admin: &mut PgConnection, sql: &'static str) -> BTreeSet<String> {
    let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(admin).await.expect("rows");
    let all = rows.len();
    let different = BTreeSet::from_iter(rows);
    assert_eq!(different.len(), all, "no row twice");
    different
}

/// How the present state of a stream looks as a row; nothing where there shall be none.
type AsRow<A> = fn(&str, &str, StateAt<A>) -> Option<String>;

async fn folded<A: Stored>(log: &Log, admin: &mut PgConnection, as_row: AsRow<A>) -> BTreeSet<String> {
    let streams: Vec<(String, String)> = sqlx::query_as("select tenant, id from streams where type = $1")
        .bind(A::TYPE)
        .fetch_all(admin)
        .await
        .expect("streams");
    let mut rows = BTreeSet::new();
    for (tenant, id) in streams {
        let (owner, stream) = (TenantId::new(tenant.as_str()), StreamId::new(id.as_str()));
        let reader = log.reader();
        let state = reader.state_at::<A>(&owner.expect("an id"), stream.expect("an id"), At::Now).await;
        rows.extend(as_row(&tenant, &id, state.expect("a state")));
    }
    rows
}

fn workspace(tenant: &str, id: &str, now: StateAt<Workspace>) -> Option<String> {
    let archived = if now.state.is_archived() { "t" } else { "f" };
    let (name, description) = (now.state.name()?, now.state.description()?);
    Some(format!("{tenant}|{id}|{name}|{description}|{archived}|{}", now.version))
}

fn member(tenant: &str, id: &str, now: StateAt<Membership>) -> Option<String> {
    let details = now.state.details()?;
    let workspaces: Vec<&str> = details.workspaces.iter().map(|each| each.as_str()).collect();
    Some(format!("{tenant}|{id}|{}|{}|{}", details.role.as_str(), workspaces.join(","), now.version))
}

fn tenant(tenant: &str, _: &str, now: StateAt<Tenant>) -> Option<String> {
    let (name, closed, emptied) =
        (now.state.name()?, letter(now.state.is_closed()), letter(now.state.is_emptied()));
    Some(format!("{tenant}|{name}|{closed}|{emptied}|{}", now.version))
}

fn webhook(tenant: &str, id: &str, now: StateAt<Webhook>) -> Option<String> {
    let endpoint = now.state.endpoint()?;
    let types: Vec<&str> = endpoint.event_types.iter().map(String::as_str).collect();
    let enabled = if endpoint.enabled { "t" } else { "f" };
    let (workspace, url, description) = (&endpoint.workspace, &endpoint.url, &endpoint.description);
    let (types, revision) = (types.join(","), now.state.revision());
    Some(format!("{tenant}|{id}|{workspace}|{url}|{description}|{types}|{enabled}|{revision}"))
}

fn base(tenant: &str, id: &str, now: StateAt<Base>) -> Option<String> {
    let schema = now.state.schema()?;
    let fields: usize = schema.tables.iter().map(|table| table.fields.len()).sum();
    let (airtable_id, name, tables) = (schema.id, &schema.name, schema.tables.len());
    let written = serde_json::to_string(schema).expect("JSON");
    Some(format!("{tenant}|{id}|{airtable_id}|{name}|local|{tables}|{fields}|{written}|{}", now.version))
}

fn user(_: &str, id: &str, now: StateAt<User>) -> Option<String> {
    let details = now.state.details()?;
    let tenants: Vec<&str> = details.tenants.iter().map(|each| each.as_str()).collect();
    let state = if details.suspended { "suspended" } else { "active" };
    Some(format!("{id}|{}|{state}|{}", tenants.join(","), now.version))
}

/// As Postgres writes it.
fn letter(is_true: bool) -> &'static str {
    if is_true { "t" } else { "f" }
}

fn comment(tenant: &str, id: &str, now: StateAt<Comment>) -> Option<String> {
    let details = now.state.details()?;
    let (base, record) = (&details.address.base, details.address.record);
    Some(format!("{tenant}|{id}|{base}|{record}|{}|{}", details.comment, now.version))
}
