//! Requests as they come, and answers as they are given: passed on as they are but for who asks and what people are called.

use std::io::{self, Read, Write};
use std::net::TcpStream;

use serde_json::Value;

use super::yard::Yard;

const HEAD_END: &[u8] = b"\r\n\r\n";

pub struct Asked {
    head: String,
    body: Vec<u8>,
}

pub struct Given(Vec<u8>);

impl Asked {
    pub fn read(caller: &mut TcpStream) -> io::Result<Self> {
        let (mut bytes, mut some) = (Vec::new(), [0; 16 * 1024]);
        loop {
            if let Some(end) = bytes.windows(HEAD_END.len()).position(|at| at == HEAD_END) {
                let mut body = bytes.split_off(end + HEAD_END.len());
                let asked =
                    Self { head: String::from_utf8_lossy(&bytes[..end]).into_owned(), body: Vec::new() };
                let length =
                    asked.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
                let had = body.len();
                body.resize(length.max(had), 0);
                caller.read_exact(&mut body[had..])?;
                return Ok(Self { body, ..asked });
            }
            match caller.read(&mut some)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                count => bytes.extend_from_slice(&some[..count]),
            }
        }
    }

    pub fn method(&self) -> &str {
        self.head.split(' ').next().unwrap_or_default()
    }

    pub fn path(&self) -> &str {
        self.target().split('?').next().unwrap_or_default()
    }

    /// Of a parameter that is written as it is meant.
    pub fn value_of(&self, name: &str) -> Option<&str> {
        let (_, query) = self.target().split_once('?')?;
        query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the suites send JSON")
    }

    fn target(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    pub fn pass_on(&self, yard: &Yard) -> Given {
        let asked = || -> io::Result<Vec<u8>> {
            let mut server = TcpStream::connect(yard.address())?;
            server
                .write_all(&yard.called_here(&[self.head_passed_on(yard).as_bytes(), &self.body].concat()))?;
            let mut given = Vec::new();
            server.read_to_end(&mut given)?;
            Ok(given)
        };
        Given(yard.called_there(&asked().expect("the server answers")))
    }

    /// One request a connection here as well, and nothing compressed in which people could not be found.
    fn head_passed_on(&self, yard: &Yard) -> String {
        let left_out = ["connection", "accept-encoding"];
        let lines = self.head.lines().filter_map(|line| match line.split_once(": ") {
            Some((name, _)) if left_out.iter().any(|out| name.eq_ignore_ascii_case(out)) => None,
            Some((name, value)) if name.eq_ignore_ascii_case("authorization") => {
                let token = value.strip_prefix("Bearer ").unwrap_or(value);
                Some(format!("{name}: Bearer {}\r\n", yard.key_of(token)))
            }
            _ => Some(format!("{line}\r\n")),
        });
        lines.collect::<String>() + "connection: close\r\n\r\n"
    }
}

impl Given {
    pub fn json(status: u16, body: &Value) -> Self {
        let body = body.to_string();
        let head =
            format!("HTTP/1.1 {status} Told\r\ncontent-type: application/json\r\nconnection: close\r\n");
        Self(format!("{head}content-length: {}\r\n\r\n{body}", body.len()).into_bytes())
    }

    pub fn status(&self) -> u16 {
        let line = String::from_utf8_lossy(self.0.split(|byte| *byte == b'\r').next().unwrap_or_default());
        line.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status")
    }

    pub fn write(&self, caller: &mut TcpStream) -> io::Result<()> {
        caller.write_all(&self.0)
    }
}
