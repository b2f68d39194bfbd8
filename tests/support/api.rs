//! The served API on a database of its own: `airtide serve` as a process, and people who use it.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::{Arc, Weak};
use std::time::Duration;

use nix::sys::signal::Signal;
use serde_json::{Value, json};
use server::dev::drop_at_exit;
use tempfile::TempDir;
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::airtide::Talk;
use crate::secrets::Unsayable;
use crate::{airtide, database, limits, mailbox, processes, wait};

const READY_WITHIN: Duration = Duration::from_secs(60);
const STOPPED_WITHIN: Duration = Duration::from_secs(30);
const ANSWER_WITHIN: Duration = Duration::from_secs(30);
const READY: &str = "ready";
const LISTENING: &str = "listening on http://";

/// A password that every test person has.
pub const PASSWORD: &str = "orchard in the rain";

pub struct TestApi {
    pub url: String,
    pub database_url: String,
    pub keys: TempDir,
    node: Node,
}

impl TestApi {
    /// One server for all tests that only use it, with a mailbox: starting one takes longer than most of them do. Whoever
    /// changes its tables, stops it, or counts what is there starts one alone.
    pub async fn shared() -> Arc<Self> {
        static SHARED: OnceCell<Weak<TestApi>> = OnceCell::const_new();
        let shared = SHARED.get_or_init(|| async {
            let api = Arc::new(Self::start_with(&[mailbox::KEPT]).await);
            let shared = Arc::downgrade(&api);
            drop_at_exit(api);
            shared
        });
        shared.await.upgrade().expect("it ends with the tests")
    }

    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// With further variables of the environment.
    pub async fn start_with(variables: &[(&str, &str)]) -> Self {
        Self::start_roles("all", variables).await
    }

    /// With some roles only; others are left to further processes.
    pub async fn start_roles(roles: &str, variables: &[(&str, &str)]) -> Self {
        let keys = tempfile::tempdir().expect("a folder for keys");
        let database_url = database::fresh().await;
        let node = Node::serve(&database_url, keys.path(), roles, variables);
        Self { url: node.url.clone(), database_url, keys, node }
    }

    /// On a database that is there.
    pub fn start_on(database_url: String, variables: &[(&str, &str)]) -> Self {
        let keys = tempfile::tempdir().expect("a folder for keys");
        let node = Node::serve(&database_url, keys.path(), "all", variables);
        Self { url: node.url.clone(), database_url, keys, node }
    }

    /// Another process takes its place, and is there before it goes.
    pub fn start_again(&mut self, variables: &[(&str, &str)]) {
        self.node = self.another_with("all", variables);
        self.url = self.node.url.clone();
    }

    /// One more process on the same database.
    pub fn another(&self, roles: &str) -> Node {
        self.another_with(roles, &[])
    }

    pub fn another_with(&self, roles: &str, variables: &[(&str, &str)]) -> Node {
        Node::serve(&self.database_url, self.keys.path(), roles, variables)
    }

    pub fn pid(&self) -> u32 {
        self.node.pid()
    }

    pub fn call<'a>(&'a self, method: &'a str, path: &str) -> Call<'a> {
        call(&self.url, method, path)
    }

    pub fn get(&self, path: &str) -> Call<'_> {
        self.call("GET", path)
    }

    pub fn post(&self, path: &str, body: Value) -> Call<'_> {
        self.call("POST", path).json(body)
    }

    /// Somebody new, signed in to a tenant of their own. A server that asks to try again, as on a busy machine, is asked again for
    /// somebody else: nobody knows what became of the first.
    pub fn person(&self) -> Person {
        let mut tries = 1;
        let (name, email, registered) = loop {
            let name = format!("p{}", &Uuid::new_v4().simple().to_string()[..20]);
            let email = format!("{name}@example.org");
            let body = json!({ "email": email, "username": name, "password": PASSWORD });
            let registered = self.post("/auth/register", body).send();
            if registered.status != UNAVAILABLE || tries == REGISTERS_MAX {
                break (name, email, registered.expect(201));
            }
            tries += 1;
        };
        let user = registered.text("/id");
        let signed_in = self.sign_in(&email);
        Person {
            token: signed_in.text("/access_token"),
            tenant: signed_in.text("/tenant"),
            user,
            email,
            username: name,
        }
    }

    pub fn sign_in(&self, identifier: &str) -> Answer {
        self.post("/auth/login", json!({ "identifier": identifier, "password": PASSWORD })).send().expect(200)
    }
}

