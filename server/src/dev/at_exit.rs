//! Drops what must not outlive the process but is held by a `static`, which Rust never drops.

use std::any::Any;
use std::sync::{Mutex, Once, PoisonError};

static HELD: Mutex<Vec<Box<dyn Any + Send>>> = Mutex::new(Vec::new());

/// Holds `value` until the process exits in the ordinary way, and drops it then: a test binary shares one server.
pub fn drop_at_exit(value: impl Send + 'static) {
    static REGISTERED: Once = Once::new();
    // SAFETY: `drop_everything` takes no argument, is valid for the whole run, and does not unwind into C.
    REGISTERED.call_once(|| unsafe {
        nix::libc::atexit(drop_everything);
    });
    HELD.lock().unwrap_or_else(PoisonError::into_inner).push(Box::new(value));
}

extern "C" fn drop_everything() {
    let held = std::mem::take(&mut *HELD.lock().unwrap_or_else(PoisonError::into_inner));
    // The last comes first: it may use what was held before it.
    for value in held.into_iter().rev() {
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(value)));
    }
}
