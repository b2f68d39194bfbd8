//! Read models made anew beside those in use.

mod command_line;
mod docs;
mod killed;
mod made_anew;
mod planted;
mod switch;
mod versions;

use std::process::{Command, Output};
use std::time::Duration;

use projections::Projection;
use projections::runtime::rebuild::{RebuildFailed, RebuildOptions, Rebuilt, rebuild};
use serde_json::Value;
use sqlx::PgConnection;
use support::airtide;
use support::log::{TestLog, archive, create, rename, tenant, to_workspace_of};

const SOON: Duration = Duration::from_secs(30);

fn read_model(name: &str) -> &'static dyn Projection {
    *projections::all().iter().find(|each| each.name() == name).unwrap()
}

fn options(log: &TestLog, projection: &'static dyn Projection) -> RebuildOptions {
    let (database_url, reader) = (log.url.clone(), log.log.reader());
    RebuildOptions { database_url, reader, projection, verify: true, switch: true }
}

/// Verified and switched.
async fn made_anew(log: &TestLog, projection: &'static dyn Projection) -> Result<Rebuilt, RebuildFailed> {
    rebuild(options(log, projection), &mut |_| {}).await
}

fn command(log: &TestLog, arguments: &[&str]) -> Command {
    let mut command = airtide::command(arguments);
    command.env("DATABASE_URL", &log.url).env("AIRTIDE__KEYS__DIR", log.keys_dir()).env("USER", "ana");
    command
}

fn run(log: &TestLog, arguments: &[&str]) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } = command(log, arguments).output().unwrap();
    let text = String::from_utf8(stdout).unwrap();
    (
        status.code(),
        format!("{text}{}", if text.is_empty() { String::from_utf8_lossy(&stderr) } else { "".into() }),
    )
}

#[track_caller]
fn json(log: &TestLog, arguments: &[&str]) -> (Option<i32>, Value) {
    let (code, text) = run(log, &[arguments, &["--output", "json"]].concat());
    (code, serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text}")))
}

/// Workspaces of two tenants, some of them renamed and archived.
async fn two_tenants(log: &TestLog) {
    for name in ["acme", "globex"] {
        for id in ["one", "two", "three"] {
            for command in [create("First"), rename("Second"), archive()] {
                let request = eventstore::execute::Request::new(tenant(name), "usr_ana");
                let plan = to_workspace_of(&tenant(name), id, command);
                log.executor().execute(&request, plan).await.unwrap();
            }
        }
    }
}

/// Every schema of a read model.
async fn schemas(admin: &mut PgConnection, name: &str) -> Vec<String> {
    sqlx::query_scalar("select nspname::text from pg_namespace where nspname ~ $1 order by 1")
        .bind(format!("^{name}_v"))
        .fetch_all(admin)
        .await
        .unwrap()
}

/// What is known of tables beside those in use: nothing, when nothing is beside them.
async fn known_beside(admin: &mut PgConnection) -> i64 {
    sqlx::query_scalar(
        "select (select count(*) from projection_builds)
              + (select count(*) from projection_checkpoints where name like '%/%')",
    )
    .fetch_one(admin)
    .await
    .unwrap()
}
