//! What is to be done with which work, as a body says it.

use domain::identity::TenantId;
use eventstore::work::{Choice, Deed, State, Which};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::{FieldError, Problem};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Do it again with all its tries before it, let it go, or set it aside.
    #[schema(value_type = String, example = "retry", pattern = "^(retry|discard|park)$")]
    pub deed: Deed,
    /// The piece of this name, and no other.
    #[schema(example = "send_mail/12/")]
    name: Option<String>,
    /// Also when it may have been done already, and must not be done twice; only by its name.
    #[serde(default)]
    even_if_done: bool,
    /// Whatever fits everything that is set.
    fitting: Option<Fitting>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Fitting {
    #[schema(example = "send_mail")]
    worker: Option<String>,
    /// In any of these states; without any, those that this is usually done to.
    #[serde(default)]
    #[schema(value_type = Vec<String>, example = json!(["parked"]))]
    states: Vec<State>,
    /// What is done in order.
    key: Option<String>,
    #[schema(value_type = Option<String>)]
    tenant: Option<TenantId>,
    /// A group of failures, by its name.
    group: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    owed_before: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    owed_after: Option<Timestamp>,
}

impl Wanted {
    /// Which work is meant: one piece, or what fits.
    pub fn which(self, workers: &[&str]) -> Result<Which, Problem> {
        let named = match self.name.as_deref().map(eventstore::work::full_name) {
            None => None,
            Some(Some(name)) => Some(name),
            Some(None) => return Err(wrong("/name", "not_a_name", "Work is named worker/position/part.")),
        };
        match (named, self.fitting) {
            (Some(name), None) => Ok(Which::Named { name, even_if_done: self.even_if_done }),
            (None, Some(_)) if self.even_if_done => {
                let detail = "What may have been done already is done again only by its name.";
                Err(wrong("/even_if_done", "only_by_name", detail))
            }
            (None, Some(fitting)) => fitting.checked(workers).map(Which::Fitting),
            _ => Err(wrong("", "one_of", "Name the work, or say what it fits.")),
        }
    }
}

impl Fitting {
    /// A worker that is misspelt would be one that owes nothing.
    fn checked(self, workers: &[&str]) -> Result<Choice, Problem> {
        if self.worker.as_deref().is_some_and(|worker| !workers.contains(&worker)) {
            let detail = format!("The workers are {}.", workers.join(", "));
            return Err(wrong("/fitting/worker", "unknown_worker", detail));
        }
        let Fitting { worker, states, key, tenant, group, owed_before, owed_after } = self;
        Ok(Choice { worker, states, key, tenant, group, owed_before, owed_after })
    }
}

fn wrong(pointer: &str, code: &'static str, detail: impl Into<String>) -> Problem {
    Problem::invalid(vec![FieldError::new(pointer, code, detail)])
}
