//! A door beside Airtide's own `/v0`, for the suites of Airtable's clients: it passes on what they ask, and answers what they ask of
//! the stand-in's side door (`/_sim`) by what Airtide itself offers. A copy of a base is one more load, a token is an API key, the
//! journal is what was passed on and what the log tells of it. Webhooks, knobs and the clock are the stand-in's alone.

mod journal;
mod passing;
mod yard;

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use serde_json::{Value, json};
use tokio::runtime::Handle;

use journal::Journal;
use passing::{Asked, Given};
use yard::Yard;

use crate::stand_in::StandIn;

pub struct SideDoor {
    address: SocketAddr,
    inside: Arc<Inside>,
    doorkeeper: Option<JoinHandle<()>>,
}

struct Inside {
    yard: Yard,
    journal: Journal,
    runtime: Handle,
    is_closed: AtomicBool,
}

impl SideDoor {
    /// Before a server of its own, which holds the base of a seed and has its people as members.
    pub async fn before(seed: &Path) -> Self {
        Self::before_yard(Yard::open(seed, None)).await
    }

    /// The same, but that the base is one of the stand-in's that is connected. Nobody writes to it, so it stands for copies of itself.
    pub async fn before_connected(seed: &Path) -> Self {
        Self::before_yard(Yard::open(seed, Some(StandIn::holding(seed)))).await
    }

    async fn before_yard(opening: impl Future<Output = Yard>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address");
        let (journal, runtime) = (Journal::default(), Handle::current());
        let yard = opening.await;
        let inside = Arc::new(Inside { yard, journal, runtime, is_closed: AtomicBool::new(false) });
        let keeping = Arc::clone(&inside);
        let doorkeeper = Some(thread::spawn(move || keeping.keep(&listener)));
        Self { address, inside, doorkeeper }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The base that is there from the beginning.
    pub fn base(&self) -> &str {
        self.inside.yard.seeded()
    }

    /// Of whoever may do everything there.
    pub fn token(&self) -> &str {
        self.inside.yard.token()
    }
}

impl Drop for SideDoor {
    fn drop(&mut self) {
        self.inside.is_closed.store(true, Ordering::SeqCst);
        // Whoever waits for the next caller has one.
        let _ = TcpStream::connect(self.address);
        if let Some(doorkeeper) = self.doorkeeper.take() {
            let _ = doorkeeper.join();
        }
    }
}

impl Inside {
    fn keep(self: Arc<Self>, listener: &TcpListener) {
        for connection in listener.incoming().map_while(Result::ok) {
            if self.is_closed.load(Ordering::SeqCst) {
                return;
            }
            let inside = Arc::clone(&self);
            thread::spawn(move || inside.serve(connection));
        }
    }

    /// One request a connection. A caller who went away is not answered.
    fn serve(&self, mut caller: TcpStream) {
        let Ok(asked) = Asked::read(&mut caller) else { return };
        let given = match asked.path().strip_prefix("/_sim/") {
            Some(path) => self.side(&asked, path),
            None => self.pass(&asked),
        };
        let _ = given.write(&mut caller);
    }

    fn pass(&self, asked: &Asked) -> Given {
        let given = asked.pass_on(&self.yard);
        self.journal.note(asked, given.status());
        given
    }

    fn side(&self, asked: &Asked, path: &str) -> Given {
        let parts: Vec<&str> = path.split('/').collect();
        let told = match (asked.method(), parts.as_slice()) {
            ("POST", ["bases", base, "copy"]) => self.copy(base),
            ("DELETE", ["bases", base]) => self.runtime.block_on(self.yard.delete(base)),
            ("POST", ["tokens"]) => self.yard.give(&asked.json()),
            ("POST", ["tokens", "revoke"]) => self.yard.take_back(&asked.json()),
            ("GET", ["journal"]) => self.entries(asked.value_of("base").unwrap_or_default()),
            _ => return Given::json(404, &json!({ "error": "no local base has this" })),
        };
        Given::json(200, &told)
    }

    fn copy(&self, base: &str) -> Value {
        assert_eq!(base, self.yard.seeded(), "the base of the seed alone is copied");
        let copy = self.runtime.block_on(self.yard.copy());
        self.journal.forget(&copy);
        json!({ "base_id": copy })
    }

    /// What was asked, and after it what the log tells of the base since it was loaded.
    fn entries(&self, base: &str) -> Value {
        let mut entries = self.journal.of(base);
        let effects = self.runtime.block_on(self.yard.effects(base));
        entries.push(json!({ "route": "log", "effects": effects }));
        json!({ "entries": entries })
    }
}
