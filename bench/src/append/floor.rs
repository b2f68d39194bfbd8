//! The floor: the same rows, one command per transaction, without the lock and so without an order.
//!
//! One statement in autocommit is the least a store can do that writes an event, its stream and its command. Its
//! positions come from a sequence, so they become visible out of order: what the lock is there to prevent.

use std::sync::Arc;
use std::time::Duration;

use eventstore::chain::Digested;
use eventstore::database::{self, Role};
use sqlx::{Executor, PgConnection};
use tokio::sync::{Mutex, Semaphore};
use uuid::Uuid;

use crate::Outcome;
use crate::clients::{self, Measured};
use crate::cluster::Database;
use crate::workspace;

const CONNECTIONS: [usize; 4] = [8, 16, 32, 64];
const TRIAL_CLIENTS: usize = 64;
const TRIAL: Duration = Duration::from_secs(2);

const STATEMENT: &str = "
    with p as (select nextval('floor_position') as position),
    s as (insert into streams(tenant, type, id, stream_no) select $1, 'workspace', $2, position from p),
    c as (insert into command_log(command_id, day, first_position, events, request_mac, recorded_at)
          select $3, (now() at time zone 'UTC')::date, position, 1, $4, now() from p)
    insert into events(position, stream_no, seq, recorded_at, schema_version, tenant, scope, type, id, event_type,
                       meta, payload, digest)
    select position, position, 1, now(), 1::int2, $1, $2, 'workspace', $2, 'workspace.created',
           $5::text::json, $6::text::json, $7 from p";

/// The number of connections at which the floor is fastest here.
pub async fn best_connections(database: &Database) -> Outcome<usize> {
    let mut superuser = database.superuser().await?;
    superuser
        .execute("create sequence floor_position; grant usage on sequence floor_position to log_writer")
        .await?;
    let mut best = (0.0, 0);
    for connections in CONNECTIONS {
        let measured = measure(database, connections, TRIAL_CLIENTS, TRIAL).await?;
        if measured.per_s > best.0 {
            best = (measured.per_s, connections);
        }
    }
    Ok(best.1)
}

pub async fn measure(
    database: &Database,
    connections: usize,
    clients: usize,
    duration: Duration,
) -> Outcome<Measured> {
    let connections = Arc::new(Connections::open(database, connections.min(clients)).await?);
    let description: Arc<str> = workspace::description().into();
    clients::run(clients, duration, move |client| {
        let (connections, description) = (Arc::clone(&connections), Arc::clone(&description));
        async move { connections.append(client, &description).await }
    })
    .await
}

/// Connections that clients take in turn.
struct Connections {
    free: Mutex<Vec<PgConnection>>,
    permits: Semaphore,
}

impl Connections {
    async fn open(database: &Database, count: usize) -> Outcome<Self> {
        let mut free = Vec::with_capacity(count);
        for _ in 0..count {
            free.push(database::connect(&database.url, Role::LogWriter).await?);
        }
        Ok(Self { free: Mutex::new(free), permits: Semaphore::new(count) })
    }

    async fn append(&self, client: usize, description: &str) -> Outcome<()> {
        let row = Row::new(client, description)?;
        let _permit = self.permits.acquire().await?;
        let mut connection = self.free.lock().await.pop().ok_or("a permit without a connection")?;
        let written = row.write(&mut connection).await;
        self.free.lock().await.push(connection);
        written
    }
}

/// One command as it is stored.
struct Row {
    tenant: String,
    id: String,
    command_id: Uuid,
    mac: [u8; 32],
    meta: String,
    payload: String,
    digest: [u8; 32],
}

impl Row {
    fn new(client: usize, description: &str) -> Outcome<Self> {
        let tenant = workspace::tenant(client)?.to_string();
        let id = workspace::fresh_id()?.to_string();
        let command_id = Uuid::new_v4();
        let meta =
            format!(r#"{{"event_id":"{}","command_id":"{command_id}","actor":"usr_bench"}}"#, Uuid::now_v7());
        let payload = format!(r#"{{"name":"Invoices","description":"{description}"}}"#);
        let digested = Digested {
            version: 1,
            schema_version: 1,
            tenant: &tenant,
            scope: Some(&id),
            aggregate: "workspace",
            id: &id,
            event_type: "workspace.created",
            meta: &meta,
            payload: &payload,
        };
        let digest = digested.digest();
        Ok(Self { tenant, id, command_id, mac: digest, meta, payload, digest })
    }

    async fn write(&self, connection: &mut PgConnection) -> Outcome<()> {
        sqlx::query(STATEMENT)
            .bind(&self.tenant)
            .bind(&self.id)
            .bind(self.command_id)
            .bind(&self.mac[..])
            .bind(&self.meta)
            .bind(&self.payload)
            .bind(&self.digest[..])
            .execute(connection)
            .await?;
        Ok(())
    }
}
