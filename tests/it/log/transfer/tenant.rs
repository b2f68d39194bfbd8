//! One tenant's export holds what is that tenant's, and nothing of another.

use std::fs;
use std::process::Output;

use domain::identity::Tenant;
use domain::identity::tenant::TenantCommand;
use domain::personal::{Personal, SubjectId};
use eventstore::execute::{Plan, Request};
use serde_json::Value;
use support::log::{TestLog, create, rename, stream_id, tenant, to_workspace_of};
use support::transfer::{Empty, Place, command_on};

/// Two tenants that write in turn, each with a contact.
async fn two_tenants() -> TestLog {
    let log = TestLog::open().await;
    let executor = log.executor();
    for name in ["acme", "globex"] {
        let (of, owner) = (tenant(name), domain::identity::UserId::new("usr_ana").unwrap());
        let create = TenantCommand::Create { name: name.to_uppercase(), owner };
        let plan = Plan::new().create::<Tenant>(&of, stream_id(name), create);
        executor.execute(&Request::new(of.clone(), "usr_ana"), plan).await.unwrap();
        let subject = SubjectId::new(format!("contact_of_{name}")).unwrap();
        let contact = Personal::new(subject, format!("{name}@example.org"));
        let change = TenantCommand::ChangeContact { contact };
        let plan = Plan::new().decide::<Tenant>(&of, stream_id(name), change);
        executor.execute(&Request::new(of, "usr_ana"), plan).await.unwrap();
    }
    for command in [create("One"), rename("Uno"), rename("Eins")] {
        for name in ["acme", "globex"] {
            let plan = to_workspace_of(&tenant(name), &format!("{name}_one"), command.clone());
            executor.execute(&Request::new(tenant(name), "usr_ana"), plan).await.unwrap();
        }
    }
    log
}

fn export(log: &TestLog, place: &Place, further: &[&str]) -> Output {
    let folder = place.folder();
    let arguments = [&["log", "export", folder.to_str().unwrap(), "--output", "json"], further].concat();
    command_on(&log.url, log.keys_dir(), &arguments).output().unwrap()
}

#[tokio::test]
async fn it_holds_every_event_of_the_tenant_and_no_trace_of_another() {
    let (log, place) = (two_tenants().await, Place::default());
    let (secrets, passphrase) = (place.secrets_file(), place.passphrase_file());
    let sealed = ["--secrets", secrets.to_str().unwrap(), "--passphrase-file", passphrase.to_str().unwrap()];
    let output = export(&log, &place, &[&["--tenant", "acme"], sealed.as_slice()].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&told["events"], &told["streams"], &told["secrets"]["rows"]),
        (&5.into(), &2.into(), &1.into())
    );

    let mut positions = Vec::new();
    for file in fs::read_dir(place.folder()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        let plain = zstd::decode_all(bytes.as_slice()).unwrap_or(bytes);
        let text = String::from_utf8(plain).unwrap();
        assert!(!text.to_lowercase().contains("globex"), "{text}");
        assert!(!text.contains("example.org"), "what is personal is sealed: {text}");
    }
    for line in place.lines(&place.segments()[0]) {
        let event: Value = serde_json::from_str(&line).unwrap();
        assert_eq!((&event["specversion"], &event["tenant"]), (&"1.0".into(), &"acme".into()));
        positions.push(event["position"].as_str().unwrap().parse::<i64>().unwrap());
    }
    assert_eq!(positions, [1, 2, 5, 7, 9]);
}

#[tokio::test]
async fn it_cannot_be_imported_and_says_why() {
    let (log, place, empty) = (two_tenants().await, Place::default(), Empty::new().await);
    assert_eq!(export(&log, &place, &["--tenant", "acme"]).status.code(), Some(0));
    let failed = empty.import_with(&place, |options| options.secrets = None).await.unwrap_err();
    assert!(failed.to_string().starts_with("it holds the events of one tenant, acme"), "{failed}");
    empty.expect_untouched().await;
}

/// Whoever gets one must not get the other with it.
#[tokio::test]
async fn secrets_do_not_lie_in_the_folder_of_events() {
    let (log, place) = (two_tenants().await, Place::default());
    let (inside, passphrase) = (place.folder().join("secrets"), place.passphrase_file());
    let sealed = ["--secrets", inside.to_str().unwrap(), "--passphrase-file", passphrase.to_str().unwrap()];
    assert_eq!(export(&log, &place, &sealed).status.code(), Some(2));
    assert!(!place.folder().exists());
}

#[tokio::test]
async fn a_tenant_that_is_none_is_told() {
    let log = two_tenants().await;
    for (name, code) in [("initech", 3), ("platform", 2), ("no/tenant", 2)] {
        let output = export(&log, &Place::default(), &["--tenant", name]);
        assert_eq!(output.status.code(), Some(code), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }
}
