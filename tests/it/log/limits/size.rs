//! What one command may write. Each bound refuses the command and nothing else.

use domain::identity::Workspace;
use domain::identity::workspace::{DESCRIPTION_LENGTH_MAX, WorkspaceCommand};
use eventstore::execute::{CommandError, Plan, Request};
use eventstore::limits::{LimitExceeded, NAME_BYTES_MAX, UNIT_BYTES_MAX, UNIT_EVENTS_MAX, UNIT_GUARDS_MAX};
use support::log::{TestLog, create, request, stream_id, tenant, to_workspace};

fn described(description: &str) -> WorkspaceCommand {
    WorkspaceCommand::Create { name: "Workspace".into(), description: description.into() }
}

fn workspaces(count: usize, description: &str) -> Plan {
    (0..count).fold(Plan::new(), |plan, number| {
        let id = stream_id(&format!("workspace-{number}"));
        plan.create::<Workspace>(&tenant("acme"), id, described(description))
    })
}

async fn exceeded(log: &TestLog, request: &Request, plan: Plan) -> LimitExceeded {
    let error = log.executor().execute(request, plan).await.unwrap_err();
    let CommandError::TooLarge(limit) = error else { panic!("{error:?}") };
    assert_eq!(log.verify().await, 0);
    limit
}

#[tokio::test]
async fn a_command_writes_a_thousand_events_and_not_one_more() {
    let log = TestLog::open().await;
    let over = exceeded(&log, &request(), workspaces(UNIT_EVENTS_MAX + 1, "")).await;
    assert_eq!(over, LimitExceeded::UnitEvents(UNIT_EVENTS_MAX + 1));

    let receipt = log.executor().execute(&request(), workspaces(UNIT_EVENTS_MAX, "")).await.unwrap();
    assert_eq!(receipt.position, UNIT_EVENTS_MAX as i64);
    assert_eq!(log.verify().await, UNIT_EVENTS_MAX as i64);
}

#[tokio::test]
async fn a_command_writes_so_many_bytes_and_no_more() {
    let log = TestLog::open().await;
    let longest = "𝄞".repeat(DESCRIPTION_LENGTH_MAX);
    let over = exceeded(&log, &request(), workspaces(UNIT_BYTES_MAX / longest.len() + 1, &longest)).await;
    assert!(matches!(over, LimitExceeded::UnitBytes(bytes) if bytes > UNIT_BYTES_MAX), "{over:?}");
}

#[tokio::test]
async fn a_command_sets_a_thousand_guards_and_not_one_more() {
    let log = TestLog::open().await;
    let guarded = (0..=UNIT_GUARDS_MAX).fold(to_workspace("orders", create("Orders")), |plan, number| {
        plan.take("name", format!("key-{number}"), "usr_ana")
    });
    let over = exceeded(&log, &request(), guarded).await;
    assert_eq!(over, LimitExceeded::UnitGuards(UNIT_GUARDS_MAX + 1));
}

#[tokio::test]
async fn the_null_character_is_refused_wherever_it_may_come_in() {
    let log = TestLog::open().await;
    let plan = || to_workspace("orders", create("Orders"));
    let in_text = to_workspace("orders", described("a\0b"));
    let mut of_trace = request();
    of_trace.traceparent = Some("00-\0".into());
    let cases = [
        (request(), in_text),
        (Request::new(tenant("acme"), "usr\0"), plan()),
        (of_trace, plan()),
        (request(), plan().take("name", "a\0", "usr_ana")),
        (request(), plan().release("name", "a", "usr\0")),
        (request(), plan().fence("claim\0", 1, 1)),
        (request(), plan().count(&tenant("acme"), "files\0", 1)),
    ];
    for (request, plan) in cases {
        assert_eq!(exceeded(&log, &request, plan).await, LimitExceeded::NullCharacter);
    }
}

#[tokio::test]
async fn names_are_neither_empty_nor_long() {
    let log = TestLog::open().await;
    for length in [0, NAME_BYTES_MAX + 1] {
        let name = "x".repeat(length);
        let plan = || to_workspace("orders", create("Orders"));
        for (request, plan) in [
            (Request::new(tenant("acme"), name.clone()), plan()),
            (request(), plan().take("name", name.clone(), "usr_ana")),
        ] {
            assert_eq!(exceeded(&log, &request, plan).await, LimitExceeded::NameBytes(length));
        }
    }
}
