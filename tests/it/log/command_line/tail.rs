//! `airtide log tail` prints events as they are recorded by whomever, and ends when it is told to or nobody reads.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::mpsc::Receiver;
use std::time::Duration;

use nix::sys::signal::Signal;
use serde_json::Value;
use sqlx::PgConnection;
use support::airtide::lines_of;
use support::log::{TestLog, write_versions};
use support::{database, processes, wait};

use super::command;

const SOON: Duration = Duration::from_secs(30);

struct Tailing {
    child: Child,
}

impl Tailing {
    fn start(log: &TestLog, flags: &[&str]) -> Self {
        let mut tail = command(log, &[["tail"].as_slice(), flags].concat());
        Self { child: tail.stdout(Stdio::piped()).spawn().unwrap() }
    }

    fn lines(&mut self) -> Receiver<String> {
        lines_of(self.child.stdout.take().unwrap())
    }

    fn interrupt(mut self) -> Option<i32> {
        processes::send(self.child.id(), Signal::SIGINT);
        self.ended()
    }

    fn ended(&mut self) -> Option<i32> {
        wait::until("it ends", SOON, || !matches!(self.child.try_wait(), Ok(None)));
        self.child.try_wait().unwrap().unwrap().code()
    }
}

impl Drop for Tailing {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn position(lines: &Receiver<String>) -> i64 {
    let line = lines.recv_timeout(SOON).unwrap();
    serde_json::from_str::<Value>(&line).unwrap()["position"].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_while_it_runs_is_printed_at_once() {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "invoices", 1..=2).await;
    let mut tailing = Tailing::start(&log, &["--after", "1", "--output", "ndjson"]);
    let lines = tailing.lines();
    assert_eq!(position(&lines), 2);
    for version in 3..=5 {
        write_versions(&log.executor(), "invoices", [version]).await;
        assert_eq!(position(&lines), version);
    }
    assert_eq!(tailing.interrupt(), Some(0));
    assert!(lines.recv().is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn it_takes_the_filters_of_reading() {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "invoices", 1..=2).await;
    write_versions(&log.executor(), "orders", 1..=2).await;
    let flags =
        ["--after", "0", "--stream", "workspace/orders", "--type", "workspace.renamed", "--output", "json"];
    let mut tailing = Tailing::start(&log, &flags);
    let lines = tailing.lines();
    assert_eq!(position(&lines), 4);
    write_versions(&log.executor(), "invoices", 3..=4).await;
    write_versions(&log.executor(), "orders", [3]).await;
    assert_eq!(position(&lines), 7);
    assert_eq!(tailing.interrupt(), Some(0));
}

/// Its table begins with a title as soon as it listens: what is written then is all that it prints.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_position_it_begins_at_the_end() {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "invoices", 1..=2).await;
    let mut tailing = Tailing::start(&log, &["--tenant", "acme"]);
    let lines = tailing.lines();
    assert!(lines.recv_timeout(SOON).unwrap().starts_with("POSITION"));
    write_versions(&log.executor(), "invoices", [3]).await;
    let line = lines.recv_timeout(SOON).unwrap();
    assert!(line.starts_with("3 ") && line.contains("workspace.renamed"), "{line}");
    assert_eq!(tailing.interrupt(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_quietly_when_nobody_reads_any_more() {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "invoices", [1]).await;
    let mut tailing = Tailing::start(&log, &["--after", "0", "--output", "ndjson"]);
    let mut reading = BufReader::new(tailing.child.stdout.take().unwrap());
    reading.read_line(&mut String::new()).unwrap();
    drop(reading);
    write_versions(&log.executor(), "invoices", [2]).await;
    assert_eq!(tailing.ended(), Some(0));
}

async fn backends(admin: &mut PgConnection) -> BTreeSet<i32> {
    let pids = sqlx::query_scalar("select pid from pg_stat_activity where datname = current_database()");
    pids.fetch_all(admin).await.unwrap().into_iter().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_goes_on_when_its_connections_are_lost() {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "invoices", [1]).await;
    let mut admin = database::superuser(&log.url).await;
    let before = backends(&mut admin).await;
    let mut tailing = Tailing::start(&log, &["--after", "0", "--output", "ndjson"]);
    let lines = tailing.lines();
    assert_eq!(position(&lines), 1);
    let own: Vec<i32> = backends(&mut admin).await.difference(&before).copied().collect();
    assert!(!own.is_empty());
    let ended = sqlx::query("select pg_terminate_backend(pid) from unnest($1::int[]) pid");
    ended.bind(own).execute(&mut admin).await.unwrap();
    write_versions(&log.executor(), "invoices", [2]).await;
    assert_eq!(position(&lines), 2);
    assert_eq!(tailing.interrupt(), Some(0));
}
