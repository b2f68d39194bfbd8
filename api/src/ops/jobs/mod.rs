//! Work of operators that takes longer than a request. It lives in the process that was asked for it and nowhere else:
//! when that ends, the work has ended too, and asking for it again is 404. So nothing that must be carried through
//! whatever happens is kept here alone.

pub mod list;
mod running;
pub mod show;

pub use running::{Begun, Jobs, Telling, Wanted};

use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::{AnswerHead, Problem};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    Running,
    /// It came to an end: `result` says to which.
    Done,
    /// It could not come to one: `detail` says why.
    Failed,
}

/// How far a job has come.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct JobProgress {
    /// What is counted.
    #[schema(example = "events")]
    pub things: &'static str,
    pub done: i64,
    pub total: i64,
    pub per_second: f64,
    /// As long as it is known.
    #[schema(required = true)]
    pub seconds_left: Option<f64>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JobShown {
    #[schema(value_type = String, format = "uuid")]
    pub id: Uuid,
    #[schema(example = "verify")]
    pub kind: &'static str,
    /// What it is about; empty where there is one thing only.
    pub target: String,
    /// Who asked for it.
    #[schema(example = "operator:ana")]
    pub actor: String,
    pub state: JobState,
    #[schema(value_type = String, format = DateTime)]
    pub begun_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    pub ended_at: Option<Timestamp>,
    #[schema(required = true)]
    pub progress: Option<JobProgress>,
    /// What it came to; its shape is that of the same command with `--output json`.
    #[schema(value_type = Option<Object>, required = true)]
    pub result: Option<serde_json::Value>,
    #[schema(required = true)]
    pub detail: Option<String>,
}

/// Where a job is looked at.
fn path_of(id: Uuid) -> String {
    format!("/v1/ops/jobs/{id}")
}

/// The answer to whoever asked for something that takes its time.
pub fn accepted(begun: Begun) -> Result<Response, Problem> {
    match begun {
        Begun::Job(job) => Ok(AnswerHead::new(StatusCode::ACCEPTED).location(path_of(job.id)).json(&*job)),
        Begun::TooMany { running } => {
            let detail = format!("{running} jobs run in this process. Wait for one of them.");
            Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_jobs", detail)
                .retry_after(RETRY_AFTER_SECONDS))
        }
    }
}

const RETRY_AFTER_SECONDS: u64 = 30;
