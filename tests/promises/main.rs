//! What is promised in milliseconds. Cargo runs one test program after the other, and these take turns as well: nothing
//! else is at work while one of them measures.

mod announced;
mod flood;
mod tour;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Waits until no other test of this program runs.
fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}
