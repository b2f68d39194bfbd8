//! Requests to stop: Ctrl-C, SIGTERM, or a terminal that went away. The first means "finish what you do", the
//! second "now".

use std::io;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

static SEEN: AtomicU32 = AtomicU32::new(0);

/// For code that waits without a runtime.
pub fn is_requested() -> bool {
    SEEN.load(Ordering::Relaxed) >= 1
}

pub fn is_insisted_on() -> bool {
    SEEN.load(Ordering::Relaxed) >= 2
}

#[derive(Clone)]
pub struct StopRequests(watch::Receiver<u32>);

impl StopRequests {
    pub fn listen() -> io::Result<StopRequests> {
        let (counter, requests) = watch::channel(0);
        for kind in [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()] {
            let mut signals = signal(kind)?;
            let counter = counter.clone();
            tokio::spawn(async move {
                while signals.recv().await.is_some() {
                    let seen = SEEN.fetch_add(1, Ordering::Relaxed) + 1;
                    counter.send_replace(seen);
                }
            });
        }
        Ok(StopRequests(requests))
    }

    pub async fn first(&mut self) {
        self.at_least(1).await;
    }

    pub async fn second(&mut self) {
        self.at_least(2).await;
    }

    async fn at_least(&mut self, count: u32) {
        if self.0.wait_for(|seen| *seen >= count).await.is_err() {
            // Nobody listens for signals any more, so none will come.
            std::future::pending::<()>().await;
        }
    }
}