const UNAVAILABLE: u16 = 503;
const REGISTERS_MAX: u32 = 3;

/// A process that was not ready when it ended, or not in time.
pub struct EndedEarly {
    pub status: Option<ExitStatus>,
    /// What it said on stderr.
    pub talk: String,
}

/// One process of `airtide serve`. It ends with its owner, by a failed test as well.
pub struct Node {
    pub url: String,
    child: Child,
    talk: Talk,
    unsayable: Unsayable,
}

impl Node {
    /// Blocks until it is ready.
    pub fn serve(database_url: &str, keys: &Path, roles: &str, variables: &[(&str, &str)]) -> Self {
        Self::try_serve(database_url, keys, roles, variables).unwrap_or_else(|ended| {
            panic!("airtide serve is not ready:\n{}", ended.talk);
        })
    }

    /// The same for a process that may end before it is ready.
    pub fn try_serve(
        database_url: &str,
        keys: &Path,
        roles: &str,
        variables: &[(&str, &str)],
    ) -> Result<Self, EndedEarly> {
        let mut serve = airtide::command(&["serve", "--roles", roles, "--listen", "127.0.0.1:0"]);
        serve.env("DATABASE_URL", database_url).env("AIRTIDE__KEYS__DIR", keys);
        serve.env("AIRTIDE__OPS__EXPORTS_DIR", keys.join("exports"));
        serve.env("AIRTIDE__FILES__FOLDER", keys.join("files"));
        // Nobody asks the real one.
        serve.env("AIRTIDE__AIRTABLE__ROOT", "http://127.0.0.1:9");
        limits::widen(&mut serve, variables);
        serve.env("AIRTIDE__HTTP__METRICS_LISTEN", "off").envs(variables.iter().copied());
        let mut child = serve.stderr(Stdio::piped()).spawn().expect("airtide starts");
        let (lines, talk) = Talk::of(child.stderr.take().expect("stderr is piped"));
        let mut node = Self { url: String::new(), child, talk, unsayable: Unsayable::default() };
        let mut seen = Vec::new();
        while let Ok(line) = lines.recv_timeout(READY_WITHIN) {
            if let Some((_, address)) = line.split_once(LISTENING) {
                node.url = format!("http://{}", address.trim());
            }
            if line.trim_end().ends_with(READY) {
                node.unsayable = Unsayable::of(keys);
                return Ok(node);
            }
            seen.push(line);
        }
        let status = node.ask_to_end();
        Err(EndedEarly { status, talk: seen.join("\n") })
    }

    /// How it ends by itself; nothing when it does not in time.
    pub fn end_of(mut self, patience: Duration) -> Option<ExitStatus> {
        wait::is_true_within(patience, || !matches!(self.child.try_wait(), Ok(None)));
        self.child.try_wait().ok().flatten()
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// SIGTERM, and what became of it; nothing when it did not end in time.
    pub fn terminate(mut self) -> Option<ExitStatus> {
        self.ask_to_end()
    }

    fn ask_to_end(&mut self) -> Option<ExitStatus> {
        // Its number may be somebody else's once it has been asked about.
        if let Ok(Some(status)) = self.child.try_wait() {
            return Some(status);
        }
        processes::send(self.child.id(), Signal::SIGTERM);
        let has_ended = || !matches!(self.child.try_wait(), Ok(None));
        wait::is_true_within(STOPPED_WITHIN, has_ended);
        self.child.try_wait().ok().flatten()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if self.ask_to_end().is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        self.talk.end(&self.unsayable);
    }
}

#[derive(Clone)]
pub struct Person {
    pub user: String,
    pub tenant: String,
    pub email: String,
    pub username: String,
    pub token: String,
}

/// A request, built up and sent on a connection of its own.
pub struct Call<'a> {
    url: &'a str,
    method: &'a str,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<String>,
}

