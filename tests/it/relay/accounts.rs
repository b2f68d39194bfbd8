//! Who may do what at the broker: nobody without a name anything, and everybody else no more than the role needs.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::Duration;

use async_nats::jetstream::stream::Config;
use eventstore::broker::connect;
use nix::sys::signal::Signal;
use server::dev::nats::{Doors, NatsOptions, PrivateNats};
use support::airtide::{command as airtide, lines_of};
use support::broker::{self, all_relayed, assert_stream_equals_the_log, relay};
use support::log::{TestLog, write_versions};
use support::{processes, wait};

const SOON: Duration = Duration::from_secs(20);

/// A log of ten events, relayed by a user who may do just that.
async fn relayed() -> (TestLog, PrivateNats, String) {
    let (log, nats) = (TestLog::open().await, broker::start());
    let running = relay(&log.log, &log.url, &nats);
    write_versions(&log.executor(), "w1", 1..=10).await;
    all_relayed(&log.log, &running).await;
    running.stop().await;
    let name = broker::newest_stream(&log.url).await;
    (log, nats, name)
}

#[tokio::test]
async fn an_anonymous_client_is_refused_and_so_is_a_wrong_password() {
    let nats = broker::start();
    let place = format!("127.0.0.1:{}", nats.port());
    for address in [place.clone(), format!("serve:guess@{place}"), format!("nobody:guess@{place}")] {
        assert!(connect(&format!("nats://{address}"), "test").await.is_err(), "{address}");
    }
    connect(&nats.url(), "test").await.unwrap();
}

#[tokio::test]
async fn a_reader_reads_and_changes_nothing() {
    let (log, nats, name) = relayed().await;
    let reader = broker::connected_as(&nats, "reader").await;
    assert_eq!(broker::events(&reader, &name).await.len(), 10);

    let mut context = reader.context().clone();
    context.set_timeout(Duration::from_millis(500));
    for subject in ["ev.a.b.0.acme.c", "ev.workspace.renamed.0.acme.w1"] {
        assert!(context.publish(subject, "{}".into()).await.unwrap().await.is_err(), "{subject}");
    }
    let stream = broker::stream(&reader, &name).await;
    assert!(context.create_stream(Config { name: "OWN".into(), ..Default::default() }).await.is_err());
    assert!(context.delete_stream(&name).await.is_err());
    assert!(stream.purge().await.is_err());
    assert_stream_equals_the_log(&log.log, &log.url, &nats, 0).await;
}

#[tokio::test]
async fn a_relay_cannot_remove_what_it_published() {
    let (log, nats, name) = relayed().await;
    let relay = broker::connected_as(&nats, "relay").await;
    let mut context = relay.context().clone();
    context.set_timeout(Duration::from_millis(500));
    assert!(context.delete_stream(&name).await.is_err());
    assert!(context.publish("elsewhere", "{}".into()).await.unwrap().await.is_err());
    assert_stream_equals_the_log(&log.log, &log.url, &nats, 0).await;
}

#[tokio::test]
async fn a_server_without_accounts_is_accepted_with_a_warning() {
    let log = TestLog::open().await;
    let nats = PrivateNats::start(&NatsOptions { doors: Doors::Open, ..Default::default() }).unwrap();
    write_versions(&log.executor(), "w1", 1..=10).await;
    let mut serve = airtide(&["serve", "--roles", "relay", "--log-filter", "warn"]);
    serve.env("DATABASE_URL", &log.url).env("AIRTIDE__KEYS__DIR", log.keys_dir());
    serve.env("NATS_URL", format!("nats://127.0.0.1:{}", nats.port()));
    let mut child = serve.stderr(Stdio::piped()).spawn().unwrap();
    let said = lines_of(child.stderr.take().unwrap());
    wait::until_true("everything is relayed", SOON, async || {
        let Ok(client) = connect(&nats.url(), "test").await else { return false };
        let Some(name) = broker::stream_begun(&log.url).await else { return false };
        client.context().get_stream(&name).await.is_ok_and(|found| found.cached_info().state.messages == 10)
    })
    .await;
    processes::send(child.id(), Signal::SIGTERM);
    assert!(child.wait().unwrap().success());
    let lines: Vec<String> = said.iter().collect();
    let warnings = lines.iter().filter(|line| line.contains("lets anybody in")).count();
    assert_eq!((warnings, lines.len()), (1, 1), "{lines:#?}");
}

#[test]
fn passwords_are_drawn_into_files_that_only_their_owner_reads() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("nats");
    let draw = |further: &[&str]| {
        let dir = dir.to_str().unwrap();
        let arguments =
            [&["creds", "nats", "--server", "nats.example.org:4222", "--dir", dir], further].concat();
        airtide(&arguments).output().unwrap()
    };
    assert!(draw(&[]).status.success());
    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir(&dir).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.path());
        names.push(entry.file_name().into_string().unwrap());
    }
    names.sort();
    let expected = ["accounts.conf", "operator.url", "reader.url", "relay.url", "serve.url", "system.url"];
    assert_eq!(names, expected);
    let url = fs::read_to_string(dir.join("relay.url")).unwrap();
    let password = url.trim().strip_prefix("nats://relay:").unwrap();
    let password = password.strip_suffix("@nats.example.org:4222").unwrap().to_owned();
    assert!(fs::read_to_string(dir.join("accounts.conf")).unwrap().contains(&password));

    assert_eq!(draw(&[]).status.code(), Some(1), "what is in use is not replaced by accident");
    assert_eq!(fs::read_to_string(dir.join("relay.url")).unwrap(), url);
    assert!(draw(&["--replace"]).status.success());
    assert_ne!(fs::read_to_string(dir.join("relay.url")).unwrap(), url);
}
