//! The clients' journal: what was asked under which key, and what was answered. The log is held against it.
//!
//! It is made of lines, so that it can be kept in one process and written in another that is killed at any moment.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use eventstore::execute::{CommandError, Receipt, Request};
use serde::{Deserialize, Serialize};
use support::log::tenant;
use tokio::sync::watch;
use uuid::Uuid;

use crate::task::{TENANT, Task};

const CLIENT: &str = "usr_ana";
/// Longest wait for answers: beyond every time that the log may take over a fault.
const ANSWERED_WITHIN: Duration = Duration::from_secs(60);

/// One line: a command is sent, or is answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Line {
    Asked { key: String, task: Task },
    Answered { key: String, answer: Answer },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    Acknowledged(Receipted),
    /// For ever: it is not in the log.
    Refused(String),
    /// The log was away, and this attempt did not write it.
    Unavailable(String),
    /// Others were faster, and this attempt did not write it.
    Contended,
    Unknown,
}

/// A receipt, as far as a client can hold the log against it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Receipted {
    pub position: i64,
    /// Workspaces with their versions.
    pub streams: Vec<(String, i64)>,
    pub event_ids: Vec<Uuid>,
    pub recorded_at: String,
    pub replayed: bool,
}

/// Everything known about one key.
#[derive(Debug, Clone)]
pub struct Entry {
    pub task: Task,
    pub receipt: Option<Receipted>,
    pub refused: bool,
    /// Some attempt may have written it.
    pub may_be_written: bool,
    /// Sent, and not answered yet.
    pub is_open: bool,
    pub attempts: usize,
}

#[derive(Default)]
struct Entries {
    by_key: HashMap<String, Entry>,
    keys: HashMap<Uuid, String>,
}

pub struct Journal {
    entries: Mutex<Entries>,
    answered: watch::Sender<usize>,
    /// Whoever reads this process' standard output keeps the journal too.
    is_told: bool,
}

/// The request that the journal knows by a key, the same at every attempt; without a fingerprint the log does not
/// know the key.
pub fn request(key: &str, fingerprint: Option<[u8; 32]>) -> Request {
    let keyed = Request::new(tenant(TENANT), CLIENT).keyed(CLIENT, key, fingerprint.unwrap_or_default());
    Request { fingerprint, ..keyed }
}

impl Journal {
    pub fn kept() -> Self {
        Self { entries: Mutex::default(), answered: watch::channel(0).0, is_told: false }
    }

    /// Writes every line to standard output before anything is done about it.
    pub fn told() -> Self {
        Self { is_told: true, ..Self::kept() }
    }

    pub fn record(&self, line: Line) {
        if self.is_told {
            tell(&line);
        }
        match line {
            Line::Asked { key, task } => self.entries().ask(key, task),
            Line::Answered { key, answer } => {
                self.entries().answer(&key, answer);
                self.answered.send_modify(|answered| *answered += 1);
            }
        }
    }

    /// The clients whose names begin so are dead: what they asked and heard no answer to may be written.
    pub fn lose(&self, clients: &str) {
        let mut entries = self.entries();
        let lost = entries.by_key.iter_mut().filter(|(key, _)| key.starts_with(clients));
        for (_, entry) in lost.filter(|(_, entry)| entry.is_open) {
            entry.is_open = false;
            entry.may_be_written = true;
        }
    }

    /// Waits until so many more commands were answered.
    pub async fn grown_by(&self, answers: u64) {
        let aim = *self.answered.borrow() + answers as usize;
        let mut answered = self.answered.subscribe();
        tokio::time::timeout(ANSWERED_WITHIN, answered.wait_for(|answered| *answered >= aim))
            .await
            .unwrap_or_else(|_| {
                let waiting = self.keys(|entry| entry.is_open);
                panic!("not {answers} more answers within {ANSWERED_WITHIN:?}; without one: {waiting:?}")
            })
            .expect("the journal outlives its readers");
    }

    pub fn key_of(&self, command: Uuid) -> Option<String> {
        self.entries().keys.get(&command).cloned()
    }

    pub fn entry(&self, key: &str) -> Entry {
        self.entries().by_key[key].clone()
    }

