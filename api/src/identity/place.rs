//! The workspace that a path names, if there is one: asked before a body is looked at, so that what is not there is not
//! there whatever was sent.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::identity::WorkspaceId;
use serde::Deserialize;

use crate::Api;
use crate::access::Principal;
use crate::http::{Path, Problem};

pub struct Place(pub WorkspaceId);

#[derive(Deserialize)]
struct Segments {
    workspace: WorkspaceId,
}

impl FromRequestParts<Api> for Place {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let principal = Principal::from_request_parts(parts, api).await?;
        let Path(Segments { workspace }) = Path::from_request_parts(parts, api).await?;
        api.workspace(&principal.tenant, &workspace).await?;
        Ok(Self(workspace))
    }
}
