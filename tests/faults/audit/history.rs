//! Carries out again, in the order of the log, what the journal says was asked: every version, name, claim and
//! count must have been possible at its place, and the tables must say the same in the end.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use eventstore::event::Recorded;
use sqlx::PgConnection;

use super::Written;
use crate::task::{BASE, COUNTER, COUNTER_ALLOWED, Condition, NAMES, Step, Task};

#[derive(Default)]
pub struct History {
    versions: HashMap<String, i64>,
    owners: BTreeMap<String, String>,
    claims_done: BTreeSet<String>,
    counted: i64,
}

impl History {
    /// A command that is in the log is there in whole.
    pub fn add(&mut self, key: &str, task: &Task, written: &Written) {
        for condition in &task.conditions {
            self.meet(key, condition);
        }
        let mut events = written.events.iter();
        for step in &task.steps {
            if !self.is_done_already(step) {
                let event = events.next().unwrap_or_else(|| panic!("{key} is there in part"));
                self.take(key, step, event);
            }
        }
        assert!(events.next().is_none(), "{key} wrote more than was asked");
    }

    fn is_done_already(&self, step: &Step) -> bool {
        step.workspace == BASE && self.version(BASE) > 0
    }

    fn take(&mut self, key: &str, step: &Step, event: &Recorded) {
        let before = self.version(&step.workspace);
        let (event_type, name) = step.event();
        assert_eq!(
            (event.stream.id.as_str(), event.version, event.event_type.as_str()),
            (step.workspace.as_str(), before + 1, event_type),
            "{key} wrote what was asked"
        );
        assert!(
            step.expected.is_none_or(|expected| expected == before),
            "{key} expected another version than {before}: {step:?}"
        );
        let payload: serde_json::Value = serde_json::from_str(&event.payload_text).expect("a payload");
        assert_eq!(payload["name"], name, "{key} wrote what was asked");
        self.versions.insert(step.workspace.clone(), event.version);
    }

    fn meet(&mut self, key: &str, condition: &Condition) {
        let is_met = match condition {
            Condition::Take { name, owner } => self.owners.insert(name.clone(), owner.clone()).is_none(),
            Condition::Release { name, owner } => self.owners.remove(name).as_ref() == Some(owner),
            Condition::Unmoved { workspace, version } => self.version(workspace) == *version,
            Condition::Claim { claim } => self.claims_done.insert(claim.clone()),
            Condition::Count => {
                self.counted += 1;
                self.counted <= COUNTER_ALLOWED
            }
        };
        assert!(is_met, "{key} is in the log against its condition {condition:?}");
    }

    fn version(&self, workspace: &str) -> i64 {
        self.versions.get(workspace).copied().unwrap_or_default()
    }

    pub async fn agrees_with_the_tables(&self, observer: &mut PgConnection) {
        let owners: Vec<(String, String)> =
            sqlx::query_as("select key, owner from reservations where kind = $1")
                .bind(NAMES)
                .fetch_all(&mut *observer)
                .await
                .expect("the reservations are read");
        assert_eq!(owners.into_iter().collect::<BTreeMap<_, _>>(), self.owners);

        let done: Vec<String> = sqlx::query_scalar("select claim from work where state = 'done'")
            .fetch_all(&mut *observer)
            .await
            .expect("the claims are read");
        assert_eq!(done.into_iter().collect::<BTreeSet<_>>(), self.claims_done);

        let counted: i64 = sqlx::query_scalar("select used from counters where name = $1")
            .bind(COUNTER)
            .fetch_one(&mut *observer)
            .await
            .expect("the counter is read");
        assert_eq!(counted, self.counted);
    }
}
