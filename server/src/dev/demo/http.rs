//! Asking our own API, as a program outside would.

use std::io;
use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub struct Answer {
    pub status: u16,
    pub body: Value,
}

impl Answer {
    pub fn text(&self, pointer: &str) -> io::Result<String> {
        let found = self.body.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        found.ok_or_else(|| self.unexpected())
    }

    pub fn unexpected(&self) -> io::Error {
        io::Error::other(format!("it was answered with {}: {}", self.status, self.body))
    }
}

/// Without a body it is a GET.
pub async fn ask(
    address: SocketAddr,
    path: &str,
    bearer: Option<&str>,
    body: Option<&Value>,
) -> io::Result<Answer> {
    let method = if body.is_some() { "POST" } else { "GET" };
    let body = body.map(Value::to_string).unwrap_or_default();
    let bearer = bearer.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
    let asked = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{bearer}\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut connection = TcpStream::connect(address).await?;
    connection.write_all(asked.as_bytes()).await?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await?;
    understood(&answer).ok_or_else(|| io::Error::other("no answer in HTTP"))
}

fn understood(answer: &str) -> Option<Answer> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Answer { status, body: serde_json::from_str(body).unwrap_or_default() })
}
