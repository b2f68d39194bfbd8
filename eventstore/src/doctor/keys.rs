//! The key files, against the marks they left in the database.

use std::path::Path;

use sqlx::PgConnection;

use super::Finding;
use crate::chain_of;
use crate::keys::{KeyFault, Keys, NAMES, marks, path_of};

const CHECK: &str = "keys";

/// Why the keys are missing where nobody lost them.
pub const WITHOUT_SECRETS: &str =
    "this log was imported without its secrets: it can be read and verified, and no node starts on it";
const WITH_SECRETS: &str =
    "to go on with it, `airtide log import` with --secrets and --passphrase-file into an empty database";

pub(super) async fn examine(reader: &mut PgConnection, folder: &Path) -> sqlx::Result<Finding> {
    let used = marks::names(reader).await?;
    // A version that brings a key of its own makes it at its first start.
    let is_to_come = |path: &Path| !used.iter().any(|name| path_of(folder, name) == path);
    let compared = match Keys::open(folder, |_| false) {
        Ok(keys) => marks::compare(reader, &keys).await,
        Err(fault) => Err(fault),
    };
    Ok(match compared {
        Ok(()) => Finding::ok(CHECK, format!("{} keys in {}", NAMES.len(), folder.display())),
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
