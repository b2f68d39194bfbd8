//! The judge is shown what must not be, one thing after the other, and has to refuse each: one that lets everything pass
//! proves nothing.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use sqlx::{Executor, PgConnection};
use support::api::call;
use support::random::Random;
use support::{database, wait};

use super::ONE_AT_A_TIME;
use super::deployment::{Deployment, Way};
use super::judge::judge;
use super::load::{Acknowledged, Journal, Load};
use super::settled::settled;

const WORKED_FOR: Duration = Duration::from_secs(2);

#[tokio::test(flavor = "multi_thread")]
async fn the_judge_sees_what_is_lost_and_what_is_doubled() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let deployment = Deployment::start(Way::Straight).await;
    let load = Load::start(&deployment, &Random::seeded(1));
    wait::let_pass(WORKED_FOR).await;
    let mut journal = load.end();
    settled(&deployment).await;
    judge(&deployment, &journal).await;

    let name = "never written".to_owned();
    journal.acknowledged.push(Acknowledged { event_type: "workspace.created", id: "wsp_lost".into(), name });
    refused(&deployment, &journal, "left == right").await;
    journal.acknowledged.pop();
    let doubled = journal.acknowledged.pop().expect("something was acknowledged");
    refused(&deployment, &journal, "left == right").await;
    journal.acknowledged.push(doubled);

    let mut admin = database::superuser(&deployment.database_url).await;
    let change =
        async |admin: &mut PgConnection, sql: &'static str| admin.execute(sql).await.expect("a change");
    change(&mut admin, "update workspaces_v1.workspaces set version = version + 1").await;
    refused(&deployment, &journal, "airtide").await;
    change(&mut admin, "update workspaces_v1.workspaces set version = version - 1").await;
    judge(&deployment, &journal).await;

    let greeted = deployment.mails.taken()[0].clone();
    deployment.mails.take(&greeted);
    refused(&deployment, &journal, "mails came to").await;
    let id = deployment.hooks.received()[0].header("webhook-id").to_owned();
    call(&deployment.hooks.url(""), "POST", "/again").header("webhook-id", &id).send();
    refused(&deployment, &journal, "in 1 claims").await;
}

async fn refused(deployment: &Deployment, journal: &Journal, because: &str) {
    let judged = AssertUnwindSafe(judge(deployment, journal)).catch_unwind().await;
    let refusal = judged.expect_err("the judge refuses");
    let said = refusal.downcast_ref::<String>().expect("a reason");
    assert!(said.contains(because), "{said}");
}
