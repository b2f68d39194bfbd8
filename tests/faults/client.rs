//! A client: asks for one thing after the other, writes down what it hears, and asks again when that leaves it
//! open what happened.

use std::sync::Arc;
use std::time::Duration;

use eventstore::execute::Executor;
use support::random::Random;
use support::wait;

use crate::draw::{Memory, draw};
use crate::journal::{Answer, Journal, Line, request};
use crate::task::Task;

/// How often a client asks again while the log is away.
const TRIES_MAX: usize = 200;
/// Its pause before it asks again.
const PAUSE: Duration = Duration::from_millis(50);
/// Once in so many commands it asks again for something that was acknowledged long ago.
const REPEATS: u64 = 16;

/// One attempt, in the journal before and after.
pub async fn ask(executor: &Executor, journal: &Journal, key: &str, task: &Task) -> Answer {
    journal.record(Line::Asked { key: key.to_owned(), task: task.clone() });
    let fingerprint = task.has_key.then(|| executor.fingerprint("task", task).expect("a fingerprint"));
    let outcome = executor.execute(&request(key, fingerprint), task.plan()).await;
    let answer = Answer::of(outcome);
    journal.record(Line::Answered { key: key.to_owned(), answer: answer.clone() });
    answer
}

pub struct Client {
    pub name: String,
    pub executor: Executor,
    pub journal: Arc<Journal>,
    pub random: Random,
}

impl Client {
    pub async fn work(mut self, commands: usize) {
        let mut memory = Memory::default();
        let mut acknowledged = Vec::new();
        for number in 0..commands {
            let key = format!("{}-{number}", self.name);
            let task = draw(&self.name, number, &memory, &mut self.random);
            if let Answer::Acknowledged(receipt) = self.insist(&key, &task).await {
                memory.learn(&task, &receipt);
                acknowledged.extend(task.has_key.then_some((key, task)));
            }
            if self.random.once_in(REPEATS) && !acknowledged.is_empty() {
                let (key, task) = self.random.one_of(&acknowledged);
                ask(&self.executor, &self.journal, &key, &task).await;
            }
        }
    }

    /// Asks until something is certain; every other time an unknown outcome is left as it is.
    async fn insist(&mut self, key: &str, task: &Task) -> Answer {
        let mut answer = ask(&self.executor, &self.journal, key, task).await;
        for _ in 1..TRIES_MAX {
            match answer {
                Answer::Unknown if task.has_key && self.random.once_in(2) => {}
                Answer::Unavailable(_) => wait::let_pass(PAUSE).await,
                _ => break,
            }
            answer = ask(&self.executor, &self.journal, key, task).await;
        }
        answer
    }
}
