//! Changes of a schema, planned on what is there and then carried out.

use domain::bases::Base;
use domain::bases::base::BaseCommand;
use domain::bases::errors::ApiError;
use domain::bases::schema::SchemaChange;
use eventstore::execute::{Plan, Receipt, Request};

use super::drafts::unsound;
use super::found::{FoundBase, refused};
use crate::Api;
use crate::http::{Call, Problem};

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
        let (changes, fault) = match planned {
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
}
