//! Marks of the keys in the database: a node with other keys is refused at its start, instead of sealing what the
//! others cannot open, or taking names that are taken.

use sqlx::PgConnection;

use super::{KeyFault, Keys, REQUEST_MAC, path_of};

/// The names of the keys that this database was ever used with.
pub(crate) async fn names(connection: &mut PgConnection) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar("select name from key_marks").fetch_all(connection).await
}

/// Whether this log was imported without its secrets, and no node was ever here: an import leaves the marks of the keys
/// that the log needs, and whoever has keys leaves those of all. So a key that was lost is not taken for this.
pub(crate) async fn came_without_secrets(connection: &mut PgConnection) -> sqlx::Result<bool> {
    sqlx::query_scalar(
        "select exists(select from log_imports) and not exists(select from key_marks where name = $1)",
    )
    .bind(REQUEST_MAC)
    .fetch_one(connection)
    .await
}

/// Leaves the marks of keys that have left none yet.
pub(crate) async fn leave(connection: &mut PgConnection, keys: &Keys) -> Result<(), KeyFault> {
    // All in one statement: of two first nodes, one leaves all its marks and the other none.
    let (names, marks): (Vec<_>, Vec<_>) =
        keys.marks.iter().map(|(name, mark)| (name.as_str(), mark.as_slice())).unzip();
    sqlx::query("insert into key_marks(name, mark) select * from unnest($1, $2) on conflict do nothing")
        .bind(names)
        .bind(marks)
        .execute(connection)
        .await
        .map_err(KeyFault::Unmarked)?;
    Ok(())
}

/// Refuses keys other than those that left their marks.
pub(crate) async fn compare(connection: &mut PgConnection, keys: &Keys) -> Result<(), KeyFault> {
    let left: Vec<(String, Vec<u8>)> = sqlx::query_as("select name, mark from key_marks")
        .fetch_all(connection)
        .await
        .map_err(KeyFault::Unmarked)?;
    for (name, mark) in left {
        if keys.marks.iter().any(|(own, other)| *own == name && *other != mark) {
            return Err(KeyFault::Foreign { path: path_of(&keys.folder, &name) });
        }
    }
    Ok(())
}
