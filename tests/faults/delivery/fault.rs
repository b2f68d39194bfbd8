//! What goes wrong, and how it is put right again. Nobody else lends a hand.

use std::time::Duration;

use support::broker;
use support::processes::Frozen;
use support::proxy::{Cut, Proxy};
use support::random::Random;
use support::wait;

use super::away::go_on_without_a_broker;
use super::deployment::{Deployment, ROLES, Role, Way};
use super::load::Journal;
use super::poison::poison;
use crate::cut_connection::set_trap;

/// Of each process that is killed or ended.
const TIMES: u64 = 2;
/// Longest time between a death and the start of the next, and between that and the next death.
const AWAY_MS: u64 = 1_500;
/// How often a point is passed, at most, before the process dies there.
const PASSED_MAX: u64 = 10;
/// Past the lease of four seconds, so that somebody else has taken the work when it goes on.
const FROZEN_FOR: Duration = Duration::from_secs(20);
const TWO_AT_WORK_FOR: Duration = Duration::from_secs(5);
const STUTTERS: u64 = 60;
const LATENCY: Duration = Duration::from_millis(200);
const LATE_FOR: Duration = Duration::from_secs(10);
const CUTS: u64 = 20;
const BROKER_CUTS: u64 = 40;
const DISORDER_FOR: Duration = Duration::from_secs(10);
const BETWEEN_CUTS_MS: u64 = 500;
/// Longest time until a connection is cut.
const CUT_WITHIN: Duration = Duration::from_secs(20);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    KilledApi,
    KilledRelay,
    KilledProjections,
    KilledWorkers,
    KilledPostgres,
    KilledNats,
    NatsDataDeleted,
    BrokerAway,
    FrozenWorkers,
    TwoOfEach,
    Terminated,
    StutteringPostgres,
    LatePostgres,
    CutCommits,
    CutBroker,
    Disorder,
    Poison,
}

impl Fault {
    pub fn name(self) -> &'static str {
        match self {
            Self::KilledApi => "kill -9 of the api, at any moment and around a commit",
            Self::KilledRelay => "kill -9 of the relay, at any moment and around publishing",
            Self::KilledProjections => "kill -9 of the projections, at any moment and around a checkpoint",
            Self::KilledWorkers => "kill -9 of the workers, at any moment and at ten points",
            Self::KilledPostgres => "kill -9 of Postgres",
            Self::KilledNats => "kill -9 of NATS",
            Self::NatsDataDeleted => "NATS killed, its data deleted",
            Self::BrokerAway => "NATS away for up to a minute",
            Self::FrozenWorkers => "workers frozen for 20 s, past their leases",
            Self::TwoOfEach => "two relays, projections and workers",
            Self::Terminated => "SIGTERM to every process",
            Self::StutteringPostgres => "a way to Postgres that stutters",
            Self::LatePostgres => "a Postgres whose answers take 200 ms longer",
            Self::CutCommits => "connections to Postgres cut around commits",
            Self::CutBroker => "connections to NATS cut at any moment: publishes and deliveries repeated",
            Self::Disorder => "events to and from NATS repeated and out of order",
            Self::Poison => "events that a read model cannot take in",
        }
    }

    pub fn way(self) -> Way {
        match self {
            Self::StutteringPostgres | Self::LatePostgres | Self::CutCommits => Way::ThroughAProxy,
            Self::CutBroker | Self::Disorder => Way::ToTheBrokerThroughAProxy,
            _ => Way::Straight,
        }
    }

    /// Blocks until everything that shall run runs again. What was acknowledged on the way is returned.
    pub async fn inflict(self, deployment: &mut Deployment, random: &mut Random) -> Journal {
        match self {
            Self::KilledApi => killed(Role::Api, deployment, random),
            Self::KilledRelay => killed(Role::Relay, deployment, random),
            Self::KilledProjections => killed(Role::Projections, deployment, random),
            Self::KilledWorkers => killed(Role::Workers, deployment, random),
            Self::KilledPostgres => deployment.cluster.kill_and_start_again(),
            Self::KilledNats => nats_killed(deployment, random),
            Self::NatsDataDeleted => nats_data_deleted(deployment, random),
            Self::BrokerAway => return go_on_without_a_broker(deployment, random),
            Self::FrozenWorkers => frozen(deployment),
            Self::TwoOfEach => two_of_each(deployment),
            Self::Terminated => terminated(deployment, random),
            Self::StutteringPostgres => stutter(deployment.proxy(), random),
            Self::LatePostgres => late(deployment.proxy()),
            Self::CutCommits => cut_commits(deployment.proxy(), random),
            Self::CutBroker => cut_broker(deployment.proxy(), random),
            Self::Disorder => disorder(deployment.proxy(), random),
            Self::Poison => poison(deployment).await,
        }
        Journal::default()
    }
}

