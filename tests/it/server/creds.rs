//! `airtide creds generate`: a deployment begins with what was drawn for it, and nobody else reads it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use eventstore::{Log, migrate};
use server::dev::postgres::{PostgresOptions, PrivatePostgres};
use sqlx::{AssertSqlSafe, Executor};
use support::airtide::command;
use support::database;
use support::log::options;

fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { [below(&path), vec![path]].concat() } else { vec![path] })
        .collect()
}

#[tokio::test]
async fn a_deployment_begins_with_what_was_drawn_for_it() {
    let postgres = PrivatePostgres::start(&PostgresOptions::default()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("secrets");
    let place = format!("127.0.0.1:{}", postgres.port());
    let generate = || {
        let arguments = ["creds", "generate", "--dir", dir.to_str().unwrap(), "--postgres", &place];
        command(&arguments).output().unwrap()
    };
    let output = generate();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));

    // Nobody else reads anything, and no value was told.
    let files = below(&dir);
    assert_eq!(
        files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "key")).count(),
        5
    );
    for file in &files {
        let mode = fs::metadata(file).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, if file.is_dir() { 0o700 } else { 0o600 }, "{}", file.display());
        let values = fs::read_to_string(file).unwrap_or_default();
        let is_paths = file.ends_with("airtide.env");
        for value in values.split(['\n', '\'', '"', ':', '@']).filter(|value| value.len() >= 30 && !is_paths)
        {
            assert!(!told.contains(value), "{} was told", file.display());
        }
    }
    assert!(told.contains(dir.join("database.url").to_str().unwrap()), "{told}");

    // What is there stays.
    let before: Vec<_> = files.iter().filter_map(|file| fs::read(file).ok()).collect();
    let again = generate();
    assert_eq!(again.status.code(), Some(4), "{}", String::from_utf8_lossy(&again.stderr));
    assert_eq!(files.iter().filter_map(|file| fs::read(file).ok()).collect::<Vec<_>>(), before);

    // The login can do all that a node needs, and the node makes no key of its own.
    let mut admin = database::superuser(&database::beside(&postgres.url(), "postgres")).await;
    admin.execute("drop database airtide").await.unwrap();
    for statement in fs::read_to_string(dir.join("database.sql")).unwrap().lines() {
        admin.execute(AssertSqlSafe(statement.to_owned())).await.unwrap();
    }
    let url = fs::read_to_string(dir.join("database.url")).unwrap().trim().to_owned();
    migrate::up(&url).await.unwrap();
    Log::open(options(&url, &dir.join("keys"))).await.unwrap().close().await;
    assert_eq!(below(&dir).len(), files.len());
    // The variables lead to all of it.
    let variables = fs::read_to_string(dir.join("airtide.env")).unwrap();
    let named = variables.lines().map(|line| line.split_once('=').unwrap());
    let output = command(&["migrate", "status"]).envs(named).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
