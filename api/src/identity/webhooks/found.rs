//! The webhook that a path names, read from its stream: nothing here waits for a read model. One that was removed is
//! found as well, because a retry may ask about it; `present` is for whoever has no use for it.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::identity::webhook::{Endpoint, WebhookRefusal};
use domain::identity::{TenantId, Webhook, WebhookId, WorkspaceId};
use domain::refusal::Refusal;
use eventstore::event::StreamId;
use eventstore::execute::{CommandError, Request};
use eventstore::read::{At, StateAt};
use eventstore::webhook_secrets::Owner;
use serde::{Deserialize, Serialize};

use super::shown::WebhookShown;
use crate::Api;
use crate::access::Principal;
use crate::caught_up::unreadable;
use crate::http::{Call, Path, Problem};
use crate::identity::ids;
use crate::identity::pointers::pointed;

pub struct FoundWebhook {
    pub tenant: TenantId,
    pub workspace: WorkspaceId,
    pub id: WebhookId,
    pub state: Webhook,
    user: String,
}

#[derive(Deserialize)]
struct Segments {
    workspace: WorkspaceId,
    webhook: WebhookId,
}

impl FoundWebhook {
    pub fn present(&self) -> Result<&Endpoint, Problem> {
        self.state.endpoint().ok_or_else(Problem::not_found)
    }

    pub fn shown(&self) -> Result<WebhookShown, Problem> {
        self.present().and_then(|_| WebhookShown::of(&self.id, &self.state))
    }

    pub fn stream(&self) -> Result<StreamId, Problem> {
        ids::stream(&self.id)
    }

    pub fn location(&self) -> String {
        location(&self.workspace, &self.id)
    }

    pub fn owner(&self) -> Owner<'_> {
        Owner { tenant: &self.tenant, webhook: &self.id }
    }

    pub fn request<T: Serialize>(&self, api: &Api, call: &Call, body: &T) -> Result<Request, Problem> {
        let request = call.request(&api.executor, &self.tenant, &self.user, body)?;
        Ok(request.in_workspace(self.workspace.clone()))
    }
}

pub fn location(workspace: &WorkspaceId, webhook: &WebhookId) -> String {
    format!("/v1/workspaces/{workspace}/webhooks/{webhook}")
}

/// A webhook that was removed is not there any more, and a change meant for another revision came too late.
pub fn refused(call: &Call, error: CommandError) -> Problem {
    let is = |refused: &WebhookRefusal, code: &str| refused.code() == code;
    match &error {
        CommandError::Refused(refused) if is(&WebhookRefusal::WebhookRemoved, refused.code) => {
            call.explain(Problem::not_found())
        }
        CommandError::Refused(refused) if is(&WebhookRefusal::ChangedMeanwhile, refused.code) => {
            call.explain(Problem::changed_meanwhile())
        }
        _ => pointed(call.problem(error)),
    }
}

impl FromRequestParts<Api> for FoundWebhook {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let principal = Principal::from_request_parts(parts, api).await?;
        let Path(Segments { workspace, webhook: id }) = Path::from_request_parts(parts, api).await?;
        let tenant = principal.tenant;
        // What is of a workspace goes with it.
        api.workspace(&tenant, &workspace).await?;
        let found = api.executor.state::<Webhook>(&tenant, ids::stream(&id)?).await?;
        let is_of = |endpoint: &Endpoint| endpoint.workspace == workspace;
        if !found.state.any_endpoint().is_some_and(is_of) {
            return Err(Problem::not_found());
        }
        Ok(Self { tenant, workspace, id, state: found.state, user: principal.user.to_string() })
    }
}

impl Api {
    /// A webhook as it was after a command: what a retry is answered with, whatever happened since.
    pub(super) async fn webhook_at(
        &self,
        tenant: &TenantId,
        id: &WebhookId,
        version: i64,
    ) -> Result<StateAt<Webhook>, Problem> {
        let present = self.executor.state::<Webhook>(tenant, ids::stream(id)?).await?;
        if present.version == version {
            return Ok(present);
        }
        let reader = self.source.reader();
        let then = reader.state_at::<Webhook>(tenant, ids::stream(id)?, At::Version(version)).await;
        then.map_err(|fault| unreadable(&fault))
    }
}
