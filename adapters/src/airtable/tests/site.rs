//! A server that answers as a test says, time that jumps instead of passing, and a client that speaks to the one by the
//! other.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use domain::bases::ids::{BaseId, RecordId, TableId};
use domain::bases::ports::{Access, Airtable, Connected, Place, Sent};
use domain::secret::Secret;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::airtable::exchange::Exchange;
use crate::airtable::{Client, Hosts, Metrics, Pace, Settings, Time};
use crate::http::{EgressPolicy, GuardedClient, parse_networks};

pub const TOKEN: &str = "patTESTTESTTEST.secretsecretsecret";

/// One thing that the server does with a request.
#[derive(Clone)]
pub enum Does {
    /// Sends these bytes and closes.
    Says(Vec<u8>),
    /// Reads the request and closes without a word.
    Cuts,
    /// Reads the request and says nothing.
    Hangs,
}

impl Does {
    pub fn answer(status: u16, headers: &str, body: &[u8]) -> Self {
        let mut said = format!(
            "HTTP/1.1 {status} Said\r\n{headers}connection: close\r\ncontent-length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        said.extend_from_slice(body);
        Self::Says(said)
    }

    pub fn json(status: u16, body: &Value) -> Self {
        Self::answer(status, "content-type: application/json\r\n", body.to_string().as_bytes())
    }
}

/// What the server was sent.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    /// With its query.
    pub target: String,
    pub head: String,
    pub body: Vec<u8>,
}

/// Answers one request after the other with what it is given.
pub struct Site {
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Site {
    pub async fn doing(does: impl IntoIterator<Item = Does>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (kept, does) = (Arc::clone(&seen), Mutex::new(does.into_iter().collect::<VecDeque<_>>()));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let next = does.lock().unwrap().pop_front().unwrap_or(Does::Cuts);
                tokio::spawn(serve(stream, next, Arc::clone(&kept)));
            }
        });
        Self { address, seen }
    }

    pub fn root(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub fn connect(&self) -> Arc<dyn Connected> {
        client(&self.root(), &JumpingTime::new()).connect(access(Duration::from_secs(120)))
    }
}

async fn serve(stream: TcpStream, does: Does, seen: Arc<Mutex<Vec<Seen>>>) {
    let mut stream = BufReader::new(stream);
    let Some(request) = read(&mut stream).await else { return };
    seen.lock().unwrap().push(request);
    match does {
        Does::Says(bytes) => {
            let _ = stream.get_mut().write_all(&bytes).await;
        }
        Does::Cuts => {}
        // Until the client goes.
        Does::Hangs => {
            let _ = stream.read(&mut [0]).await;
        }
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> Option<Seen> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).await.ok()? == 0 {
            return None;
        }
    }
    let length =
        head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).await.ok()?;
    let mut first = head.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    Some(Seen { method, target, head, body })
}

/// Sleeping takes no time, and is remembered.
pub struct JumpingTime {
    began: Instant,
    passed: Mutex<Duration>,
}

impl JumpingTime {
    pub fn new() -> Arc<Self> {
        Arc::new(Self { began: Instant::now(), passed: Mutex::default() })
    }

    pub fn passed(&self) -> Duration {
        *self.passed.lock().unwrap()
    }
}

#[async_trait]
impl Time for JumpingTime {
    fn now(&self) -> Instant {
        self.began + self.passed()
    }

    async fn sleep(&self, time: Duration) {
        *self.passed.lock().unwrap() += time;
    }

    fn chance(&self) -> f64 {
        0.5
    }
}

pub fn client(root: &str, time: &Arc<JumpingTime>) -> Client {
    client_at(Pace::default(), root, time)
}

pub fn client_at(pace: Pace, root: &str, time: &Arc<JumpingTime>) -> Client {
    let policy = EgressPolicy::new(parse_networks("127.0.0.1/32").unwrap(), []);
    let settings = Settings {
        pace,
        metrics: Metrics::default(),
        time: Arc::clone(time) as Arc<dyn Time>,
        files: GuardedClient::new(policy).unwrap(),
    };
    Client::new(Hosts::of(root).unwrap(), settings).unwrap()
}

/// One that does not wait long for answers, and reads no more than so much of them.
pub fn impatient(root: &str, answer_bytes_max: usize) -> Client {
    let time = JumpingTime::new();
    let mut client = client(root, &time);
    let short = Duration::from_millis(300);
    let exchange = Exchange::within(Duration::from_secs(5), short, answer_bytes_max).unwrap();
    Arc::get_mut(&mut client.inner).unwrap().exchange = exchange;
    client
}

pub fn access(patience: Duration) -> Access {
    let token = Secret::new(TOKEN.into());
    Access { token, counted_for: "ana".into(), patience, sent: Sent::default() }
}

pub fn place() -> Place {
    Place { base: base(), table: TableId::parse("tblClients0000000").unwrap() }
}

pub fn base() -> BaseId {
    BaseId::parse("app00000000000000").unwrap()
}

pub fn record(number: u32) -> RecordId {
    RecordId::parse(&format!("rec{number:014}")).unwrap()
}
