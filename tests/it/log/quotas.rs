//! A quota holds for every event of the log by the limit that stood before it, however many join, leave and set limits at once,
//! on two nodes.

use std::collections::BTreeSet;

use domain::identity::membership::MembershipCommand;
use domain::identity::tenant::TenantCommand;
use domain::identity::{Membership, Quota, Role, Tenant, UserId};
use eventstore::check;
use eventstore::execute::{CommandError, Executor, Plan};
use support::database;
use support::log::{TestLog, request, stream_id, tenant};
use tokio::task::JoinSet;

/// As many as are at work at once on each node.
const PEOPLE: usize = 20;
const LIMITS: [Option<u64>; 8] = [Some(12), Some(30), None, Some(5), Some(25), Some(9), None, Some(20)];

fn to_tenant(command: TenantCommand) -> Plan {
    Plan::new().decide::<Tenant>(&tenant("acme"), stream_id("acme"), command)
}

fn limit(limit: Option<u64>) -> Plan {
    to_tenant(TenantCommand::ChangeQuota { quota: Quota::Members, limit, reason: "their plan".into() })
}

fn to_member(name: &str, command: MembershipCommand) -> Plan {
    Plan::new().decide::<Membership>(&tenant("acme"), stream_id(name), command)
}

fn join(name: &str) -> Plan {
    let user = UserId::new(name).expect("an id");
    to_member(name, MembershipCommand::Add { user, role: Role::Viewer, workspaces: BTreeSet::new() })
}

/// Comes, goes if there was room, and comes again; a quota is the only thing that stops anybody.
async fn come_and_go(executor: Executor, name: String) {
    let leave = || to_member(&name, MembershipCommand::Remove);
    for plan in [join(&name), leave(), join(&name), leave(), join(&name)] {
        match executor.execute(&request(), plan).await {
            Ok(_) | Err(CommandError::OverQuota) => {}
            Err(other) => panic!("{name}: {other:?}"),
        }
    }
}

async fn set_limits(executor: Executor) {
    for each in LIMITS {
        executor.execute(&request(), limit(each)).await.expect("a limit is set");
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_joins_meets_the_limit_that_stands_before_them_in_the_log() {
    let log = TestLog::open().await;
    let other = log.another_node().await;
    let owner = UserId::new("usr_ana").expect("an id");
    let create = to_tenant(TenantCommand::Create { name: "Acme".into(), owner });
    log.executor().execute(&request(), create).await.expect("a tenant");
    log.executor().execute(&request(), limit(Some(16))).await.expect("a limit");
    let mut running = JoinSet::new();
    for number in 0..PEOPLE {
        running.spawn(come_and_go(log.executor(), format!("usr_here_{number}")));
        running.spawn(come_and_go(other.executor(), format!("usr_there_{number}")));
    }
    running.spawn(set_limits(other.executor()));
    running.join_all().await;

    let mut superuser = database::superuser(&log.url).await;
    let history: Vec<(String, Option<i64>)> = sqlx::query_as(
        "select event_type, (payload ->> 'limit')::bigint from events where event_type in
           ('membership.added', 'membership.removed', 'tenant.quota_changed') order by position",
    )
    .fetch_all(&mut superuser)
    .await
    .expect("events");
    let (mut members, mut limit, mut joined_under_one) = (0, None, 0);
    for (event, new_limit) in history {
        match event.as_str() {
            "membership.added" => {
                members += 1;
                joined_under_one += usize::from(limit.is_some());
                assert!(limit.is_none_or(|limit| members <= limit), "{members} of {limit:?}");
            }
            "membership.removed" => members -= 1,
            _ => limit = new_limit,
        }
    }
    assert!(joined_under_one > 0, "nobody joined under a limit");
    let counted: (i64, Option<i64>) = sqlx::query_as("select used, allowed from counters")
        .fetch_one(&mut superuser)
        .await
        .expect("the counter");
    assert_eq!(counted, (members, limit));
    let checked = check::check(&log.url).await.expect("checks");
    assert!(checked.iter().all(check::Checked::holds), "{checked:?}");
    other.close().await;
    log.close().await;
}
