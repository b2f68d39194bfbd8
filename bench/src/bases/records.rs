//! Records of a base with 50,000 of them, as Airtable's clients ask for them, each beside its floor: the same rows through sqlx at the
//! same concurrency, read and nothing more. The client shares the processors with the server and Postgres. Writes come in at an even
//! pace of 500 a second, each to a record of its own: `write` is answered once it is in the log, `visible` once it can be read.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use domain::bases::cells::read;
use domain::bases::ids::{FieldId, RecordId, TableId};
use domain::bases::record::{Address, RecordCommand, Source, key};
use domain::bases::schema::Field;
use domain::bases::table::Stamp;
use domain::bases::{BaseKey, Record};
use domain::identity::{TenantId, WorkspaceId};
use eventstore::Log;
use eventstore::database::{self, Role};
use eventstore::event::StreamId;
use eventstore::execute::{Plan, Request};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};
use sqlx::{AssertSqlSafe, PgPool, Row};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

use super::table::{cells, record_id};
use crate::clients::{self, Measured};
use crate::cluster::{Cluster, Database};
use crate::connection::{Connection, request};
use crate::process::Background;
use crate::{Outcome, median, people};

const RECORDS: usize = 50_000;
const CONNECTIONS: usize = 16;
const EACH: Duration = Duration::from_secs(4);
const ROUNDS: usize = 3;
/// Records of one unit while the table is filled.
const TOGETHER: usize = 100;
const WRITES_PER_S: u32 = 500;
const WRITERS: u32 = 32;

#[derive(Serialize)]
pub struct Line {
    pub case: &'static str,
    pub per_s: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub ratio_to_floor: f64,
}

/// A base that was filled, and who may read it.
struct Filled {
    address: SocketAddr,
    tenant: TenantId,
    base: BaseKey,
    /// As Airtable's clients call it.
    called: String,
    table: String,
    fields: Vec<(FieldId, String)>,
    token: String,
    pool: PgPool,
}

pub async fn run(cluster: &Cluster) -> Outcome<Vec<Line>> {
    cluster.autovacuum(true).await?;
    let database = cluster.fresh_database().await?;
    let server = Background::serve(&database, true).await?;
    let (filled, filling) = fill(&database, server.address()?).await?;
    let filled = Arc::new(filled);
    let mut lines = vec![filling];
    lines.extend(reads(&filled).await?);
    for (case, query, first) in [("write", "?wait=false", 0), ("visible", "", RECORDS / 2)] {
        lines.push(writes(&filled, case, query, first).await?);
    }
    server.end().await?;
    cluster.drop_database(database).await?;
    cluster.autovacuum(false).await?;
    Ok(lines)
}

async fn reads(filled: &Arc<Filled>) -> Outcome<Vec<Line>> {
    let name = |place: usize| {
        filled.fields.iter().find(|(_, name)| name == "Name").map(|(id, _)| (*id, format!("Order {place}")))
    };
    let (name_field, _) = name(0).ok_or("a name")?;
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let get = |place: usize| format!("/{}", record_id(place));
        let page = |place: usize| {
            format!("?pageSize=100&offset=itr00000000000000/{}", record_id(place.min(RECORDS - 101)))
        };
        let equal = |place: usize| format!("?filterByFormula=%7BName%7D%3D%27Order%20{place}%27");
        let scan = |place: usize| format!("?pageSize=1&filterByFormula=LEN(%7BName%7D)%3D{}", 3 + place % 2);
        rounds.push([
            ("floor_get", floor_get(filled).await?),
            ("get", ask(filled, CONNECTIONS, get).await?),
            ("floor_page", floor_page(filled).await?),
            ("page", ask(filled, CONNECTIONS, page).await?),
            ("floor_equal", floor_equal(filled, name_field).await?),
            ("equal", ask(filled, CONNECTIONS, equal).await?),
            ("floor_scan", floor_scan(filled).await?),
            ("scan", ask(filled, 1, scan).await?),
        ]);
    }
    Ok((0..8).map(|case| line(case, &rounds)).collect())
}

