//! People at work over HTTP: each asks for one thing after the other, asks again under the same key for as long as it
//! is open what happened, and writes down what was acknowledged.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::api::{Answer, PASSWORD, call};
use support::random::Random;
use support::wait;

use super::deployment::{Deployment, Door};

const CLIENTS: usize = 5;
/// Beyond every patience that the program may have with a fault.
const ANSWERED_WITHIN: Duration = Duration::from_secs(60);
const PAUSE_BEFORE_ASKING_AGAIN: Duration = Duration::from_millis(100);
/// Longest pause between two commands, as people make them.
const PAUSE_MS: u64 = 60;

/// What one command led to: the type of its event, what it happened to, and the name in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Acknowledged {
    pub event_type: &'static str,
    pub id: String,
    pub name: String,
}

#[derive(Default)]
pub struct Journal {
    pub acknowledged: Vec<Acknowledged>,
    /// Answers that left it open what happened.
    pub asked_again: usize,
}

impl Journal {
    pub fn merge(&mut self, other: Journal) {
        self.acknowledged.extend(other.acknowledged);
        self.asked_again += other.asked_again;
    }
}

pub struct Load {
    stop: Arc<AtomicBool>,
    clients: Vec<JoinHandle<Journal>>,
}

impl Load {
    /// Everybody has a workspace with a webhook before this returns.
    pub fn start(deployment: &Deployment, random: &Random) -> Self {
        Self::start_of("c", deployment, random)
    }

    /// People of another crew than those who came before.
    pub fn start_of(crew: &str, deployment: &Deployment, random: &Random) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let client = |number: usize| {
            let name = format!("{crew}{number}");
            let hook = deployment.hooks.url(&format!("/{name}"));
            let mut client = Client::new(&name, &deployment.door, random.branch(&name));
            client.settle_in(&hook);
            client
        };
        let clients: Vec<Client> = (0..CLIENTS).map(client).collect();
        let begin = |client: Client| {
            let stop = Arc::clone(&stop);
            std::thread::spawn(move || client.work(&stop))
        };
        Self { clients: clients.into_iter().map(begin).collect(), stop }
    }

    /// Lets everybody end what they are about; all that was written down. Blocks.
    pub fn end(self) -> Journal {
        self.stop.store(true, Ordering::Relaxed);
        let mut all = Journal::default();
        for client in self.clients {
            all.merge(client.join().expect("a client gets an answer that is allowed"));
        }
        all
    }
}

pub struct Client {
    name: String,
    door: Door,
    random: Random,
    pub journal: Journal,
    pub token: String,
    workspace: String,
    etag: String,
    keys: u64,
}

/// Something to ask for.
struct Asked<'a> {
    method: &'a str,
    path: &'a str,
    body: Value,
    if_match: Option<&'a str>,
}

impl<'a> Asked<'a> {
    fn post(path: &'a str, body: Value) -> Self {
        Self { method: "POST", path, body, if_match: None }
    }
}

impl Client {
    pub fn new(name: &str, door: &Door, random: Random) -> Self {
        Self {
            name: name.to_owned(),
            door: door.clone(),
            random,
            journal: Journal::default(),
            token: String::new(),
            workspace: String::new(),
            etag: String::new(),
            keys: 0,
        }
    }

    /// Registers, signs in, and has the workspace that is worked in told to a webhook.
    fn settle_in(&mut self, hook: &str) {
        self.sign_up();
        let created = self.create();
        self.workspace = created.text("/id");
        self.etag = created.header("etag").expect("an etag").to_owned();
        let path = format!("/v1/workspaces/{}/webhooks", self.workspace);
        self.insist(Asked::post(&path, json!({ "url": hook }))).expect(201);
    }

    pub fn sign_up(&mut self) {
        let email = self.register();
        let signing_in = json!({ "identifier": email, "password": PASSWORD });
        self.token = self.insist(Asked::post("/auth/login", signing_in)).expect(200).text("/access_token");
    }

    fn work(mut self, stop: &AtomicBool) -> Journal {
        while !stop.load(Ordering::Relaxed) {
            match self.random.below(8) {
                0 => drop(self.register()),
                1 | 2 => drop(self.create()),
                _ => self.rename(),
            }
            wait::let_pass_here(Duration::from_millis(self.random.below(PAUSE_MS)));
        }
        self.journal
    }

    /// Says under which address.
    fn register(&mut self) -> String {
        let email = format!("{}@example.org", self.next_name());
        let asked = Asked::post("/auth/register", json!({ "email": email, "password": PASSWORD }));
        let id = self.insist(asked).expect(201).text("/id");
        self.note("user.registered", id, email.clone());
        email
    }

    pub fn create(&mut self) -> Answer {
        let name = self.next_name();
        let created = self.insist(Asked::post("/v1/workspaces", json!({ "name": name }))).expect(201);
        self.note("workspace.created", created.text("/id"), name);
        created
    }

    /// At the version that was seen last. Asked again after its own success it has to be answered with that.
    fn rename(&mut self) {
        let name = self.next_name();
        let (path, etag) = (format!("/v1/workspaces/{}", self.workspace), self.etag.clone());
        let body = json!({ "name": name });
        let asked = Asked { method: "PATCH", path: &path, body, if_match: Some(&etag) };
        let renamed = self.insist(asked).expect(200);
        self.etag = renamed.header("etag").expect("an etag").to_owned();
        self.note("workspace.renamed", self.workspace.clone(), name);
    }

    fn next_name(&mut self) -> String {
        self.keys += 1;
        format!("{}-{}", self.name, self.keys)
    }

    fn note(&mut self, event_type: &'static str, id: String, name: String) {
        self.journal.acknowledged.push(Acknowledged { event_type, id, name });
    }

    /// Asks until something is certain, under one key.
    fn insist(&mut self, asked: Asked) -> Answer {
        self.keys += 1;
        let key = format!("{}-{}", self.name, self.keys);
        let deadline = Instant::now() + ANSWERED_WITHIN;
        loop {
            match self.ask(&asked, &key) {
                Ok(answer) if answer.status < 500 => return answer,
                unclear => {
                    let unclear = unclear.map(|answer| answer.body);
                    assert!(Instant::now() < deadline, "{key} is not answered in time; at last: {unclear:?}");
                }
            }
            self.journal.asked_again += 1;
            wait::let_pass_here(PAUSE_BEFORE_ASKING_AGAIN);
        }
    }

    fn ask(&self, asked: &Asked, key: &str) -> std::io::Result<Answer> {
        let url = self.door.url();
        let mut call = call(&url, asked.method, asked.path).json(asked.body.clone()).key(key);
        if !self.token.is_empty() {
            call = call.bearer(&self.token);
        }
        if let Some(etag) = asked.if_match {
            call = call.header("if-match", etag);
        }
        call.try_send()
    }
}
