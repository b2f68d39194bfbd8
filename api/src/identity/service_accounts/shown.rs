//! What service accounts look like in answers.

use std::collections::BTreeSet;

use domain::identity::membership::Details;
use domain::identity::{Role, UserId, WorkspaceId};
use serde::Serialize;
use utoipa::ToSchema;

/// A service account.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceAccountShown {
    #[schema(value_type = String, example = "svc_0198a1b2c3d47e5f8a9b0c1d2e3f4a5b")]
    pub id: UserId,
    #[schema(example = "Importer")]
    pub name: String,
    #[schema(value_type = String, example = "editor")]
    pub role: Role,
    /// Those opened by name; some roles see every workspace besides.
    #[schema(value_type = Vec<String>)]
    pub workspaces: BTreeSet<WorkspaceId>,
}

impl ServiceAccountShown {
    pub fn new(id: UserId, name: &str, details: &Details) -> Self {
        let (role, workspaces) = (details.role, details.workspaces.clone());
        Self { id, name: name.to_owned(), role, workspaces }
    }
}
