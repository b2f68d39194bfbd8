//! An answer of lines, written while it is read. Its last line says how many there are: one without it is not whole.

use std::io;

use axum::body::{Body, Bytes};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Serialize;
use serde_json::json;
use tokio::sync::mpsc;

use crate::Api;
use crate::http::Problem;

/// Lines that wait for a reader who is slower.
const WAITING_MAX: usize = 16;
const NDJSON: HeaderValue = HeaderValue::from_static("application/x-ndjson");

/// Where lines are written to.
pub struct Lines {
    api: Api,
    sender: mpsc::Sender<io::Result<Bytes>>,
    count: u64,
}

/// Why an export is not whole.
#[derive(Debug, thiserror::Error)]
pub enum Cut {
    #[error("whoever reads it has gone, or the process ends")]
    Left,
    #[error("it cannot be read on: {0}")]
    Unreadable(&'static str),
}

impl From<Problem> for Cut {
    fn from(problem: Problem) -> Self {
        Cut::Unreadable(problem.code())
    }
}

impl From<sqlx::Error> for Cut {
    fn from(error: sqlx::Error) -> Self {
        Problem::from(error).into()
    }
}

impl From<eventstore::execute::CommandError> for Cut {
    fn from(error: eventstore::execute::CommandError) -> Self {
        Problem::from(error).into()
    }
}

impl Lines {
    pub async fn say(&mut self, kind: &'static str, data: &impl Serialize) -> Result<(), Cut> {
        if *self.api.stopping.borrow() {
            return Err(Cut::Left);
        }
        let mut line = serde_json::to_vec(&json!({ "kind": kind, "data": data }))
            .map_err(|_| Cut::Unreadable("unwritable"))?;
        line.push(b'\n');
        self.count += 1;
        self.sender.send(Ok(line.into())).await.map_err(|_| Cut::Left)
    }

    async fn end(mut self, written: Result<(), Cut>) {
        let lines = self.count;
        let ended = match written {
            Ok(()) => self.say("end", &json!({ "lines": lines })).await,
            Err(cut) => Err(cut),
        };
        if let Err(cut) = ended {
            tracing::warn!(error = eventstore::chain_of(&cut), "an export was cut short");
            // Breaks the connection, so that nobody takes it for whole.
            let _ = self.sender.send(Err(io::Error::other("cut short"))).await;
        }
    }
}

/// Answers with what a task writes.
pub fn answer<Writing>(api: &Api, write: impl FnOnce(Lines) -> Writing) -> Response
where
    Writing: Future<Output = (Lines, Result<(), Cut>)> + Send + 'static,
{
    let (sender, receiver) = mpsc::channel(WAITING_MAX);
    let writing = write(Lines { api: api.clone(), sender, count: 0 });
    tokio::spawn(async move {
        let (lines, written) = writing.await;
        lines.end(written).await;
    });
    let body =
        stream::unfold(receiver, async |mut receiver| receiver.recv().await.map(|line| (line, receiver)));
    let headers = [
        (CONTENT_TYPE, NDJSON),
        (CONTENT_DISPOSITION, HeaderValue::from_static("attachment")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, Body::from_stream(body)).into_response()
}
