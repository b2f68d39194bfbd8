//! Every command of the page for operators works as it stands there.

use std::path::Path;
use std::process::Command;

use support::airtide;
use support::database;
use support::team::Team;

const PAGE: &str = "../docs/operations/operators.md";

/// The blocks of shell on the page, each run from top to bottom.
fn examples() -> Vec<String> {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE)).unwrap();
    page.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_of_the_page_works() {
    let team = Team::gather_with(&[]).await;
    let workspace = team.workspace("Orders");
    team.rename(&workspace, "Sales").await;
    let event = team.log.log.reader().between(4, 4).await.unwrap().remove(0);
    let correlation = event.meta().unwrap().correlation_id().to_string();
    let parked =
        "insert into work(claim, worker, tenant, event_position, part, key, state, visible_at, reason)
                  values ('send_mail/999/', 'send_mail', 'acme', 999, '', 'ana', 'parked', now(), 'no answer')";
    let mut admin = database::superuser(&team.api.database_url).await;
    sqlx::query(parked).execute(&mut admin).await.unwrap();
    let folder = airtide::program().parent().unwrap().to_owned();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let blocks = examples();
    assert!(blocks.len() >= 4, "the page has {} blocks", blocks.len());
    // In one shell: what one block sets, the next uses.
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &blocks.join("\n")])
        .env("PATH", path)
        .env("USER", "ana")
        .env("DATABASE_URL", &team.api.database_url)
        .env("AIRTIDE__KEYS__DIR", team.api.keys.path())
        .env("AIRTIDE", &team.api.url)
        .env("TENANT", team.tenant.as_str())
        .env("WORKSPACE", &workspace)
        .env("CORRELATION_ID", &correlation)
        .output()
        .unwrap();
    let talk = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{talk}\n{}", String::from_utf8_lossy(&output.stdout));
    team.log.close().await;
}
