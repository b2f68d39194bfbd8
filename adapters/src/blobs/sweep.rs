//! What was never finished and belongs to nobody any more. The store does not list what it is still writing, so the folder is asked.

use std::fs;
use std::io::{Error, ErrorKind};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// No file is longer on its way.
pub const ABANDONED_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// How many there were.
pub fn sweep(folder: &Path, after: Duration) -> Result<usize, Error> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
        entries => entries?,
    };
    let now = SystemTime::now();
    let mut swept = 0;
    for entry in entries {
        let entry = entry?;
        // One that went meanwhile was somebody's.
        let Ok(changed) = entry.metadata().and_then(|metadata| metadata.modified()) else { continue };
        let is_abandoned = now.duration_since(changed).unwrap_or_default() >= after;
        if is_abandoned && fs::remove_file(entry.path()).is_ok() {
            swept += 1;
        }
    }
    Ok(swept)
}
