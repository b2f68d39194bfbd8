//! Every command of the page on the stand-in works as it stands there.

use std::path::Path;
use std::process::Command;

use support::airtide;

const PAGE: &str = "../docs/airtable-stand-in.md";

/// The blocks of shell on the page.
fn blocks() -> Vec<String> {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE)).expect("the page");
    page.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn every_command_of_the_page_works() {
    let blocks = blocks();
    assert!(blocks.len() >= 15, "the page has {} blocks", blocks.len());
    let folder = tempfile::tempdir().expect("a folder");
    let others = std::env::var("PATH").expect("a path");
    let path = format!("{}:{others}", airtide::program().parent().expect("its folder").display());
    // In one shell: what one block sets, the next uses. Whatever it leaves running ends with it.
    let script = format!("trap 'kill $(jobs -p) 2>/dev/null' EXIT\n{}", blocks.join("\n"));
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &script])
        .current_dir(folder.path())
        .env("PATH", path)
        .output()
        .expect("bash runs");
    let talk = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{talk}\n{}", String::from_utf8_lossy(&output.stdout));
}
