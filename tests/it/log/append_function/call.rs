//! A call of `append` and of `verdicts`, put together unit by unit.

use eventstore::chain::Digested;
use eventstore::database::{Role, connect};
use serde_json::{Map, Value, json};
use sqlx::PgConnection;
use support::database;
use uuid::Uuid;

pub const UNIQUE_VIOLATION: &str = "23505";
pub const REFUSED: &str = "AT001";
pub const OTHER_INCARNATION: &str = "AT002";
pub const CLAIM_LOCKED: &str = "AT003";

/// A database of its own, the writer's connection to it, and one that no policy binds.
pub struct Desk {
    pub url: String,
    pub writer: PgConnection,
    pub admin: PgConnection,
}

impl Desk {
    pub async fn new() -> Self {
        let url = database::fresh().await;
        Self {
            writer: connect(&url, Role::LogWriter).await.expect("the writer connects"),
            admin: database::superuser(&url).await,
            url,
        }
    }

    pub async fn append(&mut self, batch: &Batch) -> Result<i64, String> {
        batch.append(&mut self.writer).await
    }

    /// Appends one new stream and says where its event lies.
    pub async fn created(&mut self, id: &str) -> Last {
        let position = self.append(&Batch::new().unit().create(id)).await.expect("a new stream");
        Last::of_new(id, position)
    }

    pub async fn verdicts(&mut self, batch: &Batch) -> Vec<Named> {
        batch.verdicts(&mut self.writer).await
    }

    pub async fn head(&mut self) -> i64 {
        sqlx::query_scalar("select max(last_position) from log_batches")
            .fetch_one(&mut self.admin)
            .await
            .expect("the head can be read")
    }

    pub async fn run(&mut self, sql: &'static str) {
        sqlx::raw_sql(sql).execute(&mut self.admin).await.expect("the statement runs");
    }

    pub async fn count(&mut self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&mut self.admin).await.expect("the rows can be counted")
    }
}

/// The last event of a stream, as somebody believes it to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Last {
    pub id: String,
    pub stream_no: i64,
    pub version: i64,
    pub position: i64,
}

impl Last {
    pub fn of_new(id: &str, position: i64) -> Self {
        Self { id: id.into(), stream_no: position, version: 1, position }
    }

    /// The event after this one, which lies at `position`.
    pub fn then(&self, position: i64) -> Self {
        Self { version: self.version + 1, position, ..self.clone() }
    }
}

/// A unit that may not pass, why, and where its first attempt lies.
pub type Named = (i32, String, Option<i64>);

pub fn named(unit: i32, verdict: &str) -> Named {
    (unit, verdict.into(), None)
}

#[derive(Default)]
pub struct Batch {
    id: Uuid,
    units: i32,
    incarnation: Option<Uuid>,
    events: Vec<Value>,
    digests: Vec<u8>,
    known: Vec<(i32, Last)>,
    new: Vec<(i32, String, i64)>,
    commands: Vec<(i32, Uuid, i64)>,
    guards: Map<String, Value>,
}

impl Batch {
    pub fn new() -> Self {
        Self { id: Uuid::now_v7(), ..Self::default() }
    }

    /// What follows belongs to the next unit.
    pub fn unit(mut self) -> Self {
        self.units += 1;
        self
    }

    fn this_unit(&self) -> i32 {
        self.units - 1
    }

    /// One event that begins a stream.
    pub fn create(mut self, id: &str) -> Self {
        let ordinal = self.events.len() as i64 + 1;
        self.new.push((self.this_unit(), id.into(), ordinal));
        self.event(id, -ordinal, 1)
    }

    /// One event after the last one of a stream.
    pub fn extend(mut self, last: &Last) -> Self {
        self.known.push((self.this_unit(), last.clone()));
        self.event(&last.id, last.stream_no, last.version + 1)
    }

    /// Makes the unit so far that of a keyed command.
    pub fn keyed(mut self, id: Uuid) -> Self {
        let first = self.events.len() as i64;
        self.commands.push((self.this_unit(), id, first));
        self
    }

    pub fn of_incarnation(self, incarnation: Uuid) -> Self {
        Self { incarnation: Some(incarnation), ..self }
    }

    pub fn guard(mut self, kind: &str, mut guard: Value) -> Self {
        guard["unit"] = json!(self.this_unit());
        let list = self.guards.entry(kind).or_insert_with(|| json!([]));
        list.as_array_mut().expect("a list of guards").push(guard);
        self
    }

    pub fn take(self, key: &str, owner: &str) -> Self {
        self.guard("take", json!({"kind": "name", "key": key, "owner": owner}))
    }

