//! Acts of operators, written down: before anything is touched, and once it is over.

use domain::identity::{PLATFORM_TENANT, TenantId};
use domain::operations::operation::{Act, OperationCommand, Outcome};
use domain::operations::{Operation, OperationId};
use uuid::Uuid;

use crate::event::StreamId;
use crate::execute::{CommandError, Executor, Plan, Receipt, Request};

/// What names the correlations of operations. Fixed for ever: an operation that is taken up goes on under its own.
const CORRELATIONS: Uuid = Uuid::from_u128(0x1c3e_9d52_70b8_4f6d_9b21_e84a_05c7_6f13);

#[derive(Debug, thiserror::Error)]
pub enum RecordFailed {
    #[error("what an operator does cannot be written down")]
    Command(#[from] CommandError),
    #[error("the id of an operation is no id")]
    Id(#[from] domain::id::NotAnId),
}

/// Writes down what one operator does.
pub struct Operations {
    executor: Executor,
    actor: String,
}

/// What an act came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Came {
    pub outcome: Outcome,
    /// How many things were done.
    pub count: u64,
    pub detail: String,
}

/// The name of an operation that nobody has begun yet.
pub fn new_id() -> Result<OperationId, RecordFailed> {
    Ok(OperationId::new(format!("op_{}", Uuid::now_v7().simple()))?)
}

impl Operations {
    /// The actor is as it shall stand in the log, `operator:ana` for example.
    pub fn by(executor: Executor, actor: impl Into<String>) -> Self {
        Self { executor, actor: actor.into() }
    }

    /// From here on it is known that the act is under way. Beginning the same again changes nothing: so an act that was
    /// cut short is taken up under its id.
    pub async fn begin(
        &self,
        id: &OperationId,
        act: Act,
        target: impl Into<String>,
        reason: impl Into<String>,
    ) -> Result<Receipt, RecordFailed> {
        let begin = OperationCommand::Begin { act, target: target.into(), reason: reason.into() };
        self.record(id, begin).await
    }

    pub async fn end(&self, id: &OperationId, came: Came) -> Result<Receipt, RecordFailed> {
        let Came { outcome, count, detail } = came;
        self.record(id, OperationCommand::End { outcome, count, detail }).await
    }

    /// What is known of an operation; nothing was begun under an id that is not known.
    pub async fn state(&self, id: &OperationId) -> Result<Operation, RecordFailed> {
        Ok(self.executor.state::<Operation>(&platform()?, stream(id)?).await?.state)
    }

    async fn record(&self, id: &OperationId, command: OperationCommand) -> Result<Receipt, RecordFailed> {
        let tenant = platform()?;
        let plan = Plan::new().decide::<Operation>(&tenant, stream(id)?, command);
        let correlation_id = Some(correlation(id));
        let request = Request { correlation_id, ..Request::new(tenant, self.actor.as_str()) };
        Ok(self.executor.execute(&request, plan).await?)
    }
}

/// Beginning and end are commands of their own, which may lie days and processes apart, and are found together.
pub fn correlation(id: &OperationId) -> Uuid {
    Uuid::new_v5(&CORRELATIONS, id.as_str().as_bytes())
}

fn platform() -> Result<TenantId, RecordFailed> {
    Ok(TenantId::new(PLATFORM_TENANT)?)
}

fn stream(id: &OperationId) -> Result<StreamId, RecordFailed> {
    Ok(StreamId::new(id.as_str())?)
}
