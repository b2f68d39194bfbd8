//! Clients that wait for events, each on a connection of its own, and tell when the last of them has read one.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::Outcome;

/// What makes a frame one that is waited for; heartbeats and watermarks come in between.
const EVENT: &[u8] = b"event: workspace.created\n";
const END_OF_FRAME: &[u8] = b"\n\n";
const FRAME_BYTES: usize = 2 * 1024;
const PATIENCE: Duration = Duration::from_secs(10);

pub struct Followers {
    reading: JoinSet<Outcome<()>>,
    arrivals: Arc<Arrivals>,
    finished: UnboundedReceiver<Instant>,
}

struct Arrivals {
    /// Clients that have not read the present event yet.
    missing: AtomicUsize,
    finished: UnboundedSender<Instant>,
}

impl Followers {
    pub fn new() -> Self {
        let (sender, finished) = mpsc::unbounded_channel();
        let arrivals = Arc::new(Arrivals { missing: AtomicUsize::new(0), finished: sender });
        Self { reading: JoinSet::new(), arrivals, finished }
    }

    /// One more client. `received`: what it has read already.
    pub fn add(&mut self, stream: TcpStream, received: Vec<u8>) {
        self.reading.spawn(read(stream, received, Arc::clone(&self.arrivals)));
    }

    /// Whatever is written from now on.
    pub fn begin(&mut self) -> Instant {
        self.arrivals.missing.store(self.reading.len(), Ordering::Release);
        Instant::now()
    }

    /// When the last client had read it.
    pub async fn last(&mut self) -> Outcome<Instant> {
        let finished = timeout(PATIENCE, async {
            tokio::select! {
                Some(ended) = self.reading.join_next() => Err(ended?.err().unwrap_or_else(|| "a stream ended".into())),
                Some(at) = self.finished.recv() => Ok(at),
            }
        });
        let missing = || self.arrivals.missing.load(Ordering::Acquire);
        match finished.await {
            Ok(finished) => finished,
            Err(_) => Err(format!("{} clients did not get an event", missing()).into()),
        }
    }
}

impl Arrivals {
    fn count(&self) {
        if self.missing.fetch_sub(1, Ordering::AcqRel) == 1 {
            // Whoever does not wait any more need not be told.
            let _ = self.finished.send(Instant::now());
        }
    }
}

async fn read(mut stream: TcpStream, mut received: Vec<u8>, arrivals: Arc<Arrivals>) -> Outcome<()> {
    received.reserve(FRAME_BYTES);
    loop {
        (0..take_events(&mut received)).for_each(|_| arrivals.count());
        if stream.read_buf(&mut received).await? == 0 {
            return Err("the server closed a stream".into());
        }
    }
}

/// The first event, as it came over the wire.
pub async fn first_event(mut stream: TcpStream, mut received: Vec<u8>) -> Outcome<Vec<u8>> {
    loop {
        let before = received.clone();
        if take_events(&mut received) > 0 {
            return Ok(before);
        }
        if stream.read_buf(&mut received).await? == 0 {
            return Err("the server closed a stream".into());
        }
    }
}

/// Takes every frame that is whole, and says how many of them are waited for.
fn take_events(received: &mut Vec<u8>) -> usize {
    let find = |bytes: &[u8], wanted: &[u8]| bytes.windows(wanted.len()).rposition(|each| each == wanted);
    let Some(end) = find(received, END_OF_FRAME) else {
        return 0;
    };
    let events = received[..end].windows(EVENT.len()).filter(|bytes| *bytes == EVENT).count();
    received.drain(..end + END_OF_FRAME.len());
    events
}
