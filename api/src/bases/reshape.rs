//! Changes of a schema, planned on what is there and then carried out.

use domain::bases::Base;
use domain::bases::base::BaseCommand;
use domain::bases::errors::ApiError;
use domain::bases::schema::{self, SchemaChange};
use eventstore::execute::{Plan, Receipt, Request};
use eventstore::read::StateAt;

use super::drafts::unsound;
use super::found::{FoundBase, refused};
use crate::Api;
use crate::http::{Call, Problem};

/// A base after a change.
pub struct Reshaped {
    pub receipt: Receipt,
    now: StateAt<Base>,
}

impl Reshaped {
    pub fn schema(&self) -> Result<&schema::Base, Problem> {
        self.now.state.schema().ok_or_else(Problem::not_found)
    }
}

impl FoundBase {
    /// A plan may fail because of its own first attempt. So one that fails goes to the log as well, with nothing to do: a retry is
    /// answered from there, and whoever comes first is told what is wrong.
    pub async fn reshape(
        &self,
        api: &Api,
        call: &Call,
        request: &Request,
        planned: Result<Vec<SchemaChange>, ApiError>,
        expected: Option<i64>,
    ) -> Result<Receipt, Problem> {
        self.check_is_writable()?;
        let (changes, fault) = match planned {
            Ok(changes) if !self.may_change(&changes) => (Vec::new(), Some(Problem::forbidden())),
            Ok(changes) => (changes, None),
            Err(error) => (Vec::new(), Some(unsound(error))),
        };
        let change = BaseCommand::ChangeSchema { changes };
        let plan = match expected {
            Some(version) => Plan::new().decide_at::<Base>(&self.tenant, self.stream()?, version, change),
            None => Plan::new().decide::<Base>(&self.tenant, self.stream()?, change),
        };
        let receipt = api.executor.execute(request, plan).await.map_err(|error| refused(call, error))?;
        match fault {
            Some(problem) if !receipt.replayed => Err(call.explain(problem)),
            _ => Ok(receipt),
        }
    }

    /// The same, with the base as it was then.
    pub async fn reshaped(
        &self,
        api: &Api,
        call: &Call,
        request: &Request,
        planned: Result<Vec<SchemaChange>, ApiError>,
    ) -> Result<Reshaped, Problem> {
        let receipt = self.reshape(api, call, request, planned, None).await?;
        let now = api.base_at(&self.tenant, &self.id, receipt.version()).await?;
        Ok(Reshaped { receipt, now })
    }

    /// A new table is beyond those that a caller is limited to; a link changes the table that it leads to.
    fn may_change(&self, changes: &[SchemaChange]) -> bool {
        changes.iter().all(|change| match change.table() {
            Some(table) => self.opens(table),
            None => self.check_opens_all().is_ok(),
        })
    }
}
