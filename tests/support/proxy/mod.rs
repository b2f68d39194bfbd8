//! A TCP proxy that breaks connections on demand: before Postgres to the moment, before NATS all at once. There it also
//! repeats events, and lets them change places.

mod disorder;
mod frontend;
mod link;
mod talk;
mod trap;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{broadcast, oneshot, watch};
use tokio::task::JoinHandle;

use disorder::Disorder;
pub use disorder::Disordered;
use link::Link;
use trap::Trap;
pub use trap::{Cut, Moment};

use crate::random::Random;

/// The statement whose calls a trap waits for.
const WATCHED: &str = "from append(";

pub struct Proxy {
    port: u16,
    faults: Arc<Faults>,
    accepting: JoinHandle<()>,
}

/// What is spoken through a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spoken {
    Postgres,
    Nats,
}

/// What is to go wrong, as every connection sees it.
struct Faults {
    spoken: Spoken,
    disorder: Disorder,
    trap: Mutex<Option<Trap>>,
    frozen: watch::Sender<bool>,
    /// How long every answer is on its way.
    delay: watch::Sender<Duration>,
    cut: broadcast::Sender<Cut>,
    /// Whoever connects is turned away, and counted.
    away: AtomicBool,
    turned_away: AtomicU64,
}

impl Proxy {
    /// Forwards to a Postgres on a port of this machine.
    pub async fn to(port: u16) -> Self {
        Self::speaking(Spoken::Postgres, port).await
    }

    /// Forwards to a NATS on a port of this machine.
    pub async fn to_nats(port: u16) -> Self {
        Self::speaking(Spoken::Nats, port).await
    }

    async fn speaking(spoken: Spoken, port: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let own_port = listener.local_addr().expect("an address").port();
        let faults = Arc::new(Faults {
            spoken,
            disorder: Disorder::none(),
            trap: Mutex::default(),
            frozen: watch::channel(false).0,
            delay: watch::channel(Duration::ZERO).0,
            cut: broadcast::channel(1).0,
            away: AtomicBool::new(false),
            turned_away: AtomicU64::new(0),
        });
        let target = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let accepting = tokio::spawn(accept(listener, target, Arc::clone(&faults)));
        Self { port: own_port, faults, accepting }
    }

    /// The same address, through here.
    pub fn url(&self, url: &str) -> String {
        let (before, database) = url.rsplit_once('/').expect("an address ends in a database");
        let (server, _) = before.rsplit_once(':').expect("an address with a port");
        format!("{server}:{}/{database}", self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Cuts the connection that makes a call of `append`, after so many calls that pass.
    pub fn set_trap(&self, moment: Moment, cut: Cut, spared: u64) -> oneshot::Receiver<()> {
        let (sprung, done) = oneshot::channel();
        *self.faults.trap() = Some(Trap { moment, cut, spared, sprung });
        done
    }

    /// Holds everything that is sent, both ways; connections stay open.
    pub fn freeze(&self) {
        self.faults.frozen.send_replace(true);
    }

    pub fn thaw(&self) {
        self.faults.frozen.send_replace(false);
    }

    /// Lets every answer take longer by this.
    pub fn slow_down(&self, delay: Duration) {
        self.faults.delay.send_replace(delay);
    }

    /// Repeats some of the events that come through, either way, and lets some change places.
    pub fn begin_disorder(&self, random: Random) {
        self.faults.disorder.begin(random);
    }

    pub fn end_disorder(&self) -> Disordered {
        self.faults.disorder.end()
    }

    /// As if the server were gone: nothing is forwarded any more, and whoever connects is turned away.
    pub fn go_away(&self) {
        self.faults.turned_away.store(0, Ordering::SeqCst);
        self.faults.away.store(true, Ordering::SeqCst);
        self.cut_all(Cut::Close);
    }

    pub fn come_back(&self) {
        self.faults.away.store(false, Ordering::SeqCst);
    }

    /// How many were since it went away.
    pub fn turned_away(&self) -> u64 {
        self.faults.turned_away.load(Ordering::SeqCst)
    }

    /// Cuts every connection there is.
    pub fn cut_all(&self, cut: Cut) {
        // Nobody is connected: nothing to cut.
        let _ = self.faults.cut.send(cut);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
        self.thaw();
    }
}

impl Faults {
    fn trap(&self) -> std::sync::MutexGuard<'_, Option<Trap>> {
        self.trap.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The trap for a call that begins now, if its turn has come.
    fn trap_for_a_call(&self) -> Option<Trap> {
        let mut trap = self.trap();
        match trap.as_mut() {
            Some(waiting) if waiting.spared > 0 => {
                waiting.spared -= 1;
                None
            }
            _ => trap.take(),
        }
    }
}

async fn accept(listener: TcpListener, target: SocketAddr, faults: Arc<Faults>) {
    while let Ok((client, _)) = listener.accept().await {
        if faults.away.load(Ordering::SeqCst) {
            faults.turned_away.fetch_add(1, Ordering::SeqCst);
            continue;
        }
        let faults = Arc::clone(&faults);
        tokio::spawn(async move {
            // Without a server the client sees its connection closed, as it would without a proxy.
            if let Ok(server) = TcpStream::connect(target).await {
                Link::new(faults).run(client, server).await;
            }
        });
    }
}
