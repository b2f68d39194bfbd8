//! The key files, against the marks they left in the database.

use std::path::Path;

use sqlx::PgConnection;

use super::Finding;
use crate::chain_of;
use crate::keys::{KeyFault, Keys, NAMES, marks};

const CHECK: &str = "keys";

pub(super) async fn examine(reader: &mut PgConnection, folder: &Path) -> sqlx::Result<Finding> {
    let is_unused = marks::names(reader).await?.is_empty();
    let compared = match Keys::open(folder, |_| false) {
        Ok(keys) => marks::compare(reader, &keys).await,
        Err(fault) => Err(fault),
    };
    Ok(match compared {
        Ok(()) => Finding::ok(CHECK, format!("{} keys in {}", NAMES.len(), folder.display())),
        Err(KeyFault::Missing { .. }) if is_unused => {
            Finding::ok(CHECK, format!("the first start makes them in {}", folder.display()))
        }
        Err(fault) => Finding::fail(
            CHECK,
            chain_of(&fault),
            "restore the folder of keys from its backup, owned by the program's user, files with mode 0600",
        ),
    })
}
