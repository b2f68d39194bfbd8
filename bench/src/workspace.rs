//! The command that is measured: a new workspace of about 300 bytes, under a key of its caller.

use domain::identity::workspace::WorkspaceCommand;
use domain::identity::{TenantId, Workspace};
use eventstore::event::StreamId;
use eventstore::execute::{Executor, Plan, Receipt, Request};
use serde::Serialize;
use uuid::Uuid;

use crate::Outcome;

/// Tenants that the load is spread over.
const TENANTS: usize = 50;
const DESCRIPTION_BYTES: usize = 260;

/// What a client would send.
#[derive(Serialize)]
struct Body<'a> {
    name: &'a str,
    description: &'a str,
}

pub fn description() -> String {
    "invoices of the year and what became of them; ".chars().cycle().take(DESCRIPTION_BYTES).collect()
}

/// The same over HTTP.
pub fn body(name: &str) -> Outcome<String> {
    Ok(serde_json::to_string(&Body { name, description: &description() })?)
}

pub fn tenant(client: usize) -> Outcome<TenantId> {
    Ok(TenantId::new(format!("tenant_{}", client % TENANTS))?)
}

pub fn fresh_id() -> Outcome<StreamId> {
    Ok(StreamId::new(Uuid::now_v7().simple().to_string())?)
}

/// Creates a workspace the way an endpoint does: fingerprint, key, decision, append.
pub async fn create(executor: &Executor, client: usize, description: &str) -> Outcome<Receipt> {
    let tenant = tenant(client)?;
    let key = Uuid::new_v4().simple().to_string();
    let fingerprint = executor.fingerprint("create a workspace", &Body { name: "Invoices", description })?;
    let request = Request::new(tenant.clone(), "usr_bench").keyed("usr_bench", &key, fingerprint);
    let command = WorkspaceCommand::Create { name: "Invoices".into(), description: description.into() };
    let plan = Plan::new().create::<Workspace>(&tenant, fresh_id()?, command);
    Ok(executor.execute(&request, plan).await?)
}
