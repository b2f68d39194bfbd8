//! Read models as operators see them: how far each version has come, and what is in its way.

use eventstore::database::{self, Role, Unfit};
use jiff::Timestamp;
use serde::Serialize;
use sqlx::postgres::PgRow;
use sqlx::{Connection, PgConnection, Row};

use super::live;
use crate::runtime::projection::Projection;

#[derive(Debug, thiserror::Error)]
pub enum SeeFailed {
    #[error(transparent)]
    Unfit(#[from] Unfit),
    #[error("the database cannot be read")]
    Database(#[from] sqlx::Error),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Queries read it.
    Live,
    /// Queries read another version; a program of this one may still write it.
    Retired,
    /// It is being made beside the one in use, or was interrupted.
    Building,
    /// It was made beside the one in use, and not switched to.
    Built,
    /// It was in use before the last switch.
    Replaced,
    /// It is being made for `what-if`, or was interrupted.
    WhatIf,
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            State::Live => "live",
            State::Retired => "retired",
            State::Building => "building",
            State::Built => "built",
            State::Replaced => "replaced",
            State::WhatIf => "what_if",
        }
    }
}

/// One version of a read model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seen {
    pub name: String,
    pub version: i32,
    pub state: State,
    pub position: i64,
    /// Events of the log that it has not taken in.
    pub lag: i64,
    /// Keys that are set aside.
    pub parked_keys: i64,
    /// Whether a process writes it at present.
    pub written: bool,
    pub updated_at: Timestamp,
}

/// Every version of these read models, in their order.
pub async fn list(
    database_url: &str,
    projections: &[&'static dyn Projection],
) -> Result<Vec<Seen>, SeeFailed> {
    let mut connection = database::connect(database_url, Role::Projector).await?;
    let head = head(database_url).await?;
    let mut seen = Vec::new();
    for projection in projections {
        seen.extend(versions(&mut connection, *projection, head).await?);
    }
    connection.close().await?;
    Ok(seen)
}

/// One read model: its versions, the tables of the one in use, and what is set aside of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Told {
    pub name: &'static str,
    pub versions: Vec<Seen>,
    pub tables: Vec<Size>,
    pub set_aside: Vec<SetAside>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Size {
    pub table: String,
    /// As Postgres estimates them.
    pub rows: i64,
    pub bytes: i64,
}

/// A key whose events wait, because the first of them could not be projected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SetAside {
    pub version: i32,
    pub key: String,
    pub reason: String,
    pub first_position: i64,
    pub events: i64,
    pub since: Timestamp,
}

pub async fn show(database_url: &str, projection: &'static dyn Projection) -> Result<Told, SeeFailed> {
    let mut connection = database::connect(database_url, Role::Projector).await?;
    let name = projection.name();
    let head = head(database_url).await?;
    let told = Told {
        name,
        versions: versions(&mut connection, projection, head).await?,
        tables: sizes(&mut connection, name).await?,
        set_aside: set_aside(&mut connection, name).await?,
    };
    connection.close().await?;
    Ok(told)
}

async fn head(database_url: &str) -> Result<i64, SeeFailed> {
    let mut reader = database::connect(database_url, Role::LogReader).await?;
    let head = sqlx::query_scalar("select max(last_position) from log_batches");
    let head: Option<i64> = head.fetch_one(&mut reader).await?;
    reader.close().await?;
    Ok(head.unwrap_or_default())
}

/// Those with a checkpoint of their own first, the newest first, then those beside. One that is made in parts is where the
/// last of its parts is.
async fn versions(
    connection: &mut PgConnection,
    projection: &'static dyn Projection,
    head: i64,
) -> sqlx::Result<Vec<Seen>> {
    let name = projection.name();
    let in_use = live::schema(&mut *connection, name).await?;
    let in_use = in_use.and_then(|schema| live::version_of(name, &schema));
    let rows = sqlx::query(
        "select c.name, c.version, 'own' as state, c.position, c.parked_keys::bigint, c.updated_at,
                coalesce(c.lease_until > clock_timestamp(), false) as written, 1 as place
           from projection_checkpoints c where c.name = $1
         union all
         select b.name, b.version, case when b.purpose = 'what_if' then b.purpose else b.state end,
                coalesce(min(c.position), b.position, 0), coalesce(sum(c.parked_keys), 0)::bigint,
                coalesce(max(c.updated_at), b.begun_at),
                coalesce(bool_or(c.lease_until > clock_timestamp()), false), 2
           from projection_builds b
           left join projection_checkpoints c on starts_with(c.name, b.name || '/' || b.purpose || '/')
          where b.name = $1 group by b.name, b.purpose
         order by place, version desc, state",
    )
    .bind(name)
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| seen(row, in_use, head)).collect()
}

fn seen(row: &PgRow, in_use: Option<i32>, head: i64) -> sqlx::Result<Seen> {
    let version = row.try_get("version")?;
    let state = match row.try_get("state")? {
        "building" => State::Building,
        "built" => State::Built,
        "replaced" => State::Replaced,
        "what_if" => State::WhatIf,
        _ if in_use == Some(version) => State::Live,
        _ => State::Retired,
    };
    let position: i64 = row.try_get("position")?;
    Ok(Seen {
        name: row.try_get("name")?,
        version,
        state,
        position,
        lag: (head - position).max(0),
        parked_keys: row.try_get("parked_keys")?,
        written: row.try_get("written")?,
        updated_at: row.try_get::<jiff_sqlx::Timestamp, _>("updated_at")?.to_jiff(),
    })
}

async fn sizes(connection: &mut PgConnection, name: &str) -> sqlx::Result<Vec<Size>> {
    let Some(schema) = live::schema(&mut *connection, name).await? else {
        return Ok(Vec::new());
    };
    let rows: Vec<(String, i64, i64)> = sqlx::query_as(
        "select c.relname::text, greatest(c.reltuples, 0)::bigint, pg_total_relation_size(c.oid)
           from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where n.nspname = $1 and c.relkind in ('r', 'p') order by 1",
    )
    .bind(schema)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(table, rows, bytes)| Size { table, rows, bytes }).collect())
}

async fn set_aside(connection: &mut PgConnection, name: &str) -> sqlx::Result<Vec<SetAside>> {
    let rows = sqlx::query(
        "select k.version, k.key, k.reason, k.parked_at, coalesce(min(e.position), 0) as first_position,
                count(e.position) as events
           from parked_keys k left join parked_events e using (name, version, key)
          where k.name = $1 group by k.name, k.version, k.key order by k.parked_at, k.key",
    )
    .bind(name)
    .fetch_all(connection)
    .await?;
    let set_aside = |row: &PgRow| {
        Ok(SetAside {
            version: row.try_get("version")?,
            key: row.try_get("key")?,
            reason: row.try_get("reason")?,
            first_position: row.try_get("first_position")?,
            events: row.try_get("events")?,
            since: row.try_get::<jiff_sqlx::Timestamp, _>("parked_at")?.to_jiff(),
        })
    };
    rows.iter().map(set_aside).collect()
}
