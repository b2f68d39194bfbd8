//! Hashing, away from everything else: on threads of its own, of low priority, one processor left to the rest. What
//! waits is bounded in number and in time, so that a flood of sign-ins slows nothing but sign-ins.

use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use domain::secret::Secret;
use tokio::sync::oneshot;

use super::argon::Argon;

/// Passwords that may wait to be hashed.
const WAITING_MAX: usize = 128;
/// Longest wait; whoever waited longer is told to come again.
const WAIT_MAX: Duration = Duration::from_secs(4);
/// How far the threads give way to others, as `nice` has it.
const NICENESS: i32 = 10;

/// Too many passwords are waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are waiting to be checked")]
pub struct Busy;

/// Cheap to clone. The threads end when the last one is dropped.
#[derive(Clone)]
pub struct Hasher {
    jobs: mpsc::SyncSender<Job>,
    /// What is compared when there is no such person, so that the work is the same.
    nobody: Arc<str>,
}

struct Job {
    queued_at: Instant,
    work: Work,
}

enum Work {
    Hash { password: Secret<String>, answer: oneshot::Sender<Option<String>> },
    Verify { password: Secret<String>, hash: String, answer: oneshot::Sender<bool> },
}

impl Hasher {
    pub fn start() -> std::io::Result<Self> {
        let (jobs, waiting) = mpsc::sync_channel(WAITING_MAX);
        let waiting = Arc::new(Mutex::new(waiting));
        let processors = thread::available_parallelism().map_or(1, usize::from);
        for number in 0..(processors - 1).max(1) {
            let waiting = Arc::clone(&waiting);
            thread::Builder::new().name(format!("passwords-{number}")).spawn(move || {
                give_way();
                carry_out_all(&waiting);
            })?;
        }
        let nobody = Argon::new().hash_of(&Secret::new("nobody's password".into()));
        let nobody = nobody.ok_or_else(|| std::io::Error::other("passwords cannot be hashed"))?;
        Ok(Self { jobs, nobody: nobody.into() })
    }

    /// The hash to keep of a password, in PHC form.
    pub async fn hash(&self, password: Secret<String>) -> Result<String, Busy> {
        let (answer, answered) = oneshot::channel();
        self.queue(Work::Hash { password, answer })?;
        answered.await.ok().flatten().ok_or(Busy)
    }

    /// Whether a password is the one whose hash was kept. Without a hash the answer is no, after the same work.
    pub async fn verify(&self, password: Secret<String>, hash: Option<String>) -> Result<bool, Busy> {
        let is_somebody = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.to_string());
        let (answer, answered) = oneshot::channel();
        self.queue(Work::Verify { password, hash, answer })?;
        answered.await.map(|equal| equal && is_somebody).map_err(|_| Busy)
    }

    fn queue(&self, work: Work) -> Result<(), Busy> {
        self.jobs.try_send(Job { queued_at: Instant::now(), work }).map_err(|_| Busy)
    }
}

fn carry_out_all(waiting: &Mutex<mpsc::Receiver<Job>>) {
    let mut argon = Argon::new();
    loop {
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match next {
            // Dropping the work is the answer to whoever waited too long, or to nobody.
            Ok(job) if job.queued_at.elapsed() > WAIT_MAX => drop(job),
            Ok(job) => carry_out(&mut argon, job.work),
            Err(mpsc::RecvError) => return,
        }
    }
}

fn carry_out(argon: &mut Argon, work: Work) {
    match work {
        Work::Hash { answer, .. } if answer.is_closed() => {}
        Work::Verify { answer, .. } if answer.is_closed() => {}
        Work::Hash { password, answer } => {
            let _ = answer.send(argon.hash_of(&password));
        }
        Work::Verify { password, hash, answer } => {
            let _ = answer.send(argon.is_hash_of(&password, &hash).unwrap_or_else(|| {
                tracing::error!("a stored password hash cannot be read");
                false
            }));
        }
    }
}

#[cfg(target_os = "linux")]
fn give_way() {
    // SAFETY: takes numbers only. On Linux, "process 0" is the calling thread.
    if unsafe { libc::setpriority(libc::PRIO_PROCESS, 0, NICENESS) } != 0 {
        tracing::warn!("the threads for passwords keep their priority");
    }
}

#[cfg(not(target_os = "linux"))]
fn give_way() {}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.into())
    }

    #[tokio::test]
    async fn a_password_is_known_again_and_no_other_is() {
        let hasher = Hasher::start().unwrap();
        let hash = hasher.hash(secret("right")).await.unwrap();
        assert!(hasher.verify(secret("right"), Some(hash.clone())).await.unwrap());
        for near in ["wrong", "Right", "right ", " right", "righ", "right\0", ""] {
            assert!(!hasher.verify(secret(near), Some(hash.clone())).await.unwrap(), "{near:?}");
        }
    }

    #[tokio::test]
    async fn nobody_has_no_password() {
        let hasher = Hasher::start().unwrap();
        assert!(!hasher.verify(secret("nobody's password"), None).await.unwrap());
    }

    #[tokio::test]
    async fn more_than_may_wait_are_turned_away() {
        let (jobs, _waiting) = mpsc::sync_channel(1);
        let hasher = Hasher { jobs, nobody: "".into() };
        let first = tokio::spawn({
            let hasher = hasher.clone();
            async move { hasher.hash(secret("first")).await }
        });
        tokio::task::yield_now().await;
        assert_eq!(hasher.hash(secret("second")).await, Err(Busy));
        first.abort();
    }
}
