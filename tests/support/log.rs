//! An open log on a database of its own.

use std::path::{Path, PathBuf};

use domain::identity::workspace::WorkspaceCommand;
use domain::identity::{TenantId, Workspace, WorkspaceId};
use eventstore::event::{StreamId, StreamName};
use eventstore::execute::{CommandError, Executor, Plan, Receipt, Request};
use eventstore::{Log, LogOptions};
use tempfile::TempDir;

use crate::database;

pub struct TestLog {
    pub log: Log,
    pub url: String,
    /// Its own folder of keys, or that of the process it stands beside.
    keys: Keys,
}

enum Keys {
    Own(TempDir),
    OfAnother(PathBuf),
}

impl Keys {
    fn path(&self) -> &Path {
        match self {
            Keys::Own(folder) => folder.path(),
            Keys::OfAnother(path) => path,
        }
    }
}

impl TestLog {
    pub async fn open() -> Self {
        Self::open_on(database::fresh().await).await
    }

    pub async fn open_on(url: String) -> Self {
        let keys = tempfile::tempdir().expect("a folder for keys");
        let log = another_node(&url, keys.path()).await;
        Self { log, url, keys: Keys::Own(keys) }
    }

    /// Position 1, positions 2 and 3, position 4.
    pub async fn of_three_batches() -> Self {
        let log = Self::open().await;
        let executor = log.executor();
        write_versions(&executor, "invoices", [1]).await;
        write_two(&executor).await;
        write_versions(&executor, "invoices", [2]).await;
        log
    }

    /// A node beside a process that runs already.
    pub async fn open_with(url: &str, keys: &Path) -> Self {
        let log = another_node(url, keys).await;
        Self { log, url: url.to_owned(), keys: Keys::OfAnother(keys.to_owned()) }
    }

    pub async fn close(self) {
        self.log.close().await;
    }

    /// A second node on the same log, with the same keys.
    pub async fn another_node(&self) -> Log {
        another_node(&self.url, self.keys.path()).await
    }

    pub fn keys_dir(&self) -> &Path {
        self.keys.path()
    }

    pub fn executor(&self) -> Executor {
        self.log.executor()
    }

    /// Recomputes the whole log and fails on the first thing that is wrong; says how many events there are.
    pub async fn verify(&self) -> i64 {
        verify(&self.url).await
    }
}

async fn another_node(url: &str, keys_dir: &Path) -> Log {
    Log::open(options(url, keys_dir)).await.expect("the log opens")
}

pub fn options(url: &str, keys_dir: &Path) -> LogOptions {
    LogOptions {
        database_url: url.to_owned(),
        keys_dir: keys_dir.to_owned(),
        queue_units: 8_192,
        cache_bytes: 16 * 1024 * 1024,
        snapshot_every: eventstore::SNAPSHOT_EVERY,
    }
}

pub async fn verify(url: &str) -> i64 {
    let mut reader = database::superuser(url).await;
    eventstore::chain::check(&mut reader).await.expect("the log can be read").expect("the log is whole")
}

pub fn tenant(name: &str) -> TenantId {
    TenantId::new(name).expect("a tenant id")
}

pub fn stream_id(name: &str) -> StreamId {
    StreamId::new(name).expect("a stream id")
}

/// The stream of a workspace of `acme`.
pub fn stream_of(workspace: &str) -> StreamName {
    StreamName { tenant: tenant("acme"), aggregate: "workspace".into(), id: stream_id(workspace) }
}

pub fn workspace_id(name: &str) -> WorkspaceId {
    WorkspaceId::new(name).expect("a workspace id")
}

/// A request of Ana's in the tenant `acme`.
pub fn request() -> Request {
    Request::new(tenant("acme"), "usr_ana")
}

/// The same under a key; `content` is what was asked.
pub fn keyed(executor: &Executor, key: &str, content: &str) -> Request {
    request().keyed("usr_ana", key, executor.fingerprint("test", &content).expect("a fingerprint"))
}

pub fn create(name: &str) -> WorkspaceCommand {
    WorkspaceCommand::Create { name: name.into(), description: String::new() }
}

pub fn rename(name: &str) -> WorkspaceCommand {
    WorkspaceCommand::Rename { name: name.into() }
}

pub fn archive() -> WorkspaceCommand {
    WorkspaceCommand::Archive
}

pub fn to_workspace(id: &str, command: WorkspaceCommand) -> Plan {
    to_workspace_of(&tenant("acme"), id, command)
}

pub fn to_workspace_of(tenant: &TenantId, id: &str, command: WorkspaceCommand) -> Plan {
    Plan::new().decide::<Workspace>(tenant, stream_id(id), command)
}

/// One command to a workspace of `acme`.
pub async fn command(
    executor: &Executor,
    request: &Request,
    id: &str,
    command: WorkspaceCommand,
) -> Result<Receipt, CommandError> {
    executor.execute(request, to_workspace(id, command)).await
}

/// Writes these versions of a workspace of `acme`, which at each is called `Name <version>`.
pub async fn write_versions(executor: &Executor, id: &str, versions: impl IntoIterator<Item = i64>) {
    for version in versions {
        let name = format!("Name {version}");
        let next = if version == 1 { create(&name) } else { rename(&name) };
        let receipt = command(executor, &request(), id, next).await.expect("a version is written");
        assert_eq!(receipt.version(), version);
    }
}

/// Writes two workspaces in one batch.
pub async fn write_two(executor: &Executor) {
    let two = to_workspace("orders", create("Orders")).create::<Workspace>(
        &tenant("acme"),
        stream_id("payments"),
        create("Payments"),
    );
    executor.execute(&request(), two).await.expect("two workspaces are written");
}
