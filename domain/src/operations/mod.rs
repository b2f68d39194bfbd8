//! What operators do to the system as a whole. It belongs to the platform, never to a tenant.

pub mod operation;

use crate::id::Id;

pub use operation::Operation;

pub type OperationId = Id<Operation>;