fn let_some_time_pass(random: &mut Random) {
    wait::let_pass_here(Duration::from_millis(random.below(AWAY_MS)));
}

/// At this moment, whatever it is doing, and then at each point of its work.
fn killed(role: Role, deployment: &mut Deployment, random: &mut Random) {
    deployment.kill(role);
    let_some_time_pass(random);
    for point in role.fail_points() {
        deployment.run_until_dead(role, *point, 1 + random.below(PASSED_MAX));
    }
    deployment.start_one(role);
}

fn nats_killed(deployment: &mut Deployment, random: &mut Random) {
    for _ in 0..TIMES {
        deployment.nats.kill();
        let_some_time_pass(random);
        deployment.nats.start_again().expect("NATS starts again");
        let_some_time_pass(random);
    }
}

fn nats_data_deleted(deployment: &mut Deployment, random: &mut Random) {
    deployment.nats.kill();
    let_some_time_pass(random);
    broker::delete_data(&deployment.nats);
    deployment.nats.start_again().expect("NATS starts again");
}

/// Another process takes over what the frozen one holds, before that goes on with what it was doing.
fn frozen(deployment: &mut Deployment) {
    deployment.start_one(Role::Workers);
    let frozen = Frozen::family(deployment.pid(Role::Workers));
    wait::let_pass_here(FROZEN_FOR);
    drop(frozen);
}

fn two_of_each(deployment: &mut Deployment) {
    for role in [Role::Relay, Role::Projections, Role::Workers] {
        deployment.start_one(role);
    }
    wait::let_pass_here(TWO_AT_WORK_FOR);
}

fn terminated(deployment: &mut Deployment, random: &mut Random) {
    for role in ROLES {
        let status = deployment.terminate(role);
        assert!(status.is_some_and(|status| status.success()), "{role:?} ends by itself: {status:?}");
        let_some_time_pass(random);
        deployment.start_one(role);
        let_some_time_pass(random);
    }
}

fn late(proxy: &Proxy) {
    proxy.slow_down(LATENCY);
    wait::let_pass_here(LATE_FOR);
    proxy.slow_down(Duration::ZERO);
}

fn cut_commits(proxy: &Proxy, random: &mut Random) {
    for _ in 0..CUTS {
        let mut sprung = set_trap(proxy, random);
        wait::until("a connection is cut", CUT_WITHIN, || sprung.try_recv().is_ok());
    }
}

fn cut_broker(proxy: &Proxy, random: &mut Random) {
    for _ in 0..BROKER_CUTS {
        wait::let_pass_here(Duration::from_millis(random.below(BETWEEN_CUTS_MS)));
        proxy.cut_all(random.one_of(&[Cut::Reset, Cut::Close]));
    }
}

fn disorder(proxy: &Proxy, random: &Random) {
    proxy.begin_disorder(random.branch("disorder"));
    wait::let_pass_here(DISORDER_FOR);
    let disordered = proxy.end_disorder();
    println!("{disordered:?}");
    assert!(disordered.repeated > 0 && disordered.swapped > 0, "there was disorder: {disordered:?}");
}

/// Nothing comes through for moments at a time.
fn stutter(proxy: &Proxy, random: &mut Random) {
    for _ in 0..STUTTERS {
        proxy.freeze();
        wait::let_pass_here(Duration::from_millis(random.below(100)));
        proxy.thaw();
        wait::let_pass_here(Duration::from_millis(random.below(50)));
    }
}
