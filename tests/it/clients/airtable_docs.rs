//! Every snippet of the page on Airtable's clients works as it stands there.

use std::fs;
use std::path::Path;
use std::process::Command;

use support::api::TestApi;
use support::stand_in::StandIn;
use support::{bases, connected};

use super::airtable::{modules_of_airtable_js, python_of_pyairtable, seed};

const PAGE: &str = "../docs/airtable-clients.md";

/// All of the page in one language.
fn program(language: &str) -> String {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE)).expect("the page");
    let blocks: Vec<&str> = page.split(&format!("```{language}\n")).skip(1).collect();
    assert!(!blocks.is_empty(), "the page has nothing in {language}");
    blocks.into_iter().filter_map(|rest| rest.split("```").next()).collect()
}

/// In one shell: what its part of the page sets, the others use.
fn script(python: &Path) -> String {
    format!(
        "{}\n'{}' - <<'END OF PYTHON'\n{}\nEND OF PYTHON\nnode - <<'END OF JAVASCRIPT'\n{}\nEND OF JAVASCRIPT\n",
        program("sh"),
        python.display(),
        program("python"),
        program("js"),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn every_snippet_of_the_page_works() {
    let (Some(python), Some(modules)) = (python_of_pyairtable(), modules_of_airtable_js()) else { return };
    let airtable = StandIn::holding(&seed());
    let api = TestApi::start_with(&connected::variables(&airtable)).await;
    let ana = api.person();
    connected::base(&api, &ana, &bases::workspace(&api, &ana), &airtable).await;
    let mut shell = Command::new("bash");
    shell.args(["-euo", "pipefail", "-c", &script(&python)]).env("NODE_PATH", modules);
    shell.env("api", &api.url).env("token", &ana.token).env("CONNECTED_BASE_ID", airtable.text("base_id"));
    let run = tokio::task::block_in_place(|| shell.output()).expect("bash runs");
    let talk = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{talk}\n{}", String::from_utf8_lossy(&run.stdout));
}
