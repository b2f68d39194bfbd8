//! What may be asked of a service account.

use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum ServiceAccountCommand {
    Create { name: String },
    Rename { name: String },
    Remove,
}
