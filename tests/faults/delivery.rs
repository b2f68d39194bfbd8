//! The whole product, a process for each role, is broken in one place while people work. It mends by itself, or by what
//! only an operator can know; then the log, the receivers of webhooks and mails, and `airtide check` are held against
//! what people were told.
//!
//! Every test run breaks what tells most; all the rest is left to `AIRTIDE_FAULT_ROUNDS`.

mod away;
mod deployment;
mod fault;
mod full_disk;
mod judge;
mod judged;
mod load;
mod poison;
mod restored;
mod settled;

use std::time::{Duration, Instant};

use support::random::Random;
use support::wait;

use crate::report;
use crate::round::seeds_of;
use deployment::Deployment;
use fault::Fault;
use full_disk::SmallDisk;
pub use judge::Counts;
use judge::judge;
use load::Load;
use restored::Restored;
use settled::settled;

/// Longest time before a fault.
const BEFORE_MS: u64 = 2_000;
/// What people still do when all is well again.
const AFTERWARDS: Duration = Duration::from_secs(2);

/// Two whole deployments would break each other, on a small machine, by their load alone.
static ONE_AT_A_TIME: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

async fn in_every_test_run(fault: Fault) {
    rounds(fault, 1).await;
}

async fn in_long_runs(fault: Fault) {
    rounds(fault, 0).await;
}

async fn rounds(fault: Fault, in_every_test_run: u64) {
    rounds_of(fault.name(), in_every_test_run, async |seed| round(fault, seed).await).await;
}

async fn rounds_of(name: &str, in_every_test_run: u64, round: impl AsyncFn(u64) -> Counts) {
    let _turn = ONE_AT_A_TIME.lock().await;
    for seed in seeds_of(in_every_test_run) {
        println!("{name}: seed {seed}");
        let counts = round(seed).await;
        println!("{name}: seed {seed}: {counts:?}");
        report::add(name, seed, &counts);
    }
}

async fn round(fault: Fault, seed: u64) -> Counts {
    let mut random = Random::seeded(seed).branch(fault.name());
    let mut deployment = Deployment::start(fault.way()).await;
    let load = Load::start(&deployment, &random);
    wait::let_pass(Duration::from_millis(random.below(BEFORE_MS))).await;
    let beside = fault.inflict(&mut deployment, &mut random).await;
    wait::let_pass(AFTERWARDS).await;
    let mut journal = load.end();
    journal.merge(beside);
    let ended = Instant::now();
    settled(&deployment).await;
    println!("{}: settled after {:?}", fault.name(), ended.elapsed());
    judge(&deployment, &journal).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_killed_at_any_moment_loses_and_doubles_nothing() {
    in_long_runs(Fault::KilledApi).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_killed_at_any_moment_loses_and_doubles_nothing() {
    in_long_runs(Fault::KilledRelay).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn projections_killed_at_any_moment_lose_and_double_nothing() {
    in_long_runs(Fault::KilledProjections).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_killed_at_any_moment_deliver_everything_and_no_mail_twice() {
    in_every_test_run(Fault::KilledWorkers).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgres_killed_under_load_holds_up_everything_and_loses_nothing() {
    in_every_test_run(Fault::KilledPostgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nats_killed_under_load_loses_and_doubles_nothing() {
    in_long_runs(Fault::KilledNats).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_work_completes_after_the_data_of_jetstream_is_deleted() {
    in_every_test_run(Fault::NatsDataDeleted).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_reads_and_streams_go_on_while_the_broker_is_away() {
    in_long_runs(Fault::BrokerAway).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_that_wake_up_after_their_leases_do_nothing_twice() {
    in_every_test_run(Fault::FrozenWorkers).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_of_a_role_do_together_what_one_does() {
    in_every_test_run(Fault::TwoOfEach).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_told_to_end_under_load_end_and_lose_nothing() {
    in_long_runs(Fault::Terminated).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_way_to_postgres_that_stutters_loses_and_doubles_nothing() {
    in_long_runs(Fault::StutteringPostgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgres_that_answers_late_loses_and_doubles_nothing() {
    in_long_runs(Fault::LatePostgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_cut_around_commits_lose_and_double_nothing() {
    in_long_runs(Fault::CutCommits).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_to_the_broker_cut_at_any_moment_lose_and_double_nothing() {
    in_long_runs(Fault::CutBroker).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_repeated_and_out_of_order_lose_and_double_nothing() {
    in_long_runs(Fault::Disorder).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn poison_holds_up_what_it_is_about_and_nothing_else() {
    in_long_runs(Fault::Poison).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_postgres_goes_on_after_one_command() {
    restored(Restored::AsItWas).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_postgres_that_was_written_on_goes_on_after_one_command() {
    restored(Restored::AndWrittenOn).await;
}

async fn restored(restored: Restored) {
    rounds_of(restored.name(), 0, async |seed| restored::round(restored, seed).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_of_postgres_loses_and_doubles_nothing() {
    // Nobody needs a disk for no rounds.
    if seeds_of(0).is_empty() {
        return;
    }
    if let Some(disk) = SmallDisk::mount() {
        rounds_of(full_disk::NAME, 0, async |seed| full_disk::round(&disk, seed).await).await;
    }
}
