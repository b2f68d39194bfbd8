//! What may be asked of an operation.

use serde::Serialize;

use super::{Act, Outcome};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum OperationCommand {
    Begin { act: Act, target: String, reason: String },
    End { outcome: Outcome, count: u64, detail: String },
}