fn line(case: usize, rounds: &[[(&'static str, Measured); 8]]) -> Line {
    let pick = |pick: fn(&Measured) -> f64| median(rounds.iter().map(|round| pick(&round[case].1)).collect());
    // The floor of each stands before it.
    let ratios = rounds.iter().map(|round| round[case].1.per_s / round[case - case % 2].1.per_s);
    Line {
        case: rounds[0][case].0,
        per_s: pick(|measured| measured.per_s),
        p50_ms: pick(|measured| measured.p50_ms),
        p99_ms: pick(|measured| measured.p99_ms),
        ratio_to_floor: median(ratios.collect()),
    }
}

/// Asks for other records each time; the path follows the table's.
async fn ask(filled: &Filled, connections: usize, path: impl Fn(usize) -> String) -> Outcome<Measured> {
    const PATHS: usize = 4_096;
    let requests: Vec<_> = (0..PATHS)
        .map(|number| {
            let path = format!("/v0/{}/{}{}", filled.called, filled.table, path(spread(number)));
            request("GET", &path, Some(&filled.token), None)
        })
        .collect();
    let mut opened = Vec::with_capacity(connections);
    for _ in 0..connections {
        opened.push(Mutex::new(Connection::open(filled.address).await?));
    }
    let (requests, opened, next) = (Arc::new(requests), Arc::new(opened), Arc::new(AtomicUsize::new(0)));
    clients::run(connections, EACH, move |client| {
        let (requests, opened, next) = (Arc::clone(&requests), Arc::clone(&opened), Arc::clone(&next));
        async move {
            let number = next.fetch_add(1, Ordering::Relaxed) % requests.len();
            opened[client].lock().await.send(&requests[number], 200).await.map(drop)
        }
    })
    .await
}

/// Places all over the table.
fn spread(number: usize) -> usize {
    number * 7_919 % RECORDS
}

/// Runs a statement with other parameters each time.
async fn floor<F>(filled: &Filled, connections: usize, work: F) -> Outcome<Measured>
where
    F: Fn(PgPool, usize) -> std::pin::Pin<Box<dyn Future<Output = Outcome<()>> + Send>>
        + Send
        + Sync
        + 'static,
{
    let (pool, next) = (filled.pool.clone(), Arc::new(AtomicUsize::new(0)));
    clients::run(connections, EACH, move |_| {
        let number = next.fetch_add(1, Ordering::Relaxed);
        work(pool.clone(), spread(number))
    })
    .await
}

async fn floor_get(filled: &Filled) -> Outcome<Measured> {
    let (tenant, base) = (filled.tenant.clone(), filled.base.clone());
    floor(filled, CONNECTIONS, move |pool, place| {
        let (tenant, base) = (tenant.clone(), base.clone());
        Box::pin(async move {
            let sql =
                "select id, created_at, cells::text from records where tenant = $1 and base = $2 and id = $3";
            let query = sqlx::query(sql).bind(tenant.as_str()).bind(base.as_str()).bind(record_id(place));
            let row = query.fetch_one(&pool).await?;
            std::hint::black_box(row.try_get::<&str, _>(2)?);
            Ok(())
        })
    })
    .await
}

async fn floor_page(filled: &Filled) -> Outcome<Measured> {
    let (tenant, base, table) = (filled.tenant.clone(), filled.base.clone(), filled.table.clone());
    floor(filled, CONNECTIONS, move |pool, place| {
        let (tenant, base, table) = (tenant.clone(), base.clone(), table.clone());
        Box::pin(async move {
            let sql = "select id, created_at, cells::text from records
                       where tenant = $1 and base = $2 and table_id = $3 and not deleted and number > 0 and number > $4
                       order by number limit 100";
            let query = sqlx::query(sql).bind(tenant.as_str()).bind(base.as_str()).bind(table);
            let rows = query.bind(place.min(RECORDS - 101) as i64).fetch_all(&pool).await?;
            if rows.len() == 100 { Ok(()) } else { Err("a page is not full".into()) }
        })
    })
    .await
}

async fn floor_equal(filled: &Filled, field: FieldId) -> Outcome<Measured> {
    let (tenant, base) = (filled.tenant.clone(), filled.base.clone());
    floor(filled, CONNECTIONS, move |pool, place| {
        let (tenant, base) = (tenant.clone(), base.clone());
        Box::pin(async move {
            let sql = "select id, created_at, cells::text from records
                       where tenant || '' = $1 and base || '' = $2 and not deleted and cells @> $3::jsonb";
            let holds = json!({ field.as_str(): format!("Order {place}") }).to_string();
            let query = sqlx::query(sql).bind(tenant.as_str()).bind(base.as_str()).bind(holds);
            let rows = query.fetch_all(&pool).await?;
            if rows.len() == 1 { Ok(()) } else { Err("one is called so".into()) }
        })
    })
    .await
}

/// Reads all rows of the table, and parses their cells.
async fn floor_scan(filled: &Filled) -> Outcome<Measured> {
    let (tenant, base, table) = (filled.tenant.clone(), filled.base.clone(), filled.table.clone());
    floor(filled, 1, move |pool, _| {
        let (tenant, base, table) = (tenant.clone(), base.clone(), table.clone());
        Box::pin(async move {
            let sql = "select cells::text from records
                       where tenant = $1 and base = $2 and table_id = $3 and not deleted and number > 0 order by number";
            let query = sqlx::query(sql).bind(tenant.as_str()).bind(base.as_str()).bind(table);
            for row in query.fetch_all(&pool).await? {
                let cells: Map<String, Value> = serde_json::from_str(row.try_get(0)?)?;
                std::hint::black_box(cells);
            }
            Ok(())
        })
    })
    .await
}

/// Each writer has records of its own, so that nobody waits for another. What is written lies from `first` on: a record that
/// says already what it is told would not be written.
async fn writes(
    filled: &Arc<Filled>,
    case: &'static str,
    query: &'static str,
    first: usize,
) -> Outcome<Line> {
    let start = Instant::now() + Duration::from_millis(100);
    let every = Duration::from_secs(1) * WRITERS / WRITES_PER_S;
    let (from, until) = (start + Duration::from_secs(2), start + Duration::from_secs(12));
    let mut running = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let filled = Arc::clone(filled);
        let begins = start + every * writer / WRITERS;
        let first = first + writer as usize;
        running.spawn(async move { write_on(&filled, first, query, begins, every, from, until).await });
    }
    let mut all = Vec::new();
    while let Some(told) = running.join_next().await {
        all.extend(told??);
    }
    all.sort_unstable();
    let per_s = all.len() as f64 / (until - from).as_secs_f64();
    let at = |part| clients::ms_at(&all, part);
    Ok(Line { case, per_s, p50_ms: at(0.50), p99_ms: at(0.99), ratio_to_floor: f64::NAN })
}

async fn write_on(
    filled: &Filled,
    first: usize,
    query: &str,
    begins: Instant,
    every: Duration,
    from: Instant,
    until: Instant,
) -> Outcome<Vec<u32>> {
    let mut connection = Connection::open(filled.address).await?;
    let mut microseconds = Vec::new();
    let path = format!("/v1/bases/{}/tables/{}/records{query}", filled.base, filled.table);
    for number in 0.. {
        let due = begins + every * number;
        if due >= until {
            break;
        }
        let record = record_id((first + (number * WRITERS) as usize) % RECORDS);
        let body = json!({ "records": [{ "id": record, "fields": { "Amount": number } }] }).to_string();
        let asked = request("PATCH", &path, Some(&filled.token), Some(&body));
        sleep_until(due).await;
        connection.send(&asked, 200).await?;
        if due >= from {
            microseconds.push(due.elapsed().as_micros() as u32);
        }
    }
    Ok(microseconds)
}

async fn fill(database: &Database, address: SocketAddr) -> Outcome<(Filled, Line)> {
    let account = people::register(address, 1).await?.pop().ok_or("a person")?;
    let mut connection = Connection::open(address).await?;
    let token = account.sign_in(&mut connection, &account.tenant).await?;
    let mut post = async |path: &str, body: Value| {
        let asked = request("POST", path, Some(&token), Some(&body.to_string()));
        connection.send(&asked, 201).await?.json()
    };
    let text = |value: &Value, at: &str| {
        value.pointer(at).and_then(Value::as_str).map(str::to_owned).ok_or("a text")
    };
    let workspace = post("/v1/workspaces", json!({ "name": "Bench" })).await?;
    let workspace = text(&workspace, "/id")?;
    let base = post(&format!("/v1/workspaces/{workspace}/bases"), drafted()).await?;
    let (base, called) = (text(&base, "/id")?, text(&base, "/airtable_id")?);
    let asked = request("GET", &format!("/v1/bases/{base}/schema"), Some(&token), None);
    let schema = connection.send(&asked, 200).await?.json()?;
    let table = text(&schema, "/tables/0/id")?;
    let fields: Vec<Field> = serde_json::from_value(schema["tables"][0]["fields"].clone())?;
    let options = database::options(&database.url)?;
    let pool = sqlx::postgres::PgPoolOptions::new()
        .max_connections(CONNECTIONS as u32)
        .after_connect(|connection, _| {
            let role =
                format!("set role {}; set search_path = read; set jit = off", Role::RecordsReader.name());
            Box::pin(async move { sqlx::Executor::execute(connection, AssertSqlSafe(role)).await.map(drop) })
        })
        .connect_with(options)
        .await?;
    let filled = Filled {
        address,
        tenant: TenantId::new(account.tenant.as_str())?,
        base: BaseKey::new(base.as_str())?,
        called,
        table,
        fields: fields.iter().map(|field| (field.id, field.name.clone())).collect(),
        token,
        pool,
    };
    let began = std::time::Instant::now();
    let log = database.open_log().await?;
    append(&log, &filled, &fields, &WorkspaceId::new(workspace.as_str())?).await?;
    log.close().await;
    loop {
        let there: i64 = sqlx::query_scalar("select count(*) from records").fetch_one(&filled.pool).await?;
        if there as usize == RECORDS {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let per_s = RECORDS as f64 / began.elapsed().as_secs_f64();
    let nothing = f64::NAN;
    Ok((filled, Line { case: "fill", per_s, p50_ms: nothing, p99_ms: nothing, ratio_to_floor: nothing }))
}

async fn append(log: &Log, filled: &Filled, fields: &[Field], workspace: &WorkspaceId) -> Outcome<()> {
    let table = TableId::parse(&filled.table)?;
    let ours = super::table::base();
    let theirs = ours["tables"][0]["fields"].as_array().ok_or("fields")?;
    for first in (0..RECORDS).step_by(TOGETHER) {
        let mut plan = Plan::new();
        for place in first..first + TOGETHER {
            let (record, written) = (RecordId::parse(&record_id(place))?, cells(place));
            let mut kept = std::collections::BTreeMap::new();
            for (field, ours) in fields.iter().zip(theirs) {
                let value = read(&field.kind, &written[ours["id"].as_str().unwrap_or_default()])?;
                kept.extend(value.map(|value| (field.id, value)));
            }
            let address = Address { base: filled.base.clone(), table, record };
            let stamp = Stamp { at: Timestamp::now(), by: None };
            let command = RecordCommand::Create {
                address,
                source: Source::Import,
                stamp,
                cells: kept,
                links: Vec::new(),
            };
            let stream = StreamId::new(key(&filled.base, record).as_str())?;
            plan = plan.create::<Record>(&filled.tenant, stream, command);
        }
        let request = Request::new(filled.tenant.clone(), "bench").in_workspace(workspace.clone());
        log.executor().execute(&request, plan).await?;
    }
    Ok(())
}

/// As the API takes tables: without ids.
fn drafted() -> Value {
    let mut base = super::table::base();
    let fields = base["tables"][0]["fields"].as_array_mut().map(std::mem::take).unwrap_or_default();
    let fields: Vec<_> = fields
        .into_iter()
        .map(|mut field| {
            field.as_object_mut().map(|field| field.remove("id"));
            field
        })
        .collect();
    json!({ "name": "Bench", "tables": [{ "name": "Orders", "fields": fields }] })
}
