//! Events that a read model cannot take in: what they are about stands still there, and nothing else does. Once what was
//! in the way is gone an operator brings them back; that hand is needed, and the only one.

use std::time::Duration;

use eventstore::Log;
use projections::runtime::redrive;
use sqlx::{Executor, PgConnection};
use support::{database, log, wait};

use super::deployment::Deployment;

/// Names that end in this cannot be written any more.
const POISONED: &str =
    "alter table workspaces_v1.workspaces add constraint poison check (name !~ '7$') not valid";
const CURED: &str = "alter table workspaces_v1.workspaces drop constraint poison";
const SET_ASIDE_WITHIN: Duration = Duration::from_secs(20);
/// With events set aside, people work on.
const WORKED_ON_FOR: Duration = Duration::from_secs(3);

pub async fn poison(deployment: &Deployment) {
    let mut admin = database::superuser(&deployment.database_url).await;
    admin.execute(POISONED).await.expect("the table takes a constraint");
    wait::until_true("keys are set aside", SET_ASIDE_WITHIN, async || !parked(&mut admin).await.is_empty())
        .await;
    wait::let_pass(WORKED_ON_FOR).await;
    admin.execute(CURED).await.expect("the constraint is dropped");
    bring_back(deployment, &mut admin).await;
}

async fn bring_back(deployment: &Deployment, admin: &mut PgConnection) {
    let url = &deployment.database_url;
    let node = Log::open(log::options(url, deployment.keys_dir())).await.expect("the log opens");
    let workspaces =
        projections::all().iter().find(|each| each.name() == "workspaces").expect("a read model");
    let mut keys = parked(admin).await;
    while let Some(key) = keys.pop() {
        let redriven =
            redrive(url, &node.source(), *workspaces, &key).await.expect("events are brought back");
        assert_eq!(redriven.stopped_by, None, "{key}");
        println!("poison: brought back {} events of {key}", redriven.events);
        if keys.is_empty() {
            // One may have been set aside while the constraint was being dropped.
            keys = parked(admin).await;
        }
    }
    node.close().await;
}

async fn parked(admin: &mut PgConnection) -> Vec<String> {
    sqlx::query_scalar("select key from parked_keys where name = 'workspaces'")
        .fetch_all(admin)
        .await
        .expect("what is parked can be read")
}
