//! `airtide check` passes on what is sound, having looked at something, and names what is not.

use std::collections::BTreeSet;

use domain::identity::membership::MembershipCommand;
use domain::identity::{Membership, Role, UserId};
use eventstore::check::Checked;
use eventstore::execute::Plan;
use sqlx::{AssertSqlSafe, Executor};
use support::log::{TestLog, request, stream_id, tenant, write_versions};
use support::projections::{caught_up, start};
use support::{database, work};

async fn checked(log: &TestLog) -> Vec<Checked> {
    let mut checked = eventstore::check::check(&log.url).await.unwrap();
    for projection in projections::all() {
        checked.push(projections::compare(&log.url, &log.log.reader(), *projection).await.unwrap());
    }
    checked
}

async fn sound() -> TestLog {
    let log = TestLog::open().await;
    let running = start(&log.log, &log.url).await;
    for workspace in ["a", "b"] {
        write_versions(&log.executor(), workspace, 1..=20).await;
    }
    let add = MembershipCommand::Add {
        user: UserId::new("usr_ana").unwrap(),
        role: Role::Editor,
        workspaces: BTreeSet::new(),
    };
    let joined = Plan::new().decide::<Membership>(&tenant("acme"), stream_id("usr_ana"), add);
    log.executor().execute(&request(), joined).await.unwrap();
    caught_up(&log.log, &running).await;
    running.stop().await;
    log
}

#[tokio::test]
async fn everything_holds_on_a_sound_log() {
    let log = sound().await;
    for each in checked(&log).await {
        assert!(each.holds(), "{each:?}");
        let is_of_work = each.check.contains("work") || each.check.contains("piece");
        assert!(each.counted > 0 || is_of_work, "looked at nothing: {each:?}");
    }
}

#[tokio::test]
async fn whoever_writes_read_models_meanwhile_is_not_waited_for_and_does_not_wait() {
    let log = sound().await;
    let mut writer = database::superuser(&log.url).await;
    writer.execute("begin; select from projection_checkpoints for update").await.unwrap();
    for each in checked(&log).await {
        assert!(each.holds(), "{each:?}");
    }
    writer.execute("rollback").await.unwrap();
}

#[tokio::test]
async fn each_check_names_what_it_is_there_for() {
    const OFFENCES: [(&str, &str); 8] = [
        (
            "positions, versions and chain",
            "update events set payload = '{\"name\":\"Forged\"}' where position = 7",
        ),
        ("every stream begins with an event", "update streams set id = 'c' where id = 'b'"),
        (
            "one outcome for each command",
            "update events set meta = jsonb_set(meta::jsonb, '{command_id}',
               (select meta::jsonb -> 'command_id' from events where position = 1))::json where position = 9",
        ),
        ("members are counted", "update counters set used = used + 1 where name = 'members'"),
        ("work comes of an event", "update work set event_position = 4711"),
        (
            "open work has a reason to move",
            "update work set state = 'waiting', created_at = now() - interval '1 hour'",
        ),
        (
            "one piece of a key at a time",
            "insert into work(claim, worker, tenant, event_position, part, key, state, visible_at)
             select 'twice', worker, tenant, event_position, part, key, 'open', visible_at from work",
        ),
        ("workspaces equals a fold of the log", "update read.workspaces set name = 'Forged' where id = 'a'"),
    ];
    for (check, offence) in OFFENCES {
        let log = sound().await;
        let mut admin = database::superuser(&log.url).await;
        work::claimed(&mut admin, "work/1/", 1, 0).await;
        admin.execute("update work set lease_until = now() + interval '1 hour'").await.unwrap();
        admin.execute(AssertSqlSafe(offence)).await.unwrap();
        let checked = checked(&log).await;
        let named: Vec<&str> =
            checked.iter().filter(|each| !each.holds()).map(|each| each.check.as_str()).collect();
        assert!(named.contains(&check), "{check} says nothing; others: {named:?}");
    }
}
