//! The unprivileged user that the servers run as when we are root: Postgres refuses to be root, and NATS need not be.

use std::fs;
use std::os::unix::fs::{MetadataExt, lchown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use nix::unistd::{Gid, Uid, User, geteuid};

use super::error::{DevError, Doing};

#[derive(Clone, Debug)]
pub struct Account {
    pub name: String,
    uid: Uid,
    gid: Gid,
}

impl Account {
    /// `None` when we are not root: the servers then run as ourselves.
    pub fn for_servers() -> Result<Option<Account>, DevError> {
        if !geteuid().is_root() {
            return Ok(None);
        }
        ["postgres", "nobody"]
            .into_iter()
            .find_map(Account::named)
            .map(Some)
            .ok_or(DevError::NoUnprivilegedUser)
    }

    fn named(name: &str) -> Option<Account> {
        let user = User::from_name(name).ok().flatten()?;
        Some(Account { name: user.name, uid: user.uid, gid: user.gid })
    }

    /// Also drops root's supplementary groups: the standard library does so whenever it changes the user.
    pub fn run_as(&self, command: &mut Command) {
        command.uid(self.uid.as_raw()).gid(self.gid.as_raw());
    }

    /// Takes over what another user's run made; nothing to do when the account owns it already.
    pub fn own_tree(&self, path: &Path) -> Result<(), DevError> {
        let metadata = path.symlink_metadata().doing(|| format!("look at {}", path.display()))?;
        if metadata.uid() == self.uid.as_raw() {
            return Ok(());
        }
        if metadata.is_dir() {
            for entry in fs::read_dir(path).doing(|| format!("list {}", path.display()))?.flatten() {
                self.own_tree(&entry.path())?;
            }
        }
        self.own(path)
    }

    pub fn own(&self, path: &Path) -> Result<(), DevError> {
        lchown(path, Some(self.uid.as_raw()), Some(self.gid.as_raw()))
            .doing(|| format!("give {} to the user {}", path.display(), self.name))
    }

    /// Whether the account may walk down to `path`: every folder above must let it through.
    pub fn can_reach(&self, path: &Path) -> bool {
        path.ancestors().skip(1).all(|folder| self.may(folder, 0o1))
    }

    /// Whether the account may read and run the file at `path`.
    pub fn can_run(&self, path: &Path) -> bool {
        let real_path = path.canonicalize().unwrap_or_else(|_| PathBuf::from(path));
        self.can_reach(&real_path) && self.may(&real_path, 0o5)
    }

    fn may(&self, path: &Path, wanted: u32) -> bool {
        let Ok(metadata) = path.metadata() else {
            return false;
        };
        let shift = if metadata.uid() == self.uid.as_raw() {
            6
        } else if metadata.gid() == self.gid.as_raw() {
            3
        } else {
            0
        };
        (metadata.mode() >> shift) & wanted == wanted
    }
}
