//! Every command of the tour in README works as it stands there, one after the other, on a development instance.

use std::fs;
use std::path::Path;
use std::process::Command;

use support::airtide::Dev;

const README: &str = "../README.md";

fn tour() -> String {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(README)).expect("README");
    let (_, tour) = readme.split_once("## A tour of two minutes").expect("a tour");
    let (tour, _) = tour.split_once("\n## ").expect("something after it");
    let blocks: Vec<&str> =
        tour.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(blocks.len(), 2, "the tour has other blocks");
    blocks.join("\n")
}

#[test]
fn the_tour_of_the_readme_works_as_it_stands_there() {
    let dev = Dev::start(&["--ephemeral"]);
    let airtable = dev.ready["sandbox"]["airtable_url"].as_str().expect("a stand-in");
    let folder = tempfile::tempdir().expect("a folder");
    // Whatever the tour leaves running ends with it.
    let script = format!("trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n{}", tour());
    let run = Command::new("timeout")
        .args(["120", "bash", "-euo", "pipefail", "-c", &script])
        .current_dir(folder.path())
        .env("AIRTIDE_URL", dev.text("url"))
        .env("AIRTABLE_URL", airtable)
        .output()
        .expect("bash runs");
    let (said, talk) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{talk}\n{said}");
    assert_eq!(said.matches("Ferry, deck C").count(), 2, "once as a change and once in its record: {said}");
}
