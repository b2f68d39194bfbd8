//! The rules of the house hold: who may know whom, and where things lie.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Every crate and the crates of this workspace that it may know.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("eventstore", &["domain"]),
    ("projections", &["domain", "eventstore"]),
    ("workers", &["domain", "eventstore", "projections"]),
    ("adapters", &["domain"]),
    ("api", &["domain", "eventstore", "projections"]),
    ("server", &["adapters", "api", "domain", "eventstore", "projections", "workers"]),
    ("tests", &["adapters", "api", "domain", "eventstore", "projections", "server", "workers"]),
    ("bench", &["adapters", "api", "domain", "eventstore", "projections", "server", "workers"]),
];

/// What the domain may be made of: libraries that compute, and nothing that waits, asks or draws lots. `async-trait`
/// writes down what ports look like.
const DOMAIN_MADE_OF: &[&str] =
    &["async-trait", "cqrs-es", "jiff", "regex", "serde", "serde_json", "thiserror", "uuid"];

fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo describes the workspace");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("metadata is JSON");
    let names = |package: &Value| {
        let dependencies = package["dependencies"].as_array().expect("a list of dependencies");
        dependencies
            .iter()
            .filter(|each| each["kind"].is_null())
            .map(|each| each["name"].as_str().expect("a name").to_owned())
            .collect()
    };
    let packages = metadata["packages"].as_array().expect("a list of packages");
    packages
        .iter()
        .map(|package| (package["name"].as_str().expect("a name").to_owned(), names(package)))
        .collect()
}

#[test]
fn data_flows_one_way() {
    let all = dependencies();
    let listed: BTreeSet<&str> = MAY_KNOW.iter().map(|(name, _)| *name).collect();
    let crates: BTreeSet<&str> = all.keys().map(String::as_str).collect();
    assert_eq!(listed, crates, "every crate says whom it may know");
    for (name, may_know) in MAY_KNOW {
        for known in all[*name].iter().filter(|known| crates.contains(known.as_str())) {
            assert!(may_know.contains(&known.as_str()), "{name} must not know {known}");
        }
    }
}

#[test]
fn the_domain_only_computes() {
    for dependency in &dependencies()["domain"] {
        assert!(DOMAIN_MADE_OF.contains(&dependency.as_str()), "domain must not use {dependency}");
    }
}

#[test]
fn the_domain_knows_no_clock_and_draws_no_lots() {
    let domain = Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/src");
    for (file, text) in sources(&domain) {
        for forbidden in
            ["now(", "now_v7", "new_v4", "SystemTime", "Instant", "std::fs", "std::net", "std::env"]
        {
            assert!(!text.contains(forbidden), "{file} uses {forbidden}");
        }
    }
}

fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).expect("a text");
            found.push((path.display().to_string(), text));
        }
    }
    found
}
