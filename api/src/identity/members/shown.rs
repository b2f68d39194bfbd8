//! What members look like in answers. Who they are elsewhere is theirs alone: an id, and no name and no address.

use std::collections::BTreeSet;

use domain::identity::membership::Details;
use domain::identity::{Role, UserId, WorkspaceId};
use jiff::Timestamp;
use projections::identity::members::MemberRow;
use serde::Serialize;
use utoipa::ToSchema;

/// A member.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberShown {
    #[schema(value_type = String, example = "usr_0198a1b2c3d47e5f8a9b0c1d2e3f4a5b")]
    pub user: UserId,
    #[schema(value_type = String, example = "editor")]
    pub role: Role,
    /// Those opened by name; some roles see every workspace besides.
    #[schema(value_type = Vec<String>)]
    pub workspaces: BTreeSet<WorkspaceId>,
    /// Counts the changes; the `ETag` carries the same number.
    pub version: i64,
}

impl MemberShown {
    pub fn of(details: &Details, version: i64) -> Self {
        let Details { user, role, workspaces } = details.clone();
        Self { user, role, workspaces, version }
    }
}

/// A member in the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberListed {
    #[serde(flatten)]
    pub member: MemberShown,
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
}

impl From<MemberRow> for MemberListed {
    fn from(row: MemberRow) -> Self {
        let MemberRow { user, role, workspaces, since, version, .. } = row;
        Self { member: MemberShown { user, role, workspaces, version }, since }
    }
}
