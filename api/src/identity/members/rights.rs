//! What one member may do to others: nobody gives or takes a role above their own, and nobody opens what is not there.

use std::collections::BTreeSet;

use domain::identity::membership::WORKSPACES_MAX;
use domain::identity::{Role, WorkspaceId};

use crate::Api;
use crate::access::Principal;
use crate::http::{FieldError, Problem};

pub fn check_gives(principal: &Principal, role: Role) -> Result<(), Problem> {
    match principal.role().may_give(role) {
        true => Ok(()),
        false => Err(Problem::forbidden_because(
            "role_above_yours",
            "Nobody gives or takes a role above their own.",
        )),
    }
}

/// That workspaces are the tenant's and not deleted. Those that were open before may be gone by now.
pub async fn check_workspaces(
    api: &Api,
    principal: &Principal,
    wanted: &BTreeSet<WorkspaceId>,
    before: &BTreeSet<WorkspaceId>,
) -> Result<(), Problem> {
    if wanted.len() > WORKSPACES_MAX {
        return Err(wrong("too_many_workspaces", "A membership names at most 1,000 workspaces."));
    }
    for workspace in wanted.difference(before) {
        match api.workspace(&principal.tenant, workspace).await {
            Err(problem) if problem.code() == Problem::not_found().code() => {
                return Err(wrong("unknown_workspace", "There is no such workspace."));
            }
            found => found.map(|_| ())?,
        }
    }
    Ok(())
}

fn wrong(code: &'static str, message: &str) -> Problem {
    Problem::invalid(vec![FieldError::new("/workspaces", code, message)])
}
