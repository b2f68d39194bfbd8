//! Open files: a connection is one, and by default a process may have fewer than `sse` needs.

use nix::sys::resource::{Resource, getrlimit, setrlimit};

use crate::Outcome;

/// As many as the system lets this process have. The processes that it starts inherit it.
pub fn allow_many() -> Outcome<()> {
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
    Ok(setrlimit(Resource::RLIMIT_NOFILE, most, most)?)
}
