//! A receiver of webhooks: a real HTTP server that writes down what comes and answers as it is told.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use serde_json::Value;

/// One request as it came.
#[derive(Debug, Clone)]
pub struct Received {
    pub at: Instant,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(each, _)| each.eq_ignore_ascii_case(name));
        found.map_or_else(|| panic!("no {name} in {:?}", self.headers), |(_, value)| value)
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }
}

/// Whole answers are chosen by the number of the request, counted from one.
type Answers = dyn Fn(usize) -> u16 + Send + Sync;

pub struct Receiver {
    pub address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Receiver {
    /// Listens until the test program ends.
    pub fn start(answers: impl Fn(usize) -> u16 + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let received = Arc::new(Mutex::new(Vec::new()));
        let (noting, answers): (_, Arc<Answers>) = (Arc::clone(&received), Arc::new(answers));
        std::thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let (noting, answers) = (Arc::clone(&noting), Arc::clone(&answers));
                std::thread::spawn(move || serve(connection, &noting, &*answers));
            }
        });
        Self { address, received }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn received(&self) -> Vec<Received> {
        self.received.lock().expect("nobody panicked").clone()
    }

    /// As if nothing had come after so many.
    pub fn forget_after(&self, many: usize) {
        self.received.lock().expect("nobody panicked").truncate(many);
    }

    /// What came in under a path, as the names of its events.
    pub fn types(&self, path: &str) -> Vec<String> {
        let of_path = self.received().into_iter().filter(|each| each.path == path);
        of_path.map(|each| each.json()["type"].as_str().expect("a type").to_owned()).collect()
    }
}

fn serve(connection: TcpStream, noting: &Mutex<Vec<Received>>, answers: &Answers) {
    let mut writing = connection.try_clone().expect("a second handle");
    let mut reading = BufReader::new(connection);
    while let Some(request) = read(&mut reading) {
        let is_last = request.headers.iter().any(|(name, value)| {
            name.eq_ignore_ascii_case("connection") && value.eq_ignore_ascii_case("close")
        });
        let number = {
            let mut noted = noting.lock().expect("nobody panicked");
            noted.push(request);
            noted.len()
        };
        let status = answers(number);
        let answer = format!("HTTP/1.1 {status} Told\r\ncontent-length: 0\r\n\r\n");
        if writing.write_all(answer.as_bytes()).is_err() || is_last {
            return;
        }
    }
}

fn read(reading: &mut BufReader<TcpStream>) -> Option<Received> {
    let mut line = String::new();
    reading.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reading.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length = length.map_or(0, |(_, value)| value.parse().expect("a length"));
    let mut body = vec![0; length];
    reading.read_exact(&mut body).ok()?;
    Some(Received { at: Instant::now(), path, headers, body })
}
