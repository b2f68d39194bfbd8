//! The rules of the house hold: who may know whom, and where things lie.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use support::airtide::Talk;
use support::secrets::{Unsayable, secret_in};

/// Every crate and the crates of this workspace that it may know.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("eventstore", &["domain"]),
    ("projections", &["domain", "eventstore"]),
    ("workers", &["domain", "eventstore", "projections"]),
    ("adapters", &["domain"]),
    ("sandbox", &["domain"]),
    ("api", &["domain", "eventstore", "projections"]),
    ("server", &["adapters", "api", "domain", "eventstore", "projections", "sandbox", "workers"]),
    ("tests", &["adapters", "api", "domain", "eventstore", "projections", "sandbox", "server", "workers"]),
    ("bench", &["adapters", "api", "domain", "eventstore", "projections", "sandbox", "server", "workers"]),
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

#[test]
fn no_secret_lies_in_the_repository() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let files = kept(&root);
    assert!(files.len() > 500, "{} files were found", files.len());
    for path in files {
        let name = path.display().to_string();
        assert!(!name.ends_with(".key") && !name.ends_with(".env"), "{name} is no file to be kept");
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        if !name.ends_with("it/house.rs") && !name.ends_with("support/secrets.rs") {
            assert_eq!(secret_in(&text), None, "{name}");
        }
    }
}

#[test]
fn what_looks_like_a_secret_is_seen() {
    let key = format!("x = \"atk_live_{}\"", "a".repeat(60));
    assert_eq!(secret_in(&key), Some("atk_live_"));
    assert_eq!(secret_in("atk_live_…"), None);
    assert_eq!(secret_in("-----BEGIN PRIVATE KEY-----"), Some("-----BEGIN PRIVATE KEY"));
}

/// Every process that a test serves with is listened to until its end; its owner fails with the line.
#[test]
fn what_a_process_must_not_say_is_heard() {
    let keys = tempfile::tempdir().expect("a folder");
    std::fs::write(keys.path().join("request-mac.key"), "c2VjcmV0LW9mLWEtZm9sZGVyLW9mLWtleXM\n")
        .expect("a key");
    for line in [
        format!("signed in with {}", support::api::PASSWORD),
        format!("Bearer eyJ{}", "a".repeat(120)),
        format!("mailed alk.usr_{}", "a".repeat(80)),
        "key=c2VjcmV0LW9mLWEtZm9sZGVyLW9mLWtleXM".to_owned(),
    ] {
        let (lines, mut talk) = Talk::of(std::io::Cursor::new(format!("ready\n{line}")));
        assert_eq!(lines.recv().as_deref(), Ok("ready"));
        // What is said when nobody reads it any more is heard all the same.
        drop(lines);
        let unsayable = Unsayable::of(keys.path());
        let ending = AssertUnwindSafe(move || talk.end(&unsayable));
        let heard = catch_unwind(ending).unwrap_err();
        assert!(heard.downcast_ref::<String>().expect("a text").contains(&line));
    }
    assert!(!Unsayable::of(keys.path()).is_in("GET /auth/login 200 eyJhbGciOi"));
}

/// Everything but what building, testing and trying out leave.
fn kept(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_left = ["target", ".git", ".airtide", ".tools", "node_modules"].contains(&name.as_str());
        if path.is_dir() && !is_left {
            found.extend(kept(&path));
        } else if path.is_file() {
            found.push(path);
        }
    }
    found
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

#[test]
fn every_test_that_the_page_on_security_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = std::fs::read_to_string(root.join("docs/security.md")).expect("the page");
    let places = ["tests", "adapters/src", "api/src", "domain/src", "eventstore/src", "workers/src"];
    let written: String =
        places.iter().flat_map(|place| sources(&root.join(place))).map(|(_, text)| text).collect();
    let is_test = |name: &&str| name.matches('_').count() >= 2 && !name.contains(['/', '.', ' ', '-']);
    let named: Vec<&str> = page.split('`').skip(1).step_by(2).filter(is_test).collect();
    assert!(named.len() > 30, "{named:?}");
    for name in named {
        assert!(written.contains(&format!("fn {name}(")), "no test is called {name}");
    }
}