pub fn call<'a>(url: &'a str, method: &'a str, path: &str) -> Call<'a> {
    Call { url, method, path: path.to_owned(), headers: Vec::new(), body: None }
}

impl Call<'_> {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub fn json(self, body: Value) -> Self {
        self.body(&body.to_string(), "application/json")
    }

    pub fn body(mut self, body: &str, content_type: &str) -> Self {
        self.body = Some(body.to_owned());
        self.header("content-type", content_type)
    }

    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub fn by(self, person: &Person) -> Self {
        self.bearer(&person.token)
    }

    pub fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    pub fn send(self) -> Answer {
        let asked = format!("{} {}", self.method, self.path);
        self.try_send().unwrap_or_else(|error| panic!("{asked}: {error}"))
    }

    /// The same where the server may be away, or go away meanwhile: an error leaves open whether it did anything.
    pub fn try_send(self) -> io::Result<Answer> {
        let asked = format!("{} {}", self.method, self.path);
        let mut text = String::new();
        self.connect()?.read_to_string(&mut text)?;
        Answer::parse(&text, asked)
    }

    /// The body of an answer that is no text.
    #[track_caller]
    pub fn bytes(self) -> Vec<u8> {
        let asked = format!("{} {}", self.method, self.path);
        let mut answer = Vec::new();
        self.connect().and_then(|mut stream| stream.read_to_end(&mut answer)).expect("an answer");
        let head = answer.windows(4).position(|end| end == b"\r\n\r\n").expect("a head");
        assert!(answer.starts_with(b"HTTP/1.1 200"), "{asked}: {}", String::from_utf8_lossy(&answer[..head]));
        answer.split_off(head + 4)
    }

    /// The status alone, of an answer that may have no end.
    pub fn status(self) -> u16 {
        let mut line = String::new();
        BufReader::new(self.connect().expect("the server listens"))
            .read_line(&mut line)
            .expect("a line of text");
        status_of(&line)
    }

    fn connect(self) -> io::Result<TcpStream> {
        let address = self.url.strip_prefix("http://").expect("a plain http address");
        let mut connection = TcpStream::connect(address)?;
        connection.set_read_timeout(Some(ANSWER_WITHIN))?;
        let headers: String =
            self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let body = self.body.unwrap_or_default();
        let length = if body.is_empty() && matches!(self.method, "GET" | "DELETE") {
            String::new()
        } else {
            format!("content-length: {}\r\n", body.len())
        };
        let head = format!(
            "{} {} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{length}{headers}\r\n",
            self.method, self.path
        );
        connection.write_all((head + &body).as_bytes())?;
        Ok(connection)
    }
}

fn status_of(head: &str) -> u16 {
    head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status")
}

pub struct Answer {
    pub status: u16,
    pub body: String,
    head: String,
    asked: String,
}

impl Answer {
    fn parse(text: &str, asked: String) -> io::Result<Self> {
        let cut_short = || io::Error::new(ErrorKind::UnexpectedEof, format!("no answer in {text:?}"));
        let (head, body) = text.split_once("\r\n\r\n").ok_or_else(cut_short)?;
        let answer = Self { status: status_of(head), body: body.to_owned(), head: head.to_owned(), asked };
        let length = answer.header("content-length").and_then(|length| length.parse().ok());
        if length.is_some_and(|length: usize| body.len() < length) && !answer.asked.starts_with("HEAD") {
            return Err(cut_short());
        }
        Ok(answer)
    }

    /// Fails unless the answer has this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.asked, self.body);
        self
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.head.lines().filter_map(|line| line.split_once(": "));
        found.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{}: {error} in {}", self.asked, self.body))
    }

    /// The value at a JSON pointer.
    #[track_caller]
    pub fn at(&self, pointer: &str) -> Value {
        let json = self.json();
        json.pointer(pointer).unwrap_or_else(|| panic!("{}: no {pointer} in {json}", self.asked)).clone()
    }

    #[track_caller]
    pub fn text(&self, pointer: &str) -> String {
        let value = self.at(pointer);
        value
            .as_str()
            .unwrap_or_else(|| panic!("{}: {pointer} is no text but {value}", self.asked))
            .to_owned()
    }
}
