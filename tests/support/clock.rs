//! A clock that a test moves, for processes that go by it: libfaketime answers them when they ask what time it is. How long
//! something takes they measure as ever, so nothing waits longer or shorter than it does.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// Where distributions put it.
const LIBRARIES: [&str; 4] = [
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
    "/usr/lib64/faketime/libfaketimeMT.so.1",
    "/usr/lib/faketime/libfaketimeMT.so.1",
];

pub struct Clock {
    library: PathBuf,
    folder: TempDir,
}

impl Clock {
    /// One that says what ours says; nothing where there is no library for it.
    pub fn found() -> Option<Self> {
        let library = LIBRARIES.into_iter().map(PathBuf::from).find(|library| library.exists())?;
        let folder = tempfile::tempdir().expect("a folder for a clock");
        // Postgres looks at it as a user of its own.
        let open = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(folder.path(), open).expect("others may look at it");
        let clock = Self { library, folder };
        clock.set_ahead(0);
        Some(clock)
    }

    /// So many seconds before ours.
    pub fn set_ahead(&self, seconds: i64) {
        // Nobody is to read half of it.
        let next = self.folder.path().join("next");
        std::fs::write(&next, format!("+{seconds}\n")).expect("the clock is set");
        std::fs::rename(&next, self.face()).expect("the clock is set");
    }

    /// What has a process go by it.
    pub fn variables(&self) -> Vec<(String, String)> {
        let text = |path: &Path| path.to_str().expect("a path in text").to_owned();
        [
            ("LD_PRELOAD", text(&self.library)),
            ("FAKETIME_TIMESTAMP_FILE", text(&self.face())),
            ("FAKETIME_NO_CACHE", "1".into()),
            ("FAKETIME_DISABLE_SHM", "1".into()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".into()),
            // The name of the same in older versions.
            ("DONT_FAKE_MONOTONIC", "1".into()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    fn face(&self) -> PathBuf {
        self.folder.path().join("clock")
    }
}
