//! Postgres is put back to an older backup, while the broker holds what came after it. What the backup holds is kept, what
//! came after it is gone; nothing is relayed into the wrong stream, and an operator's one command is all that is needed.

use std::time::{Duration, Instant};

use support::random::Random;
use support::wait;

use super::deployment::{Deployment, ROLES, Role, Way};
use super::judge::{Counts, judge};
use super::load::{Journal, Load};
use super::settled::settled;

const WORKED_FOR: Duration = Duration::from_secs(2);
const NOTICED_WITHIN: Duration = Duration::from_secs(20);

/// Whether people write on before the relay is back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restored {
    AsItWas,
    AndWrittenOn,
}

impl Restored {
    pub fn name(self) -> &'static str {
        match self {
            Self::AsItWas => "Postgres restored to an older backup, the broker ahead",
            Self::AndWrittenOn => "Postgres restored to an older backup and written on, the broker ahead",
        }
    }
}

pub async fn round(restored: Restored, seed: u64) -> Counts {
    let random = Random::seeded(seed).branch(restored.name());
    let mut deployment = Deployment::start(Way::Straight).await;
    let mut journal = work("kept", &deployment, &random).await;
    settled(&deployment).await;
    let backup = deployment.cluster.back_up();
    let told = (deployment.hooks.received().len(), deployment.mails.taken().len());
    work("lost", &deployment, &random).await;
    settled(&deployment).await;

    deployment.kill_all();
    deployment.cluster.restore(&backup);
    deployment.hooks.forget_after(told.0);
    deployment.mails.forget_after(told.1);
    deployment.start_one(Role::Api);
    if restored == Restored::AndWrittenOn {
        journal.merge(work("written", &deployment, &random).await);
    }
    for role in ROLES.into_iter().filter(|role| *role != Role::Api) {
        deployment.start_one(role);
    }
    the_fork_is_noticed(&deployment).await;
    let load = Load::start_of("after", &deployment, &random);
    wait::let_pass(WORKED_FOR).await;
    deployment.run(&["log", "new-incarnation", "--reason", "restored to an older backup"]);
    wait::let_pass(WORKED_FOR).await;
    journal.merge(load.end());
    let ended = Instant::now();
    settled(&deployment).await;
    println!("{}: settled after {:?}", restored.name(), ended.elapsed());
    judge(&deployment, &journal).await
}

async fn work(crew: &str, deployment: &Deployment, random: &Random) -> Journal {
    let load = Load::start_of(crew, deployment, random);
    wait::let_pass(WORKED_FOR).await;
    load.end()
}

async fn the_fork_is_noticed(deployment: &Deployment) {
    wait::until_true("the fork is noticed", NOTICED_WITHIN, async || {
        let (status, said) = deployment.try_run(&["doctor"]);
        !status.success() && said.contains("is no copy of the log")
    })
    .await;
}
