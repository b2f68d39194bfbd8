//! Starting a server and asking it things.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::handshake;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper::{HeaderMap, Request};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use super::seed::{ANA, seed};
use crate::airtable::{App, Knobs, Standing};

/// Generous: the machine may be busy with other tests.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server that holds the small base of `seed`, and whose token is sent along. It ends with the last of its clones.
#[derive(Clone)]
pub struct Sandbox {
    pub app: Arc<App>,
    pub address: SocketAddr,
    authorization: String,
    _running: Arc<Running>,
}

struct Running(JoinHandle<()>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}

pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Sandbox {
    pub async fn start() -> Self {
        Self::start_with(seed()).await
    }

    pub async fn start_with(seed: Value) -> Self {
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let standing = Standing::listen(anywhere, Knobs::default(), Some(1)).await.unwrap();
        standing.hold(serde_json::from_value(seed).unwrap()).unwrap();
        let address = standing.reached().airtable_url.strip_prefix("http://").unwrap().parse().unwrap();
        let app = Arc::clone(&standing.app);
        let server = tokio::spawn(async move { standing.serve(std::future::pending()).await.unwrap() });
        Self { app, address, authorization: format!("Bearer {ANA}"), _running: Arc::new(Running(server)) }
    }

    /// The same server, asked by somebody else.
    pub fn as_token(&self, token: &str) -> Self {
        self.with_header(&format!("Bearer {token}"))
    }

    /// The same server, asked with another header of who asks.
    pub fn with_header(&self, authorization: &str) -> Self {
        Self { authorization: authorization.to_owned(), ..self.clone() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.ask("POST", path, Some(body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.ask("PATCH", path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.ask("PUT", path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.ask("DELETE", path, None).await
    }

    /// Turns knobs by the side door.
    pub async fn turn(&self, knobs: Value) {
        assert_eq!(self.patch("/_sim/knobs", knobs).await.status, 200);
    }

    /// Moves the clock by the side door.
    pub async fn advance(&self, seconds: u64) {
        assert_eq!(self.post("/_sim/clock", json!({ "advance_seconds": seconds })).await.status, 200);
    }

    /// What the journal says was done, request by request.
    pub async fn effects(&self) -> Vec<String> {
        let journal = self.get("/_sim/journal").await.json();
        let entries = journal["entries"].as_array().unwrap();
        let effects = entries.iter().flat_map(|entry| entry["effects"].as_array().unwrap());
        effects.map(|effect| effect["what"].as_str().unwrap().to_owned()).collect()
    }

    /// Anything else: a body that is no JSON, another type.
    pub async fn send(&self, method: &str, path: &str, kind: &str, body: impl Into<Bytes>) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, self.address.to_string())
            .header(AUTHORIZATION, &self.authorization)
            .header(CONTENT_TYPE, kind)
            .body(Full::new(body.into()))
            .unwrap();
        exchange(self.address, request).await
    }

    async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        self.send(method, path, "application/json", body).await
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        let text = String::from_utf8_lossy(&self.body);
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {} {text}", self.status))
    }

    /// The body of what went well.
    pub fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.body));
        self.json()
    }

    /// A refusal, as `(status, type)`.
    pub fn error(&self) -> (u16, String) {
        let error = self.json()["error"].clone();
        let kind = error.as_str().or(error["type"].as_str()).unwrap_or_default();
        (self.status, kind.to_owned())
    }
}

/// Asks again and again until there is something, for what happens behind an answer.
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, ask: impl Fn() -> F) -> T {
    let asking = async {
        loop {
            if let Some(found) = ask().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, asking).await.unwrap_or_else(|_| panic!("waited too long: {what}"))
}

async fn exchange(address: SocketAddr, request: Request<Full<Bytes>>) -> Answer {
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let response = sender.send_request(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answer { status: parts.status.as_u16(), headers: parts.headers, body }
}
