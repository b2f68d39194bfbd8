//! A client of the event stream: reads server-sent events off a connection, with a deadline for each.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Generous: the machine may be busy with other tests.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// An open stream.
pub struct Sse {
    connection: TcpStream,
    /// Read, and not yet taken apart.
    bytes: Vec<u8>,
    text: String,
    is_over: bool,
    pub status: u16,
    pub head: String,
}

/// One event as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    pub id: Option<String>,
    pub event: String,
    pub data: Value,
}

impl Frame {
    /// Whether it is something that happened, and not something that the stream says of itself.
    pub fn is_event(&self) -> bool {
        !matches!(self.event.as_str(), "watermark" | "reset" | "end")
    }

    pub fn token(&self) -> &str {
        self.id.as_deref().unwrap_or_else(|| panic!("{self:?} has an id"))
    }
}

impl Sse {
    /// `query` begins with `?` or is empty; `headers` are whole lines.
    pub fn open(url: &str, token: &str, query: &str, headers: &[&str]) -> Self {
        Self::open_at(url, &format!("/v1/events/stream{query}"), token, headers)
    }

    /// The same of another stream than that of all events.
    pub fn open_at(url: &str, path: &str, token: &str, headers: &[&str]) -> Self {
        let address = url.strip_prefix("http://").expect("a plain http address");
        let mut connection = TcpStream::connect(address).expect("the server listens");
        let lines: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n{lines}\r\n");
        connection.write_all(request.as_bytes()).expect("the server reads");
        let (bytes, text) = (Vec::new(), String::new());
        let mut sse = Self { connection, bytes, text, is_over: false, status: 0, head: String::new() };
        sse.read_head();
        sse
    }

    /// The same, and the place where it begins. Whatever happens from then on is on the stream.
    pub fn follow(url: &str, token: &str, query: &str) -> (Self, String) {
        let mut sse = Self::open(url, token, query, &[]);
        assert_eq!(sse.status, 200, "{}", sse.head);
        let opening = sse.next_frame().expect("a stream says where it begins");
        assert_eq!(opening.event, "watermark");
        (sse, opening.token().to_owned())
    }

    /// The same of another stream, from now on.
    pub fn follow_at(url: &str, path: &str, token: &str) -> Self {
        let mut sse = Self::open_at(url, path, token, &[]);
        assert_eq!(sse.status, 200, "{}", sse.head);
        assert_eq!(sse.next_frame().expect("a stream says where it begins").event, "watermark");
        sse
    }

    /// The next event, of whatever kind; nothing when the stream is over.
    #[track_caller]
    pub fn next_frame(&mut self) -> Option<Frame> {
        self.next_within(PATIENCE).unwrap_or_else(|| panic!("nothing came within {PATIENCE:?}"))
    }

    /// The next thing that happened.
    #[track_caller]
    pub fn next_event(&mut self) -> Frame {
        loop {
            let frame = self.next_frame().expect("the stream goes on");
            assert!(frame.event != "end" && frame.event != "reset", "{frame:?}");
            if frame.is_event() {
                return frame;
            }
        }
    }

    /// Nothing when no event came in that time; an inner nothing when the stream is over.
    pub fn next_within(&mut self, patience: Duration) -> Option<Option<Frame>> {
        let deadline = Instant::now() + patience;
        loop {
            while let Some((frame, rest)) = self.text.split_once("\n\n") {
                let (frame, rest) = (parse(frame), rest.to_owned());
                self.text = rest;
                if frame.is_some() {
                    return Some(frame);
                }
            }
            if self.is_over {
                return Some(None);
            }
            if !self.read(deadline) {
                return None;
            }
            self.take_apart();
        }
    }

    /// Leaves without a word, as a client that loses its network.
    pub fn cut(self) {
        let _ = self.connection.shutdown(Shutdown::Both);
    }

    fn read_head(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        let end = loop {
            if let Some(end) = find(&self.bytes, b"\r\n\r\n") {
                break end;
            }
            assert!(self.read(deadline) && !self.is_over, "no answer within {PATIENCE:?}");
        };
        self.head = String::from_utf8_lossy(&self.bytes[..end]).into_owned();
        self.bytes.drain(..end + 4);
        let status = self.head.split(' ').nth(1).and_then(|status| status.parse().ok());
        self.status = status.expect("a status");
        if self.status == 200 {
            self.take_apart();
        }
    }

    /// Whether anything came, be it the end.
    fn read(&mut self, deadline: Instant) -> bool {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return false;
        }
        self.connection.set_read_timeout(Some(left)).expect("a timeout");
        let mut part = [0; 16 * 1024];
        match self.connection.read(&mut part) {
            Ok(0) => self.is_over = true,
            Ok(read) => self.bytes.extend_from_slice(&part[..read]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                return false;
            }
            Err(_) => self.is_over = true,
        }
        true
    }

    /// Takes whole chunks of the transfer coding.
    fn take_apart(&mut self) {
        while let Some(end) = find(&self.bytes, b"\r\n") {
            let size = std::str::from_utf8(&self.bytes[..end]).expect("a size in text");
            let size = usize::from_str_radix(size, 16).expect("a size");
            if self.bytes.len() < end + 2 + size + 2 {
                return;
            }
            let chunk = self.bytes[end + 2..end + 2 + size].to_vec();
            self.text.push_str(&String::from_utf8(chunk).expect("frames are text and whole"));
            self.bytes.drain(..end + 2 + size + 2);
            if size == 0 {
                self.is_over = true;
            }
        }
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|part| part == wanted)
}

/// Nothing for a comment.
fn parse(text: &str) -> Option<Frame> {
    let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name));
    let event = field("event: ")?.to_owned();
    let data = serde_json::from_str(field("data: ")?).expect("data is JSON");
    Some(Frame { id: field("id: ").map(str::to_owned), event, data })
}
