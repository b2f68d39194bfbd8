//! What every act of an operator that changes something asks for, and how it is written down.

use std::env;

use clap::Args;
use domain::operations::OperationId;
use domain::operations::operation::Act;
use eventstore::Log;
use eventstore::operations::{self, Came, Operations};

use crate::config::Config;
use crate::failure::Failure;
use crate::wire;

#[derive(Args)]
pub struct Acting {
    /// Why, for those who read the log later
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Take up an operation that was cut short
    #[arg(long, value_name = "ID", value_parser = operation_id)]
    pub operation: Option<OperationId>,
}

pub fn operation_id(text: &str) -> Result<OperationId, String> {
    OperationId::new(text).map_err(|error| error.to_string())
}

/// An act that is under way and written down as begun.
pub struct Begun {
    pub id: OperationId,
    operations: Operations,
    log: Log,
}

impl Acting {
    pub async fn begin(&self, config: &Config, act: Act, target: &str) -> Result<Begun, Failure> {
        let log = wire::open_log(config).await?;
        let operations = Operations::by(log.executor(), actor());
        let id = self.operation.clone().map_or_else(operations::new_id, Ok)?;
        operations.begin(&id, act, target, self.reason.as_str()).await?;
        Ok(Begun { id, operations, log })
    }
}

impl Begun {
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Writes down what came of it.
    pub async fn end(self, came: Came) -> Result<(), Failure> {
        self.operations.end(&self.id, came).await?;
        self.log.close().await;
        Ok(())
    }
}

pub fn actor() -> String {
    format!("operator:{}", login_name().as_deref().unwrap_or("unknown"))
}

/// Who sits at this machine, as far as the machine knows.
pub fn login_name() -> Option<String> {
    let known = |name: &str| env::var(name).ok().filter(|value| domain::id::is_id(value));
    ["SUDO_USER", "USER", "LOGNAME"].into_iter().find_map(known)
}
