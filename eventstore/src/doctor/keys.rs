//! The key files.

use std::path::Path;

use super::Finding;
use crate::chain_of;
use crate::keys::{Keys, NAMES};

pub(super) fn examine(folder: &Path) -> Finding {
    match Keys::open(folder, false) {
        Ok(_) => Finding::ok("keys", format!("{} keys in {}", NAMES.len(), folder.display())),
        Err(fault) => Finding::fail(
            "keys",
            chain_of(&fault),
            "restore the folder of keys from its backup, owned by the program's user, files with mode 0600",
        ),
    }
}
