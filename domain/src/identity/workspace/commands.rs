//! What may be asked of a workspace.

use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum WorkspaceCommand {
    Create {
        name: String,
        description: String,
    },
    Rename {
        name: String,
    },
    Describe {
        description: String,
    },
    /// Renames, describes, or both; what is left out stays.
    Change {
        name: Option<String>,
        description: Option<String>,
    },
    Archive,
}
