//! What may be asked of a connection.

use super::Access;

#[derive(Debug, Clone, PartialEq)]
pub enum ConnectionCommand {
    Make(Access),
    Revoke,
}
