//! A plain HTTP request, so that the tests share no code with what they test.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Generous: the machine may be busy with other tests.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Answer {
    pub status: u16,
    head: String,
    pub body: String,
}

impl Answer {
    /// The lines before the body.
    pub fn head(&self) -> &str {
        &self.head
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.head.lines().filter_map(|line| line.split_once(": "));
        found.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {}", self.body))
    }
}

/// `url` is `http://host:port`; `headers` are whole lines.
pub fn request(method: &str, url: &str, path: &str, headers: &[&str]) -> Answer {
    let address = url.strip_prefix("http://").expect("a plain http address");
    let mut connection = TcpStream::connect(address).expect("the server listens");
    let lines: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    write!(connection, "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{lines}\r\n")
        .unwrap();
    let mut text = String::new();
    connection.read_to_string(&mut text).expect("an answer in text");
    let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    Answer { status, head: head.to_owned(), body: body.to_owned() }
}

pub fn get(url: &str, path: &str) -> Answer {
    request("GET", url, path, &[])
}

/// A connection that is kept, for whoever sends something else than one whole request.
pub struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    pub fn open(url: &str) -> Connection {
        let address = url.strip_prefix("http://").expect("a plain http address");
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        Connection { stream: BufReader::new(stream) }
    }

    /// Any bytes; a server that does not want them may be gone already.
    pub fn send(&mut self, text: &str) -> bool {
        self.stream.get_mut().write_all(text.as_bytes()).is_ok()
    }

    /// Asks for a path and keeps the connection.
    pub fn get(&mut self, path: &str) -> Answer {
        assert!(self.send(&format!("GET {path} HTTP/1.1\r\nhost: test\r\n\r\n")), "the server reads");
        self.answer().expect("an answer")
    }

    /// The next answer; nothing when the server closes instead.
    pub fn answer(&mut self) -> Option<Answer> {
        let head = self.head()?;
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        let mut answer = Answer { status, head, body: String::new() };
        let length = answer.header("content-length").map_or(0, |length| length.parse().expect("a length"));
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).expect("the whole body");
        answer.body = String::from_utf8(body).expect("a body in text");
        Some(answer)
    }

    /// Waits until the server has closed the connection; what it said before is returned.
    pub fn closed(mut self) -> String {
        let mut said = Vec::new();
        match self.stream.read_to_end(&mut said) {
            Ok(_) => {}
            Err(error) if matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => {}
            Err(error) => panic!("the server keeps the connection: {error}"),
        }
        String::from_utf8_lossy(&said).into_owned()
    }

    fn head(&mut self) -> Option<String> {
        let mut head = String::new();
        loop {
            match self.stream.read_line(&mut head) {
                Ok(0) => return None,
                Ok(2) => return Some(head.trim_end().to_owned()),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::ConnectionReset => return None,
                Err(error) => panic!("no answer: {error}"),
            }
        }
    }
}
