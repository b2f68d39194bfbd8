//! What a private server keeps between two starts: its ports and its password, in a file that only we can read.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::error::{DevError, Doing};
use crate::password;

#[derive(Serialize, Deserialize)]
pub struct Remembered {
    pub ports: Vec<u16>,
    pub password: String,
}

impl Remembered {
    /// For the first start: no ports yet, a new password.
    pub fn new() -> Result<Remembered, DevError> {
        let password = password::draw().doing(|| "read /dev/urandom".into())?;
        Ok(Remembered { ports: Vec::new(), password })
    }

    pub fn load(path: &Path) -> Result<Remembered, DevError> {
        let bytes = fs::read(path).doing(|| format!("read {}", path.display()))?;
        serde_json::from_slice(&bytes)
            .map_err(std::io::Error::from)
            .doing(|| format!("understand {}", path.display()))
    }

    pub fn save(&self, path: &Path) -> Result<(), DevError> {
        let text = serde_json::to_string_pretty(self).map_err(std::io::Error::from);
        text.and_then(|text| write_private(path, &text)).doing(|| format!("write {}", path.display()))
    }
}

/// Replaces the file at once, so that no reader sees half of it, and lets nobody else read it.
pub fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let beside = path.with_extension("new");
    let _ = fs::remove_file(&beside);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
    file.write_all(text.as_bytes())?;
    fs::rename(&beside, path)
}
