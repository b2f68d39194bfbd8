//! The key files, against the marks they left in the database.

use std::path::{Path, PathBuf};

use sqlx::PgConnection;

use super::Finding;
use crate::chain_of;
use crate::keyring::{KeyState, WrappingKeyRow, state};
use crate::keys::{KeyFault, Keys, NAMES, marks, path_of, wrapping_name};

const CHECK: &str = "keys";

/// Why the keys are missing where nobody lost them.
pub const WITHOUT_SECRETS: &str =
    "this log was imported without its secrets: it can be read and verified, and no node starts on it";
const WITH_SECRETS: &str =
    "to go on with it, `airtide log import` with --secrets and --passphrase-file into an empty database";

const COPY: &str = "copy this file from the machine where it was added, before it is put in use";

/// A key that was added elsewhere, and that this machine does not have.
fn awaited(all: &[WrappingKeyRow], folder: &Path) -> Option<PathBuf> {
    let known = all.iter().filter(|key| key.state == KeyState::Known);
    known.map(|key| path_of(folder, &wrapping_name(key.number))).find(|path| !path.exists())
}

pub(super) async fn examine(reader: &mut PgConnection, folder: &Path) -> sqlx::Result<Finding> {
    let used = marks::names(reader).await?;
    // A version that brings a key of its own makes it at its first start.
    let is_to_come = |path: &Path| !used.iter().any(|name| path_of(folder, name) == path);
    let all = state::all(reader).await?;
    let needed = state::needed(reader).await?;
    let compared = match Keys::open(folder, &needed, |_| false) {
        Ok(keys) => marks::compare(reader, &keys).await,
        Err(fault) => Err(fault),
    };
    Ok(match compared {
        Ok(()) => match awaited(&all, folder) {
            Some(key) => Finding::warn(CHECK, format!("{} is to come into use", key.display()), COPY),
            None => {
                let count = NAMES.len() + needed.len();
                Finding::ok(CHECK, format!("{count} keys in {}", folder.display()))
            }
        },
        Err(KeyFault::Missing { path }) if is_to_come(&path) => {
            Finding::ok(CHECK, format!("the next start makes {}", path.display()))
        }
        Err(KeyFault::Missing { .. }) if marks::came_without_secrets(reader).await? => {
            Finding::warn(CHECK, WITHOUT_SECRETS, WITH_SECRETS)
        }
        Err(fault) => Finding::fail(
            CHECK,
            chain_of(&fault),
            "restore the folder of keys from its backup, owned by the program's user, files with mode 0600",
        ),
    })
}
