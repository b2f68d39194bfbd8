//! Alarms: named bad conditions that somebody has to look at. Each is a metric `airtide_alarm{name, subject}` and an
//! error line in the log, and has a runbook in `docs/operations/`, under its name.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alarm {
    ProjectionStalled,
    ProjectionParked,
    ProjectionForeignHistory,
    WorkParked,
    WorkUnknown,
    WorkStalled,
    RelayFork,
    RelayStalled,
    CheckpointsUnwritten,
}

impl Alarm {
    pub const ALL: &[Alarm] = &[
        Alarm::ProjectionStalled,
        Alarm::ProjectionParked,
        Alarm::ProjectionForeignHistory,
        Alarm::WorkParked,
        Alarm::WorkUnknown,
        Alarm::WorkStalled,
        Alarm::RelayFork,
        Alarm::RelayStalled,
        Alarm::CheckpointsUnwritten,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Alarm::ProjectionStalled => "projection_stalled",
            Alarm::ProjectionParked => "projection_parked",
            Alarm::ProjectionForeignHistory => "projection_foreign_history",
            Alarm::WorkParked => "work_parked",
            Alarm::WorkUnknown => "work_unknown",
            Alarm::WorkStalled => "work_stalled",
            Alarm::RelayFork => "relay_fork",
            Alarm::RelayStalled => "relay_stalled",
            Alarm::CheckpointsUnwritten => "checkpoints_unwritten",
        }
    }

    /// What is so while it lasts.
    pub fn condition(self) -> &'static str {
        match self {
            Alarm::ProjectionStalled => "the log goes on and a read model or an intake does not",
            Alarm::ProjectionParked => "events could not be projected and are set aside",
            Alarm::ProjectionForeignHistory => "a read model was made of another history than the log's",
            Alarm::WorkParked => "work was given up and is set aside",
            Alarm::WorkUnknown => "nobody knows whether work was done that must not be done twice",
            Alarm::WorkStalled => "work could be done for a minute and nobody does it",
            Alarm::RelayFork => "the stream holds what the log does not, and nothing is published",
            Alarm::RelayStalled => "the log goes on and the stream does not",
            Alarm::CheckpointsUnwritten => "the log goes on and no checkpoint of it can be written",
        }
    }

    /// The page of `docs/operations/` that says what to do.
    pub fn runbook(self) -> &'static str {
        match self {
            Alarm::ProjectionStalled | Alarm::ProjectionParked | Alarm::ProjectionForeignHistory => {
                "docs/operations/read-models.md"
            }
            Alarm::WorkParked | Alarm::WorkUnknown | Alarm::WorkStalled => "docs/operations/work.md",
            Alarm::RelayFork | Alarm::RelayStalled => "docs/operations/relay.md",
            Alarm::CheckpointsUnwritten => "docs/operations/verify-the-log.md",
        }
    }
}

/// The alarms of this process. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Alarms {
    gauges: Family<[(&'static str, &'static str); 2], Gauge>,
    /// Those that last, since when.
    lasting: Arc<Mutex<Lasting>>,
}

type Lasting = BTreeMap<(Alarm, &'static str), Timestamp>;

/// An alarm that lasts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InForce {
    pub name: &'static str,
    /// The read model, the worker or the like that it is about.
    pub subject: &'static str,
    pub condition: &'static str,
    pub runbook: &'static str,
    pub since: Timestamp,
}

impl Alarms {
    /// Says whether the condition is so, of a read model, a worker or the like.
    pub fn set(&self, alarm: Alarm, subject: &'static str, is_on: bool) {
        let about = [("name", alarm.name()), ("subject", subject)];
        self.gauges.get_or_create(&about).set(is_on.into());
        let mut lasting = self.lasting();
        if is_on {
            lasting.entry((alarm, subject)).or_insert_with(Timestamp::now);
        } else {
            lasting.remove(&(alarm, subject));
        }
    }

    pub fn is_on(&self, alarm: Alarm, subject: &'static str) -> bool {
        self.lasting().contains_key(&(alarm, subject))
    }

    /// Those that last at this moment.
    pub fn in_force(&self) -> Vec<InForce> {
        let lasting = self.lasting();
        let told = lasting.iter().map(|((alarm, subject), since)| InForce {
            name: alarm.name(),
            subject,
            condition: alarm.condition(),
            runbook: alarm.runbook(),
            since: *since,
        });
        told.collect()
    }

    fn lasting(&self) -> MutexGuard<'_, Lasting> {
        self.lasting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn register(&self, registry: &mut Registry) {
        registry.register("airtide_alarm", "1 while a named bad condition lasts", self.gauges.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_lasts_from_when_it_was_first_raised_until_it_ends() {
        let alarms = Alarms::default();
        alarms.set(Alarm::WorkParked, "send_mail", true);
        let since = alarms.in_force()[0].since;
        alarms.set(Alarm::WorkParked, "send_mail", true);
        alarms.set(Alarm::RelayFork, "relay", false);
        let told = alarms.in_force();
        assert_eq!((told.len(), told[0].name, told[0].subject), (1, "work_parked", "send_mail"));
        assert_eq!((told[0].since, told[0].runbook), (since, "docs/operations/work.md"));
        alarms.set(Alarm::WorkParked, "send_mail", false);
        assert_eq!(alarms.in_force(), []);
    }
}
