//! Draws the next task of a client: mostly its own workspaces, often those that everybody fights for.

use std::collections::HashMap;

use support::random::Random;

use crate::journal::Receipted;
use crate::task::{Condition, Step, Task};

/// Workspaces that every client renames.
pub const SHARED: u64 = 4;
/// Names that every client wants.
const WANTED: u64 = 6;
/// Claims that only one task can fulfil.
pub const CLAIMS: u64 = 12;
/// One command in so many has no key.
const KEYLESS: u64 = 5;
/// Workspaces of a large unit.
const LARGE: std::ops::RangeInclusive<u64> = 1..=20;

/// What a client remembers of the answers it got.
#[derive(Default)]
pub struct Memory {
    versions: HashMap<String, i64>,
    names: Vec<String>,
}

pub fn shared(number: u64) -> String {
    format!("shared-{number}")
}

pub fn claim(number: u64) -> String {
    format!("claim-{number}")
}

impl Memory {
    pub fn learn(&mut self, task: &Task, receipt: &Receipted) {
        self.versions.extend(receipt.streams.iter().cloned());
        for condition in &task.conditions {
            match condition {
                Condition::Take { name, .. } => self.names.push(name.clone()),
                Condition::Release { name, .. } => self.names.retain(|held| held != name),
                _ => {}
            }
        }
    }

    fn version(&self, workspace: &str) -> Option<i64> {
        self.versions.get(workspace).copied()
    }
}

/// The task with number `number` of the client `client`, whose very first creates its home.
pub fn draw(client: &str, number: usize, memory: &Memory, random: &mut Random) -> Task {
    let task = draw_keyed(client, number, memory, random);
    if random.once_in(KEYLESS) { task.without_key() } else { task }
}

fn draw_keyed(client: &str, number: usize, memory: &Memory, random: &mut Random) -> Task {
    let (home, own) = (format!("home-{client}"), format!("{client}-{number}"));
    if number == 0 {
        return Task::of(Step::create(home, own));
    }
    let wanted = format!("name-{}", random.below(WANTED));
    let contested = shared(random.below(SHARED));
    let create = Task::of(Step::create(&own, &own));
    match random.below(14) {
        0..4 => create,
        4 | 5 => Task::of(rename(home, own, memory, random)),
        6 | 7 => Task::of(rename(contested, own, memory, random)),
        8 => Task::of(Step::ensure_base()).and(Step::create(&own, &own)),
        9 => create.and(rename(home, own, memory, random)).on(take(wanted, client)),
        10 => give_up(Task::of(Step::rename(home, own)), wanted, client, memory, random),
        11 => create.on(Condition::Count),
        12 => create.on(random.one_of(&[
            Condition::Claim { claim: claim(random.clone().below(CLAIMS)) },
            unmoved(contested, memory),
        ])),
        _ => LARGE.fold(create, |task, part| task.and(Step::create(format!("{own}-{part}"), &own))),
    }
}

/// Every other time only if the workspace is still where this client saw it.
fn rename(workspace: String, name: String, memory: &Memory, random: &mut Random) -> Step {
    let seen = memory.version(&workspace).filter(|_| random.once_in(2));
    Step::rename(workspace, name).expecting(seen)
}

/// Gives up a name, mostly one that it holds, and sometimes takes it again in the same breath.
fn give_up(task: Task, wanted: String, client: &str, memory: &Memory, random: &mut Random) -> Task {
    let name = memory.names.last().cloned().unwrap_or(wanted);
    let owner = client.to_owned();
    let task = task.on(Condition::Release { name: name.clone(), owner });
    if random.once_in(3) { task.on(take(name, client)) } else { task }
}

fn take(name: String, client: &str) -> Condition {
    Condition::Take { name, owner: client.to_owned() }
}

fn unmoved(workspace: String, memory: &Memory) -> Condition {
    Condition::Unmoved { version: memory.version(&workspace).unwrap_or(1), workspace }
}
