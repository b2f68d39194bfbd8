//! The one place where tests wait: for a condition, with a deadline.

use std::time::{Duration, Instant};

const PAUSE: Duration = Duration::from_millis(20);

/// Panics with `what` when the condition does not come true in time.
pub fn until(what: &str, patience: Duration, condition: impl FnMut() -> bool) {
    assert!(is_true_within(patience, condition), "not within {patience:?}: {what}");
}

pub fn is_true_within(patience: Duration, mut condition: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + patience;
    loop {
        if condition() {
            return true;
        }
        if Instant::now() >= deadline {
            return false;
        }
        std::thread::sleep(PAUSE);
    }
}

/// The same for a condition that has to be asked of somebody.
pub async fn until_true(what: &str, patience: Duration, mut condition: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + patience;
    while !condition().await {
        assert!(Instant::now() < deadline, "not within {patience:?}: {what}");
        tokio::time::sleep(PAUSE).await;
    }
}

/// For what takes its time by its nature: a fault that lasts so long, a client that does not ask again at once.
pub async fn let_pass(time: Duration) {
    tokio::time::sleep(time).await;
}

/// The same on a thread of its own.
pub fn let_pass_here(time: Duration) {
    std::thread::sleep(time);
}
