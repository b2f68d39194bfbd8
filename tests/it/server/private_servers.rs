//! The private servers as tests and benches start them.

use server::dev::nats::{NatsOptions, PrivateNats};
use server::dev::postgres::{PostgresOptions, PrivatePostgres};
use support::processes;

#[test]
fn a_postgres_survives_a_kill_and_leaves_nothing() {
    let settings = vec![("work_mem".to_owned(), "5MB".to_owned())];
    let mut postgres = PrivatePostgres::start(&PostgresOptions { settings, ..Default::default() }).unwrap();
    let (first_pid, port) = (postgres.pid(), postgres.port());

    postgres.kill();
    postgres.start_again().unwrap();

    assert_ne!(postgres.pid(), first_pid);
    assert_eq!(postgres.port(), port);
    let data = postgres.data_dir().to_owned();
    postgres.stop();
    assert!(!data.exists());
    assert!(processes::naming(data.to_str().unwrap()).is_empty());
}

#[test]
fn a_nats_server_leaves_nothing() {
    let nats = PrivateNats::start(&NatsOptions::default()).unwrap();
    let (pid, data) = (nats.pid(), nats.data_dir().to_owned());
    assert!(processes::is_alive(pid));
    nats.stop();
    assert!(!processes::is_alive(pid));
    assert!(!data.exists());
}
