//! The account that a development instance begins with, registered as anybody else would be: over HTTP.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::instance::Demo;
use crate::wire::Running;

const PATIENCE: Duration = Duration::from_secs(5);

const DEMO: Demo = Demo { email: "demo@airtide.test", username: "demo", password: "sail with the tide" };

/// Nothing when it could not be made: everything else works without it.
pub(super) async fn seed(running: &Running) -> Option<Demo> {
    let address = running.addresses().first()?;
    match timeout(PATIENCE, register(*address)).await.unwrap_or_else(|late| Err(late.into())) {
        // On data of an earlier start it is there already.
        Ok(201 | 409) => Some(DEMO),
        Ok(status) => {
            tracing::warn!(status, "the demo account could not be registered");
            None
        }
        Err(error) => {
            tracing::warn!(%error, "the demo account could not be registered");
            None
        }
    }
}

async fn register(address: SocketAddr) -> io::Result<u16> {
    let body =
        json!({ "email": DEMO.email, "username": DEMO.username, "password": DEMO.password }).to_string();
    let head = format!(
        "POST /auth/register HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let mut connection = TcpStream::connect(address).await?;
    connection.write_all(head.as_bytes()).await?;
    connection.write_all(body.as_bytes()).await?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await?;
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    status.ok_or_else(|| io::Error::other("no answer in HTTP"))
}
