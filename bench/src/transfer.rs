//! A log into files and back, against COPY of the same rows: out of the same tables, and into the same tables of another
//! database. Each side of ours runs in a process of its own, whose memory is its own.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use eventstore::transfer::{ExportOptions, ImportOptions, SEGMENT_BYTES, export, import};
use futures_util::TryStreamExt;
use serde::{Deserialize, Serialize};
use sqlx::{Connection, Executor, PgConnection};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufWriter};
use tokio::time::Instant;

use crate::append::executor;
use crate::cluster::{Cluster, Database};
use crate::process::this_program;
use crate::{Outcome, median};

const EVENTS: i64 = 1_000_000;
const WRITERS: usize = 256;
const WRITE_FOR: Duration = Duration::from_secs(2);
const ROUNDS: usize = 3;
const SENT_BYTES: usize = 8 * 1024 * 1024;
/// What an import writes of such a log.
const TABLES: [&str; 4] = ["events", "streams", "log_batches", "command_log"];

#[derive(Serialize)]
pub struct Line {
    pub case: &'static str,
    pub events: i64,
    pub per_s: f64,
    pub ratio_to_copy: f64,
    pub peak_mb: f64,
}

/// One side, in a process of its own.
#[derive(Serialize, Deserialize)]
pub struct Told {
    seconds: f64,
    peak_mb: f64,
}

#[derive(Default)]
struct Rounds {
    out: Vec<f64>,
    exports: Vec<Told>,
    into: Vec<f64>,
    imports: Vec<Told>,
}

/// Every event begins a stream and came under a key: of all logs the one with the most rows.
pub async fn run(cluster: &Cluster) -> Outcome<Vec<Line>> {
    let database = cluster.fresh_database().await?;
    let log = database.open_log().await?;
    while log.reader().head().await? < EVENTS {
        executor::measure(&log, WRITERS, WRITE_FOR).await?;
    }
    let events = log.reader().head().await?;
    log.close().await;
    let mut superuser = database.superuser().await?;
    superuser.execute("vacuum analyze").await?;
    superuser.execute("checkpoint").await?;
    superuser.close().await?;
    let mut rounds = Rounds::default();
    for _ in 0..ROUNDS {
        round(cluster, &database, &mut rounds).await?;
    }
    cluster.drop_database(database).await?;
    Ok(lines(events, rounds))
}

async fn round(cluster: &Cluster, database: &Database, rounds: &mut Rounds) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let exported = folder.path().join("export");
    rounds.out.push(copy_out(database, folder.path()).await?);
    rounds.exports.push(side("export", database, &exported).await?);
    let target = cluster.fresh_database().await?;
    rounds.into.push(copy_into(&target, folder.path()).await?);
    cluster.drop_database(target).await?;
    let target = cluster.fresh_database().await?;
    rounds.imports.push(side("import", &target, &exported).await?);
    cluster.drop_database(target).await
}

fn lines(events: i64, rounds: Rounds) -> Vec<Line> {
    let seconds = |told: &[Told]| median(told.iter().map(|told| told.seconds).collect());
    let peak = |told: &[Told]| told.iter().map(|told| told.peak_mb).fold(0.0, f64::max);
    let (out, into) = (median(rounds.out), median(rounds.into));
    let line = |case, seconds: f64, copy: f64, peak_mb| Line {
        case,
        events,
        per_s: events as f64 / seconds,
        ratio_to_copy: copy / seconds,
        peak_mb,
    };
    vec![
        line("copy_out", out, out, f64::NAN),
        line("export", seconds(&rounds.exports), out, peak(&rounds.exports)),
        line("copy_into", into, into, f64::NAN),
        line("import", seconds(&rounds.imports), into, peak(&rounds.imports)),
    ]
}

async fn side(which: &str, database: &Database, folder: &Path) -> Outcome<Told> {
    let mut program = this_program()?;
    program.arg("transfer-side").arg(which).arg("--folder").arg(folder);
    program.arg("--keys").arg(database.keys.path()).env("DATABASE_URL", &database.url);
    let output = program.stderr(Stdio::inherit()).output().await?;
    if !output.status.success() {
        return Err(format!("{which} ended with {}", output.status).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// In the other process: an export or an import, how long it took, and the most memory it had.
pub async fn one_side(which: &str, folder: PathBuf, keys_dir: PathBuf) -> Outcome<Told> {
    let database_url = std::env::var("DATABASE_URL")?;
    let begun = Instant::now();
    match which {
        "export" => {
            let (tenant, secrets) = (None, None);
            let segment_bytes = SEGMENT_BYTES;
            export(
                ExportOptions { database_url, keys_dir, folder, tenant, secrets, segment_bytes },
                &mut |_| (),
            )
            .await
            .map(drop)?;
        }
        _ => {
            let (actor, reason) = ("operator:bench".to_owned(), "a measurement".to_owned());
            let (secrets, signed_by) = (None, None);
            import(
                ImportOptions { database_url, keys_dir, folder, secrets, signed_by, actor, reason },
                &mut |_| (),
            )
            .await
            .map(drop)?;
        }
    }
    Ok(Told { seconds: begun.elapsed().as_secs_f64(), peak_mb: peak_mb()? })
}

fn peak_mb() -> Outcome<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes / 1_024.0)
}

/// Every row as Postgres writes it in its binary form, into files.
async fn copy_out(database: &Database, folder: &Path) -> Outcome<f64> {
    let mut superuser = database.superuser().await?;
    let begun = Instant::now();
    for table in TABLES {
        // Postgres sends each row by itself.
        let mut file = BufWriter::with_capacity(SENT_BYTES, File::create(folder.join(table)).await?);
        let which = if table == "log_batches" { " where last_position > 0" } else { "" };
        let statement = format!("copy (select * from {table}{which}) to stdout with (format binary)");
        let mut rows = superuser.copy_out_raw(&statement).await?;
        while let Some(bytes) = rows.try_next().await? {
            file.write_all(&bytes).await?;
        }
        file.flush().await?;
    }
    let seconds = begun.elapsed().as_secs_f64();
    superuser.close().await?;
    Ok(seconds)
}

/// The same rows into the same tables, under the same indexes, in one transaction.
async fn copy_into(database: &Database, folder: &Path) -> Outcome<f64> {
    let mut superuser: PgConnection = database.superuser().await?;
    let begun = Instant::now();
    superuser.execute("begin").await?;
    for table in TABLES {
        let mut file = File::open(folder.join(table)).await?;
        let mut copy =
            superuser.copy_in_raw(&format!("copy {table} from stdin with (format binary)")).await?;
        loop {
            let mut bytes = Vec::with_capacity(SENT_BYTES);
            if (&mut file).take(SENT_BYTES as u64).read_to_end(&mut bytes).await? == 0 {
                break;
            }
            copy.send(bytes).await?;
        }
        copy.finish().await?;
    }
    superuser.execute("commit; analyze events, streams, log_batches, command_log").await?;
    let seconds = begun.elapsed().as_secs_f64();
    superuser.close().await?;
    Ok(seconds)
}