    /// The keys whose entries are such, in order.
    pub fn keys(&self, such: impl Fn(&Entry) -> bool) -> Vec<String> {
        let entries = self.entries();
        let mut keys: Vec<String> =
            entries.by_key.iter().filter(|(_, entry)| such(entry)).map(|(key, _)| key.clone()).collect();
        keys.sort_unstable();
        keys
    }

    pub fn count(&self, such: impl Fn(&Entry) -> bool) -> usize {
        self.entries().by_key.values().filter(|entry| such(entry)).count()
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    /// Whether it may be in the log or not.
    pub fn is_unknown(&self) -> bool {
        self.receipt.is_none() && !self.refused && self.may_be_written
    }

    /// Whether to ask again is how to learn more.
    pub fn can_be_retried(&self) -> bool {
        self.task.has_key && (self.is_acknowledged() || self.is_unknown())
    }

    pub fn is_acknowledged(&self) -> bool {
        self.receipt.is_some()
    }
}

impl Entries {
    fn ask(&mut self, key: String, task: Task) {
        let command = request(&key, None).command_id;
        self.keys.insert(command, key.clone());
        let entry = self.by_key.entry(key.clone()).or_insert_with(|| Entry {
            task: task.clone(),
            receipt: None,
            refused: false,
            may_be_written: false,
            is_open: false,
            attempts: 0,
        });
        assert_eq!(entry.task, task, "{key} is asked for one thing");
        entry.is_open = true;
        entry.attempts += 1;
    }

    fn answer(&mut self, key: &str, answer: Answer) {
        let entry = self.by_key.get_mut(key).expect("only what was asked is answered");
        entry.is_open = false;
        match answer {
            Answer::Acknowledged(receipt) => entry.acknowledge(key, receipt),
            Answer::Refused(reason) => {
                assert!(!entry.is_acknowledged(), "{key} was acknowledged, now: {reason}");
                entry.refused = true;
            }
            Answer::Unavailable(_) | Answer::Contended => {}
            Answer::Unknown => entry.may_be_written = true,
        }
    }
}

impl Entry {
    fn acknowledge(&mut self, key: &str, receipt: Receipted) {
        assert!(!self.refused, "{key} was refused, and now has a receipt");
        match &self.receipt {
            None => assert!(
                self.may_be_written || !receipt.replayed,
                "{key} is found in the log although no attempt can have written it"
            ),
            Some(first) => {
                let again = Receipted { replayed: true, ..first.clone() };
                assert_eq!(receipt, again, "a retry of {key} gets the first receipt");
                return;
            }
        }
        self.receipt = Some(receipt);
    }
}

impl Answer {
    pub fn of(outcome: Result<Receipt, CommandError>) -> Self {
        match outcome {
            Ok(receipt) => Self::Acknowledged(Receipted::of(receipt)),
            Err(CommandError::OutcomeUnknown { .. }) => Self::Unknown,
            Err(CommandError::Contended) => Self::Contended,
            Err(error @ (CommandError::Unavailable(_) | CommandError::Overloaded)) => {
                Self::Unavailable(error.to_string())
            }
            Err(
                error @ (CommandError::Refused(_)
                | CommandError::VersionMismatch { .. }
                | CommandError::Taken
                | CommandError::NotOwner
                | CommandError::Fenced
                | CommandError::OverQuota),
            ) => Self::Refused(error.to_string()),
            Err(error) => panic!("no fault leads to this answer: {error:?}"),
        }
    }
}

impl Receipted {
    fn of(receipt: Receipt) -> Self {
        let streams =
            receipt.streams.into_iter().map(|(stream, version)| (stream.id.as_str().to_owned(), version));
        Self {
            position: receipt.position,
            streams: streams.collect(),
            event_ids: receipt.event_ids,
            recorded_at: receipt.recorded_at.map_or_else(String::new, |at| at.to_string()),
            replayed: receipt.replayed,
        }
    }
}

fn tell(line: &Line) {
    use std::io::Write;
    let text = serde_json::to_string(line).expect("a line is text");
    let mut output = std::io::stdout().lock();
    let told = writeln!(output, "{text}").and_then(|()| output.flush());
    if told.is_err() {
        // Nobody keeps the journal any more, so nothing may be done any more.
        std::process::exit(1);
    }
}
