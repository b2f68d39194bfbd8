//! Airtable's own clients, pinned and unmodified, find Airtable in the stand-in: what they do is in `tests/clients/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use support::skipped;
use support::stand_in::StandIn;

/// Node's test runner takes one file after the other since then.
const NODE_MIN: (u32, u32) = (20, 10);

#[test]
fn pyairtable_finds_airtable_in_the_stand_in() {
    if let Some(suite) = pyairtable() {
        runs_well_at_the_stand_in(suite);
    }
}

#[test]
fn airtable_js_finds_airtable_in_the_stand_in() {
    if let Some(suite) = airtable_js() {
        runs_well_at_the_stand_in(suite);
    }
}

fn runs_well_at_the_stand_in(suite: Command) {
    let airtable = StandIn::holding(&seed());
    runs_well(suite, [airtable.text("airtable_url"), airtable.text("token"), airtable.text("base_id")]);
}

pub fn seed() -> PathBuf {
    folder().join("seed.json")
}

/// Its suite.
pub fn pyairtable() -> Option<Command> {
    let mut suite = Command::new(python_of_pyairtable()?);
    // Nothing is written into the tree.
    suite.args(["-m", "pytest", "-q", "--tb=short", "--durations=5"]).env("PYTHONDONTWRITEBYTECODE", "1");
    suite.current_dir(folder().join("python"));
    Some(suite)
}

/// A Python that has it.
pub fn python_of_pyairtable() -> Option<PathBuf> {
    let python = python();
    if python.is_none() {
        skipped::suite("pyairtable", "Python 3.10 or newer, or the registry of its packages,");
    }
    python
}

/// Its suite.
pub fn airtable_js() -> Option<Command> {
    let mut suite = Command::new("node");
    suite.args(["--test", "--test-concurrency=1"]).env("NODE_PATH", modules_of_airtable_js()?);
    suite.current_dir(folder().join("javascript"));
    Some(suite)
}

/// A folder of modules for Node in which it is.
pub fn modules_of_airtable_js() -> Option<PathBuf> {
    let modules = node_modules();
    if modules.is_none() {
        skipped::suite("airtable.js", "Node 20.10 or newer, or the registry of its packages,");
    }
    modules
}

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("clients")
}

/// Where it is asked, with which token, and about which base.
pub fn runs_well(mut suite: Command, told: [&str; 3]) {
    suite.envs(["AIRTABLE_URL", "AIRTABLE_TOKEN", "AIRTABLE_BASE"].into_iter().zip(told));
    let run = suite.output().expect("the suite runs");
    let said = String::from_utf8_lossy(&run.stdout);
    println!("{said}");
    assert!(run.status.success(), "{said}\n{}", String::from_utf8_lossy(&run.stderr));
}

/// In an environment of its own, which is kept until other packages are pinned; whoever asks meanwhile waits.
fn python() -> Option<PathBuf> {
    static PYTHON: OnceLock<Option<PathBuf>> = OnceLock::new();
    PYTHON.get_or_init(installed_python).clone()
}

fn installed_python() -> Option<PathBuf> {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pyairtable");
    let (pinned, python) = (folder().join("python/requirements.txt"), home.join("bin/python"));
    let install = || {
        let new_enough = "import sys; assert sys.version_info >= (3, 10)";
        succeeds(Command::new("python3").args(["-c", new_enough]))
            && succeeds(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&home))
            && succeeds(
                Command::new(&python)
                    .args(["-m", "pip", "install", "--quiet", "--require-hashes", "--only-binary", ":all:"])
                    .arg("--requirement")
                    .arg(&pinned),
            )
    };
    kept_for(&pinned, &home, install).then_some(python)
}

/// In a folder of its own, too: the tree holds none.
fn node_modules() -> Option<PathBuf> {
    static MODULES: OnceLock<Option<PathBuf>> = OnceLock::new();
    MODULES.get_or_init(installed_node_modules).clone()
}

fn installed_node_modules() -> Option<PathBuf> {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("airtable-js");
    let pinned = folder().join("javascript/package-lock.json");
    let install = || {
        let copy = |name: &str| fs::copy(folder().join("javascript").join(name), home.join(name)).is_ok();
        fs::create_dir_all(&home).is_ok()
            && copy("package.json")
            && copy("package-lock.json")
            && succeeds(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(&home))
    };
    (node_is_new_enough() && kept_for(&pinned, &home, install)).then(|| home.join("node_modules"))
}

fn node_is_new_enough() -> bool {
    let Ok(said) = Command::new("node").arg("--version").output() else { return false };
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let mut numbers = said.trim().trim_start_matches('v').split('.').map_while(|part| part.parse().ok());
    numbers.next().zip(numbers.next()).is_some_and(|version| version >= NODE_MIN)
}

/// Installs what is pinned unless that was done before: a copy of the pins is left behind at the end.
fn kept_for(pinned: &Path, home: &Path, install: impl FnOnce() -> bool) -> bool {
    let done = home.join("installed");
    let wanted = fs::read(pinned).expect("the pins are there");
    let is_there = fs::read(&done).is_ok_and(|installed| installed == wanted);
    is_there || (install() && fs::write(&done, &wanted).is_ok())
}

fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
