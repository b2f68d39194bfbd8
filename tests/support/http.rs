//! A plain HTTP request, so that the tests share no code with what they test.

use std::io::{Read, Write};
use std::net::TcpStream;

pub struct Answer {
    pub status: u16,
    head: String,
    pub body: String,
}

impl Answer {
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
