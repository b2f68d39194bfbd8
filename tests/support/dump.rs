//! Dumps, taken and restored with the server's own programs.

use std::path::PathBuf;
use std::process::{Command, Output};

use crate::{database, skipped};

/// The folder of the server's own programs: a dump of a newer server needs a newer `pg_dump`.
async fn programs(url: &str) -> PathBuf {
    let folder: String = sqlx::query_scalar("select setting from pg_config where name = 'BINDIR'")
        .fetch_one(&mut database::superuser(url).await)
        .await
        .expect("it works");
    folder.into()
}

fn succeed(program: &mut Command) {
    let Output { status, stderr, .. } = program.output().expect("it works");
    assert!(status.success(), "{program:?}: {}", String::from_utf8_lossy(&stderr));
}

/// Copies a database as an operator does. Nothing when the programs for it are missing.
pub async fn restored(from: &str, name: &str) -> Option<String> {
    let programs = programs(from).await;
    if !programs.join("pg_dump").is_file() || !programs.join("pg_restore").is_file() {
        skipped::suite("restoring a dump", "pg_dump");
        return None;
    }
    let folder = tempfile::tempdir().expect("it works");
    let file = folder.path().join("dump");
    succeed(
        Command::new(programs.join("pg_dump"))
            .args(["--format=custom", "--file"])
            .arg(&file)
            .arg(format!("--dbname={from}")),
    );
    let url = database::empty(name).await;
    succeed(
        Command::new(programs.join("pg_restore"))
            .args(["--exit-on-error", &format!("--dbname={url}")])
            .arg(&file),
    );
    Some(url)
}
