//! Counters that quotas are held by: counted from the first thing on, limited once somebody says so, and never over that,
//! whoever appends at the same time.

use eventstore::database::{Role, connect};
use tokio::task::JoinSet;

use super::call::{Batch, Desk, REFUSED, named};

async fn used(desk: &mut Desk, name: &'static str) -> i64 {
    let sql = match name {
        "bases" => "select used from counters where name = 'bases'",
        _ => "select used from counters where name = 'runs'",
    };
    desk.count(sql).await
}

fn count(id: &str, amount: i64) -> Batch {
    Batch::new().unit().create(id).count("bases", amount)
}

fn limit(id: &str, allowed: Option<i64>) -> Batch {
    Batch::new().unit().create(id).limit("bases", allowed)
}

/// Whoever sets a limit on what nobody limited before counts nothing: it was counted all along.
#[tokio::test]
async fn what_has_no_limit_is_counted_and_a_limit_holds_from_then_on_until_it_is_lifted() {
    let mut desk = Desk::new().await;
    assert_eq!(desk.append(&count("one", 7)).await, Ok(1));
    assert_eq!(desk.append(&count("two", -2)).await, Ok(2));
    assert_eq!(used(&mut desk, "bases").await, 5);

    assert_eq!(desk.append(&limit("six", Some(6))).await, Ok(3));
    assert_eq!(desk.append(&count("fits", 1)).await, Ok(4));
    let over = count("over", 1);
    assert_eq!(desk.append(&over).await, Err(REFUSED.into()));
    assert_eq!(desk.verdicts(&over).await, [named(0, "over_quota")]);

    // Below what is used: nothing is taken away, and nothing comes in.
    assert_eq!(desk.append(&limit("two-now", Some(2))).await, Ok(5));
    assert_eq!(desk.append(&count("less", -1)).await, Ok(6));
    assert_eq!(desk.append(&over).await, Err(REFUSED.into()));
    assert_eq!(used(&mut desk, "bases").await, 5);

    assert_eq!(desk.append(&limit("none", None)).await, Ok(7));
    assert_eq!(desk.append(&over).await, Ok(8));
    assert_eq!(used(&mut desk, "bases").await, 6);
}

#[tokio::test]
async fn a_limit_may_come_before_anything_is_counted_and_holds_for_its_counter_alone() {
    let mut desk = Desk::new().await;
    assert_eq!(desk.append(&limit("one", Some(1))).await, Ok(1));
    assert_eq!(desk.append(&count("fits", 1)).await, Ok(2));
    let over = Batch::new().unit().create("both").count("runs", 1).count("bases", 1);
    assert_eq!(desk.append(&over).await, Err(REFUSED.into()));
    assert_eq!(desk.verdicts(&over).await, [named(0, "over_quota")]);
    let other = Batch::new().unit().create("other").count("runs", 1_000);
    assert_eq!(desk.append(&other).await, Ok(3));
    assert_eq!(used(&mut desk, "runs").await, 1_000);
}

#[tokio::test]
async fn a_refused_unit_leaves_its_counters_and_its_limits_as_they_were() {
    let mut desk = Desk::new().await;
    desk.append(&count("one", 2)).await.unwrap();
    let refused = limit("two", Some(9)).count("bases", 1).absent("one");
    assert_eq!(desk.append(&refused).await, Err(REFUSED.into()));
    assert_eq!(desk.verdicts(&refused).await, [named(0, "conflict")]);
    assert_eq!(desk.count("select count(*) from counters where used = 2 and allowed is null").await, 1);
}

/// Eight at once, forty times each, and a limit that changes meanwhile: as many get in as there is room for.
#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_fill_a_quota_and_never_go_over_it() {
    const WRITERS: usize = 8;
    const TRIES: usize = 40;
    let mut desk = Desk::new().await;
    desk.append(&limit("limit", Some(50))).await.unwrap();
    let mut running = JoinSet::new();
    for writer in 0..WRITERS {
        let url = desk.url.clone();
        running.spawn(async move {
            let mut connection = connect(&url, Role::LogWriter).await.expect("a writer connects");
            let mut got_in = 0;
            for number in 0..TRIES {
                let batch = count(&format!("{writer}-{number}"), 1);
                got_in += i64::from(batch.append(&mut connection).await.is_ok());
            }
            got_in
        });
    }
    desk.append(&limit("more", Some(100))).await.unwrap();
    let got_in: i64 = running.join_all().await.into_iter().sum();
    assert_eq!(used(&mut desk, "bases").await, got_in);
    let events = desk.count("select count(*) from events").await;
    assert_eq!(events, got_in + 2, "nobody is counted who is not there");
    // Whoever tried before there was more room was refused; nobody got in beyond it.
    assert!((50..=100).contains(&got_in), "{got_in}");
}

/// By the owner of the tables, as the migration and an import do it.
#[tokio::test]
async fn members_are_counted_anew_by_what_the_log_says() {
    let mut desk = Desk::new().await;
    desk.run(
        "insert into events(position, stream_no, seq, recorded_at, schema_version, tenant, type, id, event_type, meta, payload, digest)
         select n, s, q, now(), 1, t, 'membership', i, 'membership.' || e, '{}', '{}', ''
         from (values (1, 1, 1, 'acme', 'ana', 'added'), (2, 2, 1, 'acme', 'ben', 'added'), (3, 2, 2, 'acme', 'ben', 'removed'),
                      (4, 1, 2, 'acme', 'ana', 'role_changed'), (5, 2, 3, 'acme', 'ben', 'added'),
                      (6, 6, 1, 'globex', 'cyd', 'added'), (7, 6, 2, 'globex', 'cyd', 'removed')) v(n, s, q, t, i, e);
         insert into counters(tenant, name, used, allowed) values ('acme', 'members', 9, 3);
         begin;
         set local role owner;
         alter table events no force row level security;
         alter table counters no force row level security;
         select count_members();
         alter table counters force row level security;
         alter table events force row level security;
         commit",
    )
    .await;
    let right = desk.count(
        "select count(*) from counters where (tenant, name, used) in (('acme', 'members', 2), ('globex', 'members', 0))",
    );
    assert_eq!(right.await, 2);
    assert_eq!(desk.count("select allowed from counters where tenant = 'acme'").await, 3);
}
