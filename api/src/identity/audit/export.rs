//! `GET /v1/audit/export`: the audit as lines to take away, each with what proves its place. That somebody took it is an
//! event, written before the first line goes out.

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use domain::identity::tenant::TenantCommand;
use domain::identity::{Tenant, WorkspaceId};
use eventstore::execute::Plan;
use jiff::Timestamp;
use projections::identity::audit::{self, Audit, AuditFilter, Exported};
use projections::runtime::ReadModel;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::shown::AuditShown;
use crate::Api;
use crate::access::Principal;
use crate::http::{Call, PositionToken, Problem, Query};
use crate::identity::ids;

/// Lines of one answer.
const LINES_MAX: usize = 10_000;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Export {
    /// Behind this position; 0 is the beginning.
    #[serde(default)]
    #[param(minimum = 0)]
    after: i64,
    /// Who did it.
    actor: Option<String>,
    /// The type of the event.
    #[param(example = "membership.added")]
    action: Option<String>,
    /// The id of what it was done to.
    target: Option<String>,
    /// `success`, `begun`, `partial` or `failed`.
    outcome: Option<String>,
    #[param(value_type = Option<String>)]
    workspace: Option<WorkspaceId>,
    /// Recorded at this time or later.
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// Recorded before this time.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// Not older than this: the `Airtide-Position` of an answer.
    #[param(inline)]
    wait_for: Option<PositionToken>,
}

/// A line of the export.
#[derive(Serialize, ToSchema)]
pub struct AuditLine {
    #[serde(flatten)]
    shown: AuditShown,
    /// What the chain of the log had come to with the batch that it lies in.
    chain_hash: String,
}

impl Export {
    fn filter(self) -> AuditFilter {
        let Self { actor, action, target, outcome, workspace, since, until, .. } = self;
        AuditFilter { actor, action, target, outcome, workspace, since, until }
    }
}

/// Take the audit away
///
/// A line of JSON for each thing, the oldest first, at most 10,000. What comes after the last of them is had with `after`:
/// its position; an answer without a line is the end. Each export is told of in the audit itself.
#[utoipa::path(
    get, path = "/v1/audit/export", tag = "audit", params(Export),
    responses((status = 200, description = "Lines, each as described", body = AuditLine, content_type = "application/x-ndjson"))
)]
pub async fn export(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    Query(query): Query<Export>,
) -> Result<Response, Problem> {
    api.caught_up(Audit::NAME, query.wait_for).await?;
    let after = query.after;
    let mut queries = api.queries.begin(&principal.tenant).await?;
    let lines = audit::export(&mut queries, &principal.visible(), &query.filter(), after, LINES_MAX).await?;
    drop(queries);
    let up_to = lines.last().map_or(after, |last| last.row.position);
    note(&api, &call, &principal, after, up_to).await?;
    let mut text = String::new();
    for line in lines {
        text += &serde_json::to_string(&AuditLine::from(line)).map_err(|_| Problem::internal())?;
        text.push('\n');
    }
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson")),
        (CONTENT_DISPOSITION, HeaderValue::from_static("attachment")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, text).into_response())
}

async fn note(api: &Api, call: &Call, principal: &Principal, after: i64, up_to: i64) -> Result<(), Problem> {
    let tenant = &principal.tenant;
    let command = TenantCommand::ExportAudit { after, up_to };
    let plan = Plan::new().decide::<Tenant>(tenant, ids::stream(tenant)?, command);
    let request = call.unkeyed(tenant).by(principal.user.as_str());
    api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    Ok(())
}

impl From<Exported> for AuditLine {
    fn from(exported: Exported) -> Self {
        Self { shown: exported.row.into(), chain_hash: exported.chain_hash }
    }
}
