//! What goes wrong, and how it is put right again. Nobody else lends a hand.

use std::time::Duration;

use support::broker;
use support::processes::Frozen;
use support::proxy::Proxy;
use support::random::Random;
use support::wait;

use super::away::go_on_without_a_broker;
use super::deployment::{Deployment, Role, Way};
use super::load::Journal;

/// Of each process that is killed or ended.
const TIMES: u64 = 2;
/// Longest time between a death and the start of the next, and between that and the next death.
const AWAY_MS: u64 = 1_500;
/// Past the lease of four seconds, so that somebody else has taken the work when it goes on.
const FROZEN_FOR: Duration = Duration::from_secs(6);
const TWO_AT_WORK_FOR: Duration = Duration::from_secs(5);
const SLOW_FOR: u64 = 60;

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
    TerminatedWorkers,
    SlowPostgres,
}

impl Fault {
    pub fn name(self) -> &'static str {
        match self {
            Self::KilledApi => "kill -9 of the api",
            Self::KilledRelay => "kill -9 of the relay",
            Self::KilledProjections => "kill -9 of the projections",
            Self::KilledWorkers => "kill -9 of the workers",
            Self::KilledPostgres => "kill -9 of Postgres",
            Self::KilledNats => "kill -9 of NATS",
            Self::NatsDataDeleted => "NATS killed, its data deleted",
            Self::BrokerAway => "NATS away for ten seconds",
            Self::FrozenWorkers => "workers frozen past their leases",
            Self::TwoOfEach => "two relays, projections and workers",
            Self::TerminatedWorkers => "SIGTERM to the workers",
            Self::SlowPostgres => "a way to Postgres that stutters",
        }
    }

    pub fn way(self) -> Way {
        if self == Self::SlowPostgres { Way::ThroughAProxy } else { Way::Straight }
    }

    /// Blocks until everything that shall run runs again. What was acknowledged on the way is returned.
    pub fn inflict(self, deployment: &mut Deployment, random: &mut Random) -> Journal {
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
            Self::TerminatedWorkers => terminated(deployment, random),
            Self::SlowPostgres => stutter(deployment.proxy.as_ref().expect("a proxy"), random),
        }
        Journal::default()
    }
}

fn let_some_time_pass(random: &mut Random) {
    wait::let_pass_here(Duration::from_millis(random.below(AWAY_MS)));
}

fn killed(role: Role, deployment: &mut Deployment, random: &mut Random) {
    for _ in 0..TIMES {
        deployment.kill(role);
        let_some_time_pass(random);
        deployment.start_one(role);
        let_some_time_pass(random);
    }
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
    for _ in 0..TIMES {
        let status = deployment.terminate(Role::Workers);
        assert!(status.is_some_and(|status| status.success()), "workers end by themselves: {status:?}");
        deployment.start_one(Role::Workers);
        let_some_time_pass(random);
    }
}

/// Nothing comes through for moments at a time.
fn stutter(proxy: &Proxy, random: &mut Random) {
    for _ in 0..SLOW_FOR {
        proxy.freeze();
        wait::let_pass_here(Duration::from_millis(random.below(100)));
        proxy.thaw();
        wait::let_pass_here(Duration::from_millis(random.below(50)));
    }
}
