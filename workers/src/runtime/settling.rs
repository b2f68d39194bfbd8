//! Settles what tasks came to: many at once, and again until the database has it.

use std::time::Duration;

use eventstore::backoff::Backoff;
use eventstore::fail_points::{FailPoint, pass};
use eventstore::work::{Claim, Settled, Work};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

const TOGETHER_MAX: usize = 256;
const WAITING_MAX: usize = 4_096;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

type Said = ((Claim, Settled), oneshot::Sender<bool>);

/// Cheap to clone.
#[derive(Clone)]
pub struct Settler {
    said: mpsc::Sender<Said>,
}

impl Settler {
    /// The task ends when every settler is gone.
    pub fn start(work: Work) -> (Self, JoinHandle<()>) {
        let (said, heard) = mpsc::channel(WAITING_MAX);
        (Self { said }, tokio::spawn(write_down(work, heard)))
    }

    /// Whether the claim was still ours, so that this counts.
    pub async fn settle(&self, claim: Claim, settled: Settled) -> bool {
        let (reply, answer) = oneshot::channel();
        self.said.send(((claim, settled), reply)).await.is_ok() && answer.await.unwrap_or(false)
    }
}

async fn write_down(work: Work, mut heard: mpsc::Receiver<Said>) {
    let mut said: Vec<Said> = Vec::with_capacity(TOGETHER_MAX);
    while heard.recv_many(&mut said, TOGETHER_MAX).await > 0 {
        let (settled, replies): (Vec<_>, Vec<_>) = said.drain(..).unzip();
        pass(FailPoint::BeforeSettling);
        let names = until_written(&work, &settled).await;
        pass(FailPoint::AfterSettling);
        for ((claim, _), reply) in settled.into_iter().zip(replies) {
            let _ = reply.send(names.contains(&claim.name));
        }
    }
}

/// Written twice changes nothing, so it is tried for as long as it takes.
async fn until_written(work: &Work, settled: &[(Claim, Settled)]) -> Vec<String> {
    let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
    loop {
        match work.settle(settled).await {
            Ok(names) => return names,
            Err(error) => {
                tracing::warn!(%error, pieces = settled.len(), "work could not be settled; trying again");
                backoff.pause().await;
            }
        }
    }
}
