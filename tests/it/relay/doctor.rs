//! `doctor` says whether the broker has a copy of the log, and who may connect to it.

use eventstore::doctor::{Finding, State, examine_relay};
use server::dev::nats::{Doors, NatsOptions, PrivateNats};
use sqlx::Executor;
use support::broker::{self, all_relayed, relay};
use support::database;
use support::log::{TestLog, write_versions};

/// As the user of a node with every role.
async fn found(log: &TestLog, nats: &PrivateNats) -> Vec<(&'static str, State)> {
    let findings: Vec<Finding> = examine_relay(&log.url, &nats.url()).await;
    findings.iter().map(|finding| (finding.check, finding.state)).collect()
}

#[tokio::test]
async fn a_copy_is_well_a_lost_one_and_a_fork_are_not() {
    let (log, nats) = (TestLog::open().await, broker::start());
    write_versions(&log.executor(), "w1", 1..=10).await;
    assert_eq!(found(&log, &nats).await, [("nats accounts", State::Ok), ("relay", State::Warn)]);

    let running = relay(&log.log, &log.url, &nats);
    all_relayed(&log.log, &running).await;
    assert_eq!(found(&log, &nats).await, [("nats accounts", State::Ok), ("relay", State::Ok)]);
    running.stop().await;

    let another = "update events set meta = '{}' where position = 10";
    database::superuser(&log.url).await.execute(another).await.unwrap();
    assert_eq!(found(&log, &nats).await, [("nats accounts", State::Ok), ("relay", State::Fail)]);

    let client = broker::connected(&nats).await;
    client.context().delete_stream(broker::newest_stream(&log.url).await).await.unwrap();
    assert_eq!(found(&log, &nats).await, [("nats accounts", State::Ok), ("relay", State::Fail)]);
}

#[tokio::test]
async fn an_open_server_is_yellow_and_a_wrong_password_red() {
    let log = TestLog::open().await;
    let open = PrivateNats::start(&NatsOptions { doors: Doors::Open, ..Default::default() }).unwrap();
    assert_eq!(found(&log, &open).await[0], ("nats accounts", State::Warn));

    let closed = broker::start();
    let wrong = format!("nats://serve:guess@127.0.0.1:{}", closed.port());
    let findings = examine_relay(&log.url, &wrong).await;
    assert_eq!((findings.len(), findings[0].state), (1, State::Fail));
}
