//! `airtide log state` says what a fold of the stream says, at any version, position and time of drawn histories.

use domain::identity::tenant::TenantCommand;
use domain::identity::workspace::WorkspaceCommand;
use domain::identity::{Tenant, UserId};
use domain::personal::{Personal, SubjectId};
use eventstore::event::Recorded;
use eventstore::execute::Plan;
use serde_json::{Value, json};
use support::log::{
    TestLog, archive, command, create, rename, request, stream_id, stream_of, tenant, write_versions,
};
use support::random::Random;

use super::{exit_code, json, printed};

const IDS: [&str; 3] = ["a", "b", "c"];

/// Commands to three workspaces in turns that nobody foresees; some are refused.
async fn history(random: &mut Random) -> TestLog {
    let log = TestLog::open().await;
    for number in 0..random.between(20, 40) {
        let id = random.one_of(&IDS);
        let next = match random.below(8) {
            0..3 => create(&format!("Name {number}")),
            3..6 => rename(&format!("Name {number}")),
            6 => WorkspaceCommand::Describe { description: format!("Description {number}") },
            _ if random.once_in(3) => archive(),
            _ => rename("Again"),
        };
        let _ = command(&log.executor(), &request(), id, next).await;
    }
    log
}

/// What events lead to, told apart from the code that is tested.
fn fold<'a>(events: impl Iterator<Item = &'a Recorded>) -> (i64, Value) {
    let (mut version, mut state) = (0, json!({ "details": null, "archived": false }));
    for event in events {
        let fields: Value = serde_json::from_str(&event.payload_text).unwrap();
        version = event.version;
        match event.event_type.as_str() {
            "workspace.created" => state["details"] = fields,
            "workspace.renamed" => state["details"]["name"] = fields["name"].clone(),
            "workspace.described" => state["details"]["description"] = fields["description"].clone(),
            "workspace.archived" => state["archived"] = json!(true),
            other => panic!("{other}"),
        }
    }
    (version, state)
}

/// A moment as a flag and its value, and the events of a stream until then.
fn moment<'a>(random: &mut Random, events: &'a [Recorded], head: i64) -> ([String; 2], Vec<&'a Recorded>) {
    let drawn = &events[random.below(events.len() as u64) as usize];
    let position = random.between(1, head as u64) as i64;
    let flag = random.one_of(&["--version", "--position", "--time"]);
    let (value, is_until_then): (String, &dyn Fn(&Recorded) -> bool) = match flag {
        "--version" => (drawn.version.to_string(), &|event| event.version <= drawn.version),
        "--position" => (position.to_string(), &|event| event.position <= position),
        _ => (drawn.recorded_at.to_string(), &|event| event.recorded_at <= drawn.recorded_at),
    };
    ([flag.to_owned(), value], events.iter().filter(|event| is_until_then(event)).collect())
}

#[tokio::test]
async fn at_any_moment_it_is_a_fold_of_the_stream_until_then() {
    for seed in 0..3 {
        let mut random = Random::seeded(seed);
        let log = history(&mut random).await;
        let head = log.log.reader().head().await.unwrap();
        for _ in 0..10 {
            let id = random.one_of(&IDS);
            let events = log.log.reader().stream(&stream_of(id), 0, 1_000).await.unwrap();
            if events.is_empty() {
                continue;
            }
            let (flags, until_then) = moment(&mut random, &events, head);
            let mut arguments = vec!["state", "workspace", id, "--tenant", "acme"];
            arguments.extend(flags.iter().map(String::as_str));
            let (version, state) = fold(until_then.into_iter());
            if version == 0 {
                assert_eq!(exit_code(&log, &arguments), Some(3), "seed {seed}: {arguments:?}");
                continue;
            }
            let told = json(&log, &arguments);
            assert_eq!(
                (&told["version"], &told["state"]),
                (&json!(version), &state),
                "seed {seed}: {arguments:?}"
            );
        }
    }
}

#[tokio::test]
async fn two_versions_differ_where_events_between_them_say_so() {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "invoices", 1..=3).await;
    let archived = command(&log.executor(), &request(), "invoices", archive()).await.unwrap();
    assert_eq!(archived.version(), 4);
    let of = ["state", "workspace", "invoices", "--tenant", "acme"];
    let diff = |old: &str, new: &str| json(&log, &[of.as_slice(), &["--diff", old, new]].concat());
    assert_eq!(
        diff("1", "4"),
        json!([
            { "pointer": "/archived", "old": false, "new": true },
            { "pointer": "/details/name", "old": "Name 1", "new": "Name 3" },
        ])
    );
    assert_eq!(diff("3", "3"), json!([]));
    let created =
        json!([{ "pointer": "/details", "old": null, "new": { "name": "Name 1", "description": "" } }]);
    assert_eq!(diff("0", "1"), created);
    assert_eq!(exit_code(&log, &[of.as_slice(), &["--diff", "1", "5"]].concat()), Some(3));
    let table = printed(&log, &[of.as_slice(), &["--diff", "1", "2"]].concat());
    assert!(table.contains("/details/name") && table.contains("\"Name 2\""), "{table}");
    let whole = printed(&log, &of);
    assert!(whole.starts_with("acme/workspace/invoices, version 4\n"), "{whole}");
}

/// One sees that personal data changed, and not what it is.
#[tokio::test]
async fn personal_data_is_hidden_and_its_changes_are_not() {
    let log = TestLog::open().await;
    let contact = |address: &str| {
        let contact = Personal::new(SubjectId::new("ana").unwrap(), address.into());
        TenantCommand::ChangeContact { contact }
    };
    let created = TenantCommand::Create { name: "Acme".into(), owner: UserId::new("usr_ana").unwrap() };
    let renamed = TenantCommand::Change { name: Some("Acme Ltd".into()), require_second_factor: None };
    for command in [created, contact("ana@example.org"), renamed, contact("ana@example.com")] {
        let plan = Plan::new().decide::<Tenant>(&tenant("acme"), stream_id("acme"), command);
        log.executor().execute(&request(), plan).await.unwrap();
    }
    let diff = |old: &str, new: &str| {
        json(&log, &["state", "tenant", "acme", "--tenant", "acme", "--diff", old, new])
    };
    let changed = json!([{ "pointer": "/details/contact/sealed", "old": "hidden 1", "new": "hidden 2" }]);
    assert_eq!(diff("3", "4"), changed);
    assert_eq!(diff("2", "3"), json!([{ "pointer": "/details/name", "old": "Acme", "new": "Acme Ltd" }]));
}
