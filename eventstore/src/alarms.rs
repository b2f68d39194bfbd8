//! Alarms: named bad conditions that somebody has to look at. Each is a metric `airtide_alarm{name, subject}` and an
//! error line in the log, and has a runbook in `docs/operations/`, under its name.

use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
pub struct Alarms(Family<[(&'static str, &'static str); 2], Gauge>);

impl Alarms {
    /// Says whether the condition is so, of a read model, a worker or the like.
    pub fn set(&self, alarm: Alarm, subject: &'static str, is_on: bool) {
        let about = [("name", alarm.name()), ("subject", subject)];
        self.0.get_or_create(&about).set(is_on.into());
    }

    pub fn is_on(&self, alarm: Alarm, subject: &'static str) -> bool {
        self.0.get(&[("name", alarm.name()), ("subject", subject)]).is_some_and(|gauge| gauge.get() == 1)
    }

    pub fn register(&self, registry: &mut Registry) {
        registry.register("airtide_alarm", "1 while a named bad condition lasts", self.0.clone());
    }
}
