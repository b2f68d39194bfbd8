//! The threads that commands and requests run on.

use std::io;
use std::thread::available_parallelism;

use tokio::runtime::{Builder, Runtime};

/// One thread per processor, but for one: every append is carried out by one backend of Postgres, and on a machine
/// that it shares with us it must not wait for those whom it is about to answer.
pub fn start() -> io::Result<Runtime> {
    let processors = available_parallelism().map_or(1, usize::from);
    Builder::new_multi_thread().worker_threads((processors - 1).max(1)).enable_all().build()
}
