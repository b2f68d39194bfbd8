//! Exports that are kept until somebody has fetched them: each in a folder of its own, and few of them, because each is
//! a copy of the log and what was erased later is still in it.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::manifest::{self, BadManifest, MANIFEST_FILE, Manifest, SEAL_FILE};

/// Exports that are kept at a time.
pub const KEPT_MAX: usize = 3;

/// The folder that they lie in. Cheap to clone.
#[derive(Debug, Clone)]
pub struct KeptExports {
    folder: PathBuf,
}

/// Why there is no room for an export.
#[derive(Debug, thiserror::Error)]
pub enum NoRoom {
    #[error("{KEPT_MAX} exports are kept at most, and there are {0}: delete one of them")]
    Full(String),
    #[error("this export is there already: its files can be fetched, or it can be deleted")]
    Made,
    #[error("the folder of exports cannot be used")]
    Folder(#[from] io::Error),
}

impl KeptExports {
    pub fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Refuses where making room would.
    pub fn check_room(&self, export: Uuid) -> Result<(), NoRoom> {
        let others: Vec<Uuid> = self.all()?.into_iter().filter(|other| *other != export).collect();
        match others.len() < KEPT_MAX {
            true => Ok(()),
            false => Err(NoRoom::Full(listed(&others))),
        }
    }

    /// An empty folder for an export. What an attempt left that did not come to its end goes.
    pub fn make_room(&self, export: Uuid) -> Result<PathBuf, NoRoom> {
        let folder = self.folder_of(export);
        if is_whole(&folder) {
            return Err(NoRoom::Made);
        }
        self.remove(export)?;
        DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
        // Counted with its folder in place: of two that come at once none is overlooked.
        self.check_room(export).inspect_err(|_| drop(fs::remove_dir(&folder)))?;
        Ok(folder)
    }

    /// Whether there was one.
    pub fn remove(&self, export: Uuid) -> io::Result<bool> {
        match fs::remove_dir_all(self.folder_of(export)) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Every file of a whole export, the manifest and its seal first; nothing of one that is not whole.
    pub fn files(&self, export: Uuid) -> Result<Vec<String>, BadManifest> {
        let folder = self.folder_of(export);
        if !is_whole(&folder) {
            return Ok(Vec::new());
        }
        let read = manifest::read(&folder, None)?;
        let own = [MANIFEST_FILE, SEAL_FILE].map(str::to_owned);
        Ok(own.into_iter().chain(names(&read.manifest)).collect())
    }

    /// One of these files, and no other that may lie there.
    pub fn open(&self, export: Uuid, file: &str) -> Result<Option<File>, BadManifest> {
        if !is_file_name(file) || !self.files(export)?.iter().any(|name| name == file) {
            return Ok(None);
        }
        let unreadable = |source| BadManifest::Unreadable { file: "a file of the export", source };
        File::open(self.folder_of(export).join(file)).map(Some).map_err(unreadable)
    }

    fn all(&self) -> io::Result<Vec<Uuid>> {
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut all = Vec::new();
        for entry in entries {
            all.extend(entry?.file_name().to_str().and_then(|name| name.parse::<Uuid>().ok()));
        }
        Ok(all)
    }

    fn folder_of(&self, export: Uuid) -> PathBuf {
        self.folder.join(export.to_string())
    }
}

/// The manifest is written last.
fn is_whole(folder: &Path) -> bool {
    folder.join(MANIFEST_FILE).exists()
}

fn listed(exports: &[Uuid]) -> String {
    exports.iter().map(Uuid::to_string).collect::<Vec<_>>().join(", ")
}

fn names(manifest: &Manifest) -> Vec<String> {
    let parts = [&manifest.reservations, &manifest.counters, &manifest.commands];
    let parts = parts.into_iter().flatten().map(|part| &part.mark);
    let segments = manifest.segments.iter().map(|segment| &segment.mark);
    parts.chain(segments).map(|mark| mark.file.clone()).collect()
}

/// Whatever a manifest says, a name leads nowhere else.
fn is_file_name(file: &str) -> bool {
    let allowed =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
    !file.starts_with('.') && !file.is_empty() && file.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn there_is_room_for_few_and_the_refusal_names_those_that_are_there() {
        let folder = tempfile::tempdir().unwrap();
        let kept = KeptExports::at(folder.path().join("exports"));
        let made: Vec<Uuid> = (0..KEPT_MAX).map(|_| Uuid::now_v7()).collect();
        for export in &made {
            let place = kept.make_room(*export).unwrap();
            assert_eq!(fs::metadata(place).unwrap().permissions().mode() & 0o777, 0o700);
        }
        let further = Uuid::now_v7();
        let refused = kept.make_room(further).unwrap_err().to_string();
        assert!(made.iter().all(|export| refused.contains(&export.to_string())), "{refused}");
        assert!(!kept.folder_of(further).exists());
        assert!(kept.remove(made[0]).unwrap() && !kept.remove(made[0]).unwrap());
        kept.make_room(further).unwrap();
    }

    #[test]
    fn what_did_not_come_to_its_end_is_made_anew_and_what_did_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let (kept, export) = (KeptExports::at(folder.path().to_owned()), Uuid::now_v7());
        let place = kept.make_room(export).unwrap();
        fs::write(place.join("events-000001.jsonl.zst"), "half").unwrap();
        assert_eq!(kept.make_room(export).unwrap().read_dir().unwrap().count(), 0);
        fs::write(place.join(MANIFEST_FILE), "{}").unwrap();
        assert!(matches!(kept.make_room(export), Err(NoRoom::Made)));
    }

    #[test]
    fn a_name_leads_nowhere_else() {
        for name in ["manifest.json", "events-000001.jsonl.zst"] {
            assert!(is_file_name(name), "{name}");
        }
        for name in ["", ".", "..", ".hidden", "../manifest.json", "a/b", "a\\b", "a\0", "É"] {
            assert!(!is_file_name(name), "{name:?}");
        }
    }
}
