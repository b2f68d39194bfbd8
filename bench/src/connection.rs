//! A lean HTTP/1.1 client: one connection that is kept, requests that are written beforehand, answers that are read by
//! their length. What a client takes of the processors is missing to the server that is measured.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Outcome;

const ANSWER_BYTES: usize = 4 * 1024;
const END_OF_HEAD: &[u8] = b"\r\n\r\n";

pub struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

/// An answer, for as long as nothing else is sent.
pub struct Answer<'a> {
    head: &'a [u8],
    pub body: &'a [u8],
}

impl Connection {
    pub async fn open(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, received: Vec::with_capacity(ANSWER_BYTES) })
    }

    /// Sends a request and reads its answer, which has to have this status.
    pub async fn send(&mut self, request: &[u8], status: u16) -> Outcome<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.received.clear();
        let head_bytes = self.receive_head().await?;
        let length = Answer { head: &self.received[..head_bytes], body: &[] }.length()?;
        while self.received.len() < head_bytes + length {
            self.receive().await?;
        }
        let (head, body) = self.received.split_at(head_bytes);
        let answer = Answer { head, body };
        if answer.status()? == status { Ok(answer) } else { Err(answer.to_string().into()) }
    }

    /// Sends a request whose answer has no end; what comes after its head is left to the caller.
    pub async fn follow(mut self, request: &[u8]) -> Outcome<(TcpStream, Vec<u8>)> {
        self.stream.write_all(request).await?;
        let head_bytes = self.receive_head().await?;
        let answer = Answer { head: &self.received[..head_bytes], body: &[] };
        if answer.status()? != 200 {
            return Err(answer.to_string().into());
        }
        self.received.drain(..head_bytes);
        Ok((self.stream, self.received))
    }

    async fn receive_head(&mut self) -> Outcome<usize> {
        let mut searched = 0;
        loop {
            self.receive().await?;
            let unread = &self.received[searched..];
            if let Some(at) = unread.windows(END_OF_HEAD.len()).position(|bytes| bytes == END_OF_HEAD) {
                return Ok(searched + at + END_OF_HEAD.len());
            }
            searched = self.received.len().saturating_sub(END_OF_HEAD.len() - 1);
        }
    }

    async fn receive(&mut self) -> Outcome<()> {
        match self.stream.read_buf(&mut self.received).await? {
            0 => Err("the server closed a connection".into()),
            _ => Ok(()),
        }
    }
}

impl<'a> Answer<'a> {
    pub fn header(&self, name: &str) -> Option<&'a str> {
        let lines = self.head.split(|byte| *byte == b'\n');
        let mut values = lines.filter_map(|line| {
            let (found, value) = line.split_at_checked(name.len())?;
            let value = value.strip_prefix(b": ").filter(|_| found.eq_ignore_ascii_case(name.as_bytes()))?;
            str::from_utf8(value.trim_ascii_end()).ok()
        });
        values.next()
    }

    pub fn json(&self) -> Outcome<Value> {
        Ok(serde_json::from_slice(self.body)?)
    }

    /// The text at a JSON pointer.
    pub fn text(&self, pointer: &str) -> Outcome<String> {
        let json = self.json()?;
        let text = json.pointer(pointer).and_then(Value::as_str);
        text.map(str::to_owned).ok_or_else(|| format!("no text at {pointer} of {json}").into())
    }

    pub fn holds(&self, text: &str) -> bool {
        self.body.windows(text.len()).any(|bytes| bytes == text.as_bytes())
    }

    fn status(&self) -> Outcome<u16> {
        let digits = self.head.get(b"HTTP/1.1 ".len()..).and_then(|rest| rest.get(..3));
        Ok(str::from_utf8(digits.ok_or("an answer without a status")?)?.parse()?)
    }

    fn length(&self) -> Outcome<usize> {
        Ok(self.header("content-length").ok_or("an answer without a length")?.parse()?)
    }
}

impl std::fmt::Display for Answer<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let status = self.head.split(|byte| *byte == b'\r').next().unwrap_or_default();
        let (status, body) = (String::from_utf8_lossy(status), String::from_utf8_lossy(self.body));
        write!(formatter, "unexpected answer: {status} {body}")
    }
}

/// A whole request, as it goes over the wire.
pub fn request(method: &str, path: &str, token: Option<&str>, body: Option<&str>) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: bench\r\n");
    if let Some(token) = token {
        text.push_str(&format!("authorization: Bearer {token}\r\n"));
    }
    if let Some(body) = body {
        text.push_str(&format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len()));
    }
    text.push_str("\r\n");
    text.push_str(body.unwrap_or_default());
    text.into_bytes()
}
