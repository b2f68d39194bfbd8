//! The catalog is complete, and every event ever stored can still be read.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use cqrs_es::Aggregate;
use domain::bases::{Base, BaseSync, Comment, Connection, Record};
use domain::identity::{
    Administrators, ApiKey, Invitation, Membership, ServiceAccount, Session, Tenant, User, Webhook, Workspace,
};
use domain::operations::Operation;
use domain::personal::{Seal, SealError, SubjectId, under_seal};

use super::*;
use crate::payload::{unwrap_type, wrap_type};

/// Reads the fields of an event of that name and writes them again.
type RoundTrip = fn(&str, &str) -> String;

/// Every aggregate whose events the catalog lists.
const ROUND_TRIPS: &[(&str, RoundTrip)] = &[
    (Tenant::TYPE, reads_and_writes::<Tenant>),
    (Workspace::TYPE, reads_and_writes::<Workspace>),
    (Membership::TYPE, reads_and_writes::<Membership>),
    (Invitation::TYPE, reads_and_writes::<Invitation>),
    (User::TYPE, reads_and_writes::<User>),
    (Administrators::TYPE, reads_and_writes::<Administrators>),
    (Session::TYPE, reads_and_writes::<Session>),
    (Webhook::TYPE, reads_and_writes::<Webhook>),
    (ApiKey::TYPE, reads_and_writes::<ApiKey>),
    (ServiceAccount::TYPE, reads_and_writes::<ServiceAccount>),
    (Operation::TYPE, reads_and_writes::<Operation>),
    (Base::TYPE, reads_and_writes::<Base>),
    (Record::TYPE, reads_and_writes::<Record>),
    (Comment::TYPE, reads_and_writes::<Comment>),
    (Connection::TYPE, reads_and_writes::<Connection>),
    (BaseSync::TYPE, reads_and_writes::<BaseSync>),
];

/// Leaves sealed text as it is, so that an example comes back to the letter. An example of more than a text shows what is
/// sealed.
struct AsItIs;

impl Seal for AsItIs {
    fn seal(&self, _: &SubjectId, plain: &[u8]) -> Result<String, SealError> {
        if plain.starts_with(b"{") {
            return String::from_utf8(plain.to_vec()).map_err(|_| SealError::Broken);
        }
        serde_json::from_slice(plain).map_err(|_| SealError::Broken)
    }
    fn open(&self, _: &SubjectId, sealed: &str) -> Result<Option<Vec<u8>>, SealError> {
        if sealed.starts_with('{') {
            return Ok(Some(sealed.as_bytes().to_vec()));
        }
        serde_json::to_vec(sealed).map(Some).map_err(|_| SealError::Broken)
    }
}

fn reads_and_writes<A: Aggregate>(name: &str, fields: &str) -> String {
    let wrapped = wrap_type(name, fields);
    let event: A::Event = under_seal(Rc::new(AsItIs), || serde_json::from_str(&wrapped))
        .unwrap_or_else(|error| panic!("{name} does not read its example: {error}"));
    let written = under_seal(Rc::new(AsItIs), || serde_json::to_string(&event)).unwrap();
    let written = unwrap_type(name, written).expect("an event writes fields under its own name");
    assert_eq!(cqrs_es::DomainEvent::event_type(&event), name);
    written
}

#[test]
fn every_version_ever_stored_still_reads_as_the_present_one() {
    for entry in CATALOG {
        assert_eq!(
            entry.upcasters.len() + 1,
            entry.examples.len(),
            "{}: one upcaster per older version",
            entry.name
        );
        let (aggregate, _) = entry.name.split_once('.').expect("a type is <aggregate>.<what happened>");
        let (_, round_trip) = ROUND_TRIPS
            .iter()
            .find(|(name, _)| *name == aggregate)
            .unwrap_or_else(|| panic!("{} belongs to no aggregate of this test", entry.name));
        for (index, example) in entry.examples.iter().enumerate() {
            let fields: Value = serde_json::from_str(example).expect("an example is JSON");
            let steps = entry.upcasters_from(index as i16 + 1).expect("a version that was");
            if steps.is_empty() {
                let written = round_trip(entry.name, example.trim());
                assert_eq!(written, example.trim(), "{} writes another JSON than its example", entry.name);
                continue;
            }
            // Upcasters go through `Value`, which orders fields by name: only what they say counts.
            let present = steps.iter().fold(fields, |fields, upcast| upcast(fields));
            let written: Value = serde_json::from_str(&round_trip(entry.name, &present.to_string())).unwrap();
            assert_eq!(
                written,
                present,
                "version {} of {} is upcast to another event",
                index + 1,
                entry.name
            );
        }
    }
}

#[test]
fn every_event_of_the_domain_is_in_the_catalog_and_no_other() {
    let listed: BTreeSet<String> = CATALOG.iter().map(|entry| entry.name.to_owned()).collect();
    assert_eq!(listed.len(), CATALOG.len(), "a type is listed once");
    let mut written = BTreeSet::new();
    for file in files_named("events.rs", &Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/src")) {
        let text = fs::read_to_string(file).unwrap();
        let names = text.split("#[serde(rename = \"").skip(1).filter_map(|rest| rest.split('"').next());
        written.extend(names.filter(|name| name.contains('.')).map(str::to_owned));
    }
    assert_eq!(listed, written);
}

/// People and their sessions live in the platform's tenant; a webhook that heard of deliveries would never be silent.
#[test]
fn what_webhooks_carry_is_neither_personal_nor_about_people_nor_about_webhooks() {
    let carried: Vec<&EventType> = CATALOG.iter().filter(|entry| entry.carried).collect();
    assert!(carried.iter().any(|entry| entry.name == "workspace.renamed"));
    for entry in carried {
        let (aggregate, _) = entry.name.split_once('.').unwrap();
        assert!(![User::TYPE, Session::TYPE, Webhook::TYPE].contains(&aggregate), "{}", entry.name);
        assert!(!entry.examples.iter().any(|example| example.contains("\"sealed\"")), "{}", entry.name);
        assert!(entry.read.is_some(), "{} is for whoever reads the audit", entry.name);
    }
}

#[test]
fn every_example_is_in_the_catalog() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let files: BTreeSet<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let listed = CATALOG
        .iter()
        .flat_map(|entry| (1..=entry.version()).map(move |version| format!("{}.{version}.json", entry.name)));
    assert_eq!(files, listed.collect());
}

fn files_named(name: &str, folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_named(name, &path));
        } else if path.file_name().is_some_and(|file| file == name) {
            found.push(path);
        }
    }
    found
}
