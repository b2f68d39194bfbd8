//! Every command of the page for operators works as it stands there.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use nix::sys::signal::Signal;
use support::airtide::lines_of;
use support::log::{TestLog, write_versions};
use support::processes;

use super::{command, printed};

const PAGE: &str = "../docs/operations/read-the-log.md";
const SOON: Duration = Duration::from_secs(30);

/// The lines of its examples that begin with the command.
fn examples() -> Vec<String> {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE)).unwrap();
    page.lines().filter_map(|line| line.strip_prefix("airtide log ")).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_of_the_page_works() {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "invoices", 1..=5).await;
    let meta = log.log.reader().between(2, 2).await.unwrap()[0].meta().unwrap();
    let (correlation, event) = (meta.correlation_id().to_string(), meta.event_id.to_string());
    let mut seen = 0;
    for example in examples() {
        let example = example.replace("$CORRELATION_ID", &correlation).replace("$EVENT_ID", &event);
        let arguments: Vec<&str> = example.split_whitespace().collect();
        if arguments[0] == "tail" {
            tail(&log, &arguments);
        } else {
            assert!(!printed(&log, &arguments).is_empty(), "{example}");
        }
        seen += 1;
    }
    assert!(seen >= 10, "the page has {seen} examples");
}

/// It ends when it is told to, and not before.
fn tail(log: &TestLog, arguments: &[&str]) {
    let mut child = command(log, arguments).stdout(Stdio::piped()).spawn().unwrap();
    let lines = lines_of(child.stdout.take().unwrap());
    assert!(lines.recv_timeout(SOON).is_ok(), "{arguments:?}");
    processes::send(child.id(), Signal::SIGINT);
    assert!(child.wait().unwrap().success(), "{arguments:?}");
}
