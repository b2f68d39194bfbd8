//! Cleans up after ephemeral instances whose process was killed: stops what still runs, deletes what is left.

use std::fs;

use super::folder::{Folder, temporary_roots};
use super::{nats, postgres};

pub fn abandoned_folders() {
    for root in temporary_roots() {
        let Ok(entries) = fs::read_dir(&root) else {
            continue;
        };
        for entry in entries.flatten() {
            if let Some(folder) = Folder::take_over_abandoned(&entry.path()) {
                stop_servers_of(&folder);
            }
        }
    }
}

/// Dropping the folder afterwards deletes it.
fn stop_servers_of(folder: &Folder) {
    let stopped = postgres::stop_leftover(&folder.path().join(postgres::FOLDER))
        .and_then(|()| nats::stop_leftover(&folder.path().join(nats::FOLDER)));
    if let Err(error) = stopped {
        tracing::warn!(folder = %folder.path().display(), %error, "could not clean up after an earlier run");
    }
}
