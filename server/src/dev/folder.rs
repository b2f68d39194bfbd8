//! The data folder: held by one process at a time, reachable for the servers' user, and deleted when ephemeral.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io::{Read, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use nix::unistd::mkdtemp;

use super::account::Account;
use super::error::{DevError, Doing};

/// Every ephemeral folder starts with this; an abandoned one is recognised by it.
pub const EPHEMERAL_PREFIX: &str = "airtide-ephemeral-";
const RELOCATED_PREFIX: &str = "airtide-data-";
const LOCK_FILE: &str = "lock";
/// Others may pass through to a path they know, and list nothing.
const PASSABLE: u32 = 0o711;

/// Where a private server or a whole development instance keeps its data.
#[derive(Clone, Debug, Default)]
pub enum Home {
    /// A new temporary folder, deleted at the end.
    #[default]
    Ephemeral,
    Kept(PathBuf),
}

pub struct Folder {
    path: PathBuf,
    ephemeral: bool,
    /// Held for as long as the folder is in use; the operating system lets go of it however we end.
    _lock: File,
}

impl Folder {
    pub fn open(home: &Home, account: Option<&Account>) -> Result<Folder, DevError> {
        match home {
            Home::Ephemeral => Folder::ephemeral(account),
            Home::Kept(path) => Folder::kept(path, account),
        }
    }

    fn ephemeral(account: Option<&Account>) -> Result<Folder, DevError> {
        let path = temporary_folder(&temporary_root(account), EPHEMERAL_PREFIX)?;
        let unnamed = path.join("lock.new");
        let lock = lock(&path, &unnamed)?;
        // Whoever sweeps up abandoned folders looks for the final name: it must never see it unlocked.
        fs::rename(&unnamed, path.join(LOCK_FILE))
            .doing(|| format!("name the lock of {}", path.display()))?;
        Ok(Folder { path, ephemeral: true, _lock: lock })
    }

    fn kept(requested: &Path, account: Option<&Account>) -> Result<Folder, DevError> {
        let path = reachable(requested, account)?;
        let lock = lock(&path, &path.join(LOCK_FILE))?;
        Ok(Folder { path, ephemeral: false, _lock: lock })
    }

    /// An ephemeral folder whose owner has died; `None` while the owner lives or when it is not one of ours.
    pub fn take_over_abandoned(path: &Path) -> Option<Folder> {
        let name = path.file_name().and_then(OsStr::to_str)?;
        if !name.starts_with(EPHEMERAL_PREFIX) || !is_own_folder(path) {
            return None;
        }
        let lock = OpenOptions::new().read(true).write(true).open(path.join(LOCK_FILE)).ok()?;
        lock.try_lock().ok()?;
        Some(Folder { path: path.to_owned(), ephemeral: true, _lock: lock })
    }

    pub fn is_ephemeral(&self) -> bool {
        self.ephemeral
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.ephemeral
            && let Err(error) = fs::remove_dir_all(&self.path)
        {
            tracing::warn!(folder = %self.path.display(), %error, "could not delete the temporary folder");
        }
    }
}

/// Folders that hold temporary ones: the configured place first, then the usual ones.
pub fn temporary_roots() -> Vec<PathBuf> {
    let mut roots = vec![std::env::temp_dir(), "/var/tmp".into(), "/tmp".into()];
    roots.dedup();
    roots
}

/// Creates `path` and lets the servers' user pass through it.
pub fn create_passable(path: &Path) -> Result<(), DevError> {
    if path.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(path).doing(|| format!("create {}", path.display()))?;
    make_passable(path)
}

fn make_passable(path: &Path) -> Result<(), DevError> {
    fs::set_permissions(path, Permissions::from_mode(PASSABLE))
        .doing(|| format!("open {} to servers", path.display()))
}

fn temporary_root(account: Option<&Account>) -> PathBuf {
    let reachable = |root: &PathBuf| account.is_none_or(|account| account.can_reach(&root.join("inside")));
    temporary_roots().into_iter().find(reachable).unwrap_or_else(std::env::temp_dir)
}

fn temporary_folder(root: &Path, prefix: &str) -> Result<PathBuf, DevError> {
    let path = mkdtemp(&root.join(format!("{prefix}XXXXXX")))
        .map_err(std::io::Error::from)
        .doing(|| format!("create a folder in {}", root.display()))?;
    make_passable(&path)?;
    fs::canonicalize(&path).doing(|| format!("resolve {}", path.display()))
}

/// The real path of `requested`. Where the servers' user cannot get there (a project under root's home), the data
/// lives in the system's folder for lasting temporary files and `requested` becomes a link to it.
fn reachable(requested: &Path, account: Option<&Account>) -> Result<PathBuf, DevError> {
    let requested = std::path::absolute(requested).doing(|| format!("resolve {}", requested.display()))?;
    let new = !requested.exists();
    create_passable(&requested)?;
    let real = fs::canonicalize(&requested).doing(|| format!("resolve {}", requested.display()))?;
    match account {
        Some(account) if !account.can_reach(&real.join("inside")) => relocate(&requested, new, account),
        _ => Ok(real),
    }
}

fn relocate(requested: &Path, new: bool, account: &Account) -> Result<PathBuf, DevError> {
    if !new && fs::read_dir(requested).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(DevError::Unreachable { user: account.name.clone(), path: requested.to_owned() });
    }
    let real = temporary_folder(Path::new("/var/tmp"), RELOCATED_PREFIX)?;
    fs::remove_dir(requested)
        .and_then(|()| symlink(&real, requested))
        .doing(|| format!("link {} to {}", requested.display(), real.display()))?;
    tracing::warn!(
        "{} is out of reach for the user {}, whom the servers run as: the data is in {}",
        requested.display(),
        account.name,
        real.display()
    );
    Ok(real)
}

fn lock(folder: &Path, path: &Path) -> Result<File, DevError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    let mut file = options.open(path).doing(|| format!("open {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let _ = file.read_to_string(&mut holder);
            return Err(DevError::FolderInUse { folder: folder.to_owned(), holder });
        }
        Err(TryLockError::Error(error)) => return Err(error).doing(|| format!("lock {}", path.display())),
    }
    file.set_len(0)
        .and_then(|()| write!(file, "process {}", std::process::id()))
        .doing(|| format!("write {}", path.display()))?;
    Ok(file)
}

fn is_own_folder(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let owner = nix::unistd::geteuid().as_raw();
    fs::symlink_metadata(path).is_ok_and(|found| found.is_dir() && found.uid() == owner)
}
