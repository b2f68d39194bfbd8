//! Which workspaces of a tenant somebody sees.

use std::collections::BTreeSet;

use domain::identity::WorkspaceId;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Visible {
    All,
    Only(BTreeSet<WorkspaceId>),
}

impl Visible {
    /// As queries take it: nothing stands for all.
    pub(crate) fn ids(&self) -> Option<Vec<&str>> {
        match self {
            Visible::All => None,
            Visible::Only(ids) => Some(ids.iter().map(|id| id.as_str()).collect()),
        }
    }
}
