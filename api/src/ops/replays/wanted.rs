//! Which events are to be given again, to whom and why, as a body says it.

use domain::identity::TenantId;
use eventstore::event::StreamId;
use eventstore::read::Filter;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Again;
use crate::http::{FieldError, Problem};
use crate::ops::acting::Reason;
use crate::ops::log::events::EventTypeName;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Replay {
    #[schema(example = "send_mail")]
    worker: String,
    /// From this position on.
    #[schema(minimum = 1)]
    from: i64,
    /// Up to this position; where the log ends when it is further.
    #[schema(minimum = 1)]
    to: i64,
    #[schema(value_type = Option<String>)]
    tenant: Option<TenantId>,
    /// What it happened to.
    #[schema(example = "workspace")]
    aggregate: Option<String>,
    /// Which of them, in each tenant that has one.
    #[schema(value_type = Option<String>)]
    id: Option<StreamId>,
    #[serde(rename = "type")]
    #[schema(value_type = Option<String>, example = "workspace.renamed")]
    event_type: Option<EventTypeName>,
    /// Say what would be made, and make nothing.
    #[serde(default)]
    dry_run: bool,
    /// Needed unless nothing is to be made.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 1000)]
    reason: Option<Reason>,
}

impl Replay {
    /// What is meant; without a reason it is looked at and no more.
    pub fn checked(self, workers: &[&'static str]) -> Result<(Again, Option<Reason>), Problem> {
        let Some(worker) = workers.iter().find(|worker| **worker == self.worker).copied() else {
            let detail = format!("The workers are {}.", workers.join(", "));
            return Err(wrong("/worker", "unknown_worker", detail));
        };
        if self.from < 1 {
            return Err(wrong("/from", "too_small", "Must be at least 1."));
        }
        if self.to < self.from {
            return Err(wrong("/to", "too_small", "Must not lie before the first position."));
        }
        if !self.dry_run && self.reason.is_none() {
            return Err(wrong("/reason", "required", "Say why, for those who read the log later."));
        }
        let filter = Filter {
            tenant: self.tenant,
            scope: None,
            event_type: self.event_type.map(EventTypeName::into_inner),
            aggregate: self.aggregate,
            id: self.id,
        };
        let again = Again { worker, from: self.from, to: self.to, filter };
        Ok((again, self.reason.filter(|_| !self.dry_run)))
    }
}

fn wrong(pointer: &str, code: &'static str, detail: impl Into<String>) -> Problem {
    Problem::invalid(vec![FieldError::new(pointer, code, detail)])
}