    pub fn release(self, key: &str, owner: &str) -> Self {
        self.guard("release", json!({"kind": "name", "key": key, "owner": owner}))
    }

    pub fn fence(self, claim: &str, attempt: i32, epoch: i64) -> Self {
        self.guard("fence", json!({"claim": claim, "attempt": attempt, "epoch": epoch}))
    }

    pub fn count(self, name: &str, amount: i64) -> Self {
        self.guard("count", json!({"tenant": "acme", "name": name, "amount": amount}))
    }

    pub fn limit(self, name: &str, allowed: Option<i64>) -> Self {
        self.guard("limit", json!({"tenant": "acme", "name": name, "allowed": allowed}))
    }

    pub fn unchanged(self, last: &Last) -> Self {
        let Last { stream_no, version, position, .. } = last;
        self.guard("unchanged", json!({"stream_no": stream_no, "version": version, "position": position}))
    }

    pub fn absent(self, id: &str) -> Self {
        self.guard("absent", json!({"tenant": "acme", "type": "workspace", "id": id}))
    }

    fn event(mut self, id: &str, stream_no: i64, version: i64) -> Self {
        let digested = Digested {
            version,
            schema_version: 1,
            tenant: "acme",
            scope: None,
            aggregate: "workspace",
            id,
            event_type: "workspace.archived",
            meta: "{}",
            payload: "{}",
        };
        let digest = digested.digest();
        let digest_text: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        self.digests.extend(digest);
        self.events.push(json!({
            "stream_no": stream_no, "seq": version, "schema_version": 1, "tenant": "acme", "scope": null,
            "type": "workspace", "id": id, "event_type": "workspace.archived", "meta": {}, "payload": {},
            "digest": format!("\\x{digest_text}"),
        }));
        self
    }

    fn guards_text(&self) -> Option<String> {
        (!self.guards.is_empty()).then(|| Value::Object(self.guards.clone()).to_string())
    }

    pub async fn append(&self, writer: &mut PgConnection) -> Result<i64, String> {
        let called = sqlx::query_scalar(
            "select first_position from append(
                $1, coalesce($2, (select incarnation from log_batches order by last_position desc limit 1)),
                (select array_agg(row(e.*)::new_event) from json_populate_recordset(null::new_event, $3::text::json) e),
                $4, $5, $6, $7,
                array_fill('acme'::text, array[cardinality($8)]), array_fill('workspace'::text, array[cardinality($8)]),
                $8, $9, $10, array_fill('mac'::bytea, array[cardinality($10)]), $11,
                array_fill(1, array[cardinality($10)]), $12::text::jsonb)",
        )
        .bind(self.id)
        .bind(self.incarnation)
        .bind(Value::Array(self.events.clone()).to_string())
        .bind(&self.digests)
        .bind(column(&self.known, |(_, last)| last.stream_no))
        .bind(column(&self.known, |(_, last)| last.version))
        .bind(column(&self.known, |(_, last)| last.position))
        .bind(column(&self.new, |(_, id, _)| id.clone()))
        .bind(column(&self.new, |(_, _, first)| *first))
        .bind(column(&self.commands, |(_, id, _)| *id))
        .bind(column(&self.commands, |(_, _, first)| *first))
        .bind(self.guards_text())
        .fetch_one(writer)
        .await;
        called.map_err(|error| match error.as_database_error() {
            Some(refusal) => refusal.code().unwrap_or_default().into_owned(),
            None => panic!("{error}"),
        })
    }

    async fn verdicts(&self, writer: &mut PgConnection) -> Vec<Named> {
        sqlx::query_as(
            "select unit, verdict, first_position from verdicts(
                $1, 0, $2, $3, $4, $5, $6,
                array_fill('acme'::text, array[cardinality($6)]), array_fill('workspace'::text, array[cardinality($6)]),
                $7, $8, $9, $10::text::jsonb) order by unit",
        )
        .bind(self.id)
        .bind(column(&self.known, |(unit, _)| *unit))
        .bind(column(&self.known, |(_, last)| last.stream_no))
        .bind(column(&self.known, |(_, last)| last.version))
        .bind(column(&self.known, |(_, last)| last.position))
        .bind(column(&self.new, |(unit, _, _)| *unit))
        .bind(column(&self.new, |(_, id, _)| id.clone()))
        .bind(column(&self.commands, |(unit, _, _)| *unit))
        .bind(column(&self.commands, |(_, id, _)| *id))
        .bind(self.guards_text())
        .fetch_all(writer)
        .await
        .expect("verdicts are given")
    }
}

fn column<Row, T>(rows: &[Row], pick: impl Fn(&Row) -> T) -> Vec<T> {
    rows.iter().map(pick).collect()
}
