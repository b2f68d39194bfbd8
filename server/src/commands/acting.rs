//! What every act of an operator that changes something asks for, and how it is written down.

use std::env;
use std::os::unix::fs::MetadataExt;

use clap::Args;
use domain::operations::OperationId;
use domain::operations::operation::{Act, REASON_BYTES_MAX};
use eventstore::Log;
use eventstore::operations::{self, Came, Operations};

use crate::config::Config;
use crate::failure::Failure;
use crate::wire;

#[derive(Args)]
pub struct Acting {
    /// Why, for those who read the log later
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    pub reason: String,
    /// Name the operation, or take up the one of this name that was cut short
    #[arg(long, value_name = "ID", value_parser = operation_id)]
    pub operation: Option<OperationId>,
}

pub fn operation_id(text: &str) -> Result<OperationId, String> {
    OperationId::new(text).map_err(|error| error.to_string())
}

/// What the log would refuse is refused before anything is looked at.
pub fn reason(text: &str) -> Result<String, String> {
    match (1..=REASON_BYTES_MAX).contains(&text.trim().len()) {
        true => Ok(text.to_owned()),
        false => Err(format!("a reason has 1 to {REASON_BYTES_MAX} bytes")),
    }
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
        let id = match &self.operation {
            Some(id) => taken_up(&operations, id).await?,
            None => operations::new_id()?,
        };
        operations.begin(&id, act, target, self.reason.as_str()).await?;
        eprintln!("operation {id}: if it is cut short, --operation goes on with it");
        Ok(Begun { id, operations, log })
    }
}

/// What has ended is not taken up.
async fn taken_up(operations: &Operations, id: &OperationId) -> Result<OperationId, Failure> {
    match operations.state(id).await?.ended() {
        Some(_) => Err(Failure::conflict(format!("{id} has ended"))),
        None => Ok(id.clone()),
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
    format!("operator:{}", login_name().or_else(number_of_user).as_deref().unwrap_or("unknown"))
}

/// Where no variable tells the name.
fn number_of_user() -> Option<String> {
    let process = std::fs::metadata("/proc/self").ok()?;
    Some(format!("uid-{}", process.uid()))
}

/// Who sits at this machine, as far as the machine knows.
pub fn login_name() -> Option<String> {
    let known = |name: &str| env::var(name).ok().filter(|value| domain::id::is_id(value));
    ["SUDO_USER", "USER", "LOGNAME"].into_iter().find_map(known)
}
