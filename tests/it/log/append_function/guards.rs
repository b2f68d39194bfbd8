//! Guards: each refuses its own unit, and a refused batch takes none of them.

use support::log::verify;
use support::work;

use super::call::{Batch, Desk, REFUSED, UNIQUE_VIOLATION, named};

const COUNTER: &str = "insert into counters(tenant, name, used, allowed) values ('acme', 'files', 3, 5)";

async fn used(desk: &mut Desk) -> i64 {
    desk.count("select used from counters").await
}

#[tokio::test]
async fn guards_of_all_kinds_hold_together() {
    let mut desk = Desk::new().await;
    desk.run(COUNTER).await;
    work::claimed(&mut desk.admin, "work-1", 2, 7).await;
    let schema = desk.created("schema").await;
    let batch = Batch::new()
        .unit()
        .create("record")
        .take("ana", "usr_ana")
        .fence("work-1", 2, 7)
        .count("files", 2)
        .unchanged(&schema)
        .absent("nothing");
    assert_eq!(desk.append(&batch).await, Ok(2));
    assert_eq!(used(&mut desk).await, 5);
    assert_eq!(desk.count("select count(*) from reservations where owner = 'usr_ana'").await, 1);
    assert_eq!(desk.count("select count(*) from work where state = 'done'").await, 1);
    assert_eq!(verify(&desk.url).await, 2);
}

#[tokio::test]
async fn a_failing_guard_gives_back_what_the_others_of_its_batch_took() {
    let mut desk = Desk::new().await;
    desk.run(COUNTER).await;
    work::claimed(&mut desk.admin, "work-1", 2, 7).await;
    let batch = Batch::new()
        .unit()
        .create("one")
        .take("ana", "usr_ana")
        .fence("work-1", 2, 7)
        .count("files", 1)
        .unit()
        .create("two")
        .absent("schema");
    desk.created("schema").await;
    assert_eq!(desk.append(&batch).await, Err(REFUSED.into()));
    assert_eq!(desk.verdicts(&batch).await, [named(1, "conflict")]);
    assert_eq!(used(&mut desk).await, 3);
    assert_eq!(desk.count("select count(*) from reservations").await, 0);
    assert_eq!(desk.count("select count(*) from work where state = 'claimed'").await, 1);
}

#[tokio::test]
async fn a_name_is_taken_once_and_released_by_its_owner_only() {
    let mut desk = Desk::new().await;
    let take = |id: &str, owner: &str| Batch::new().unit().create(id).take("ana", owner);
    desk.append(&take("one", "usr_ana")).await.unwrap();

    let taken = take("two", "usr_bob");
    assert_eq!(desk.append(&taken).await, Err(UNIQUE_VIOLATION.into()));
    assert_eq!(desk.verdicts(&taken).await, [named(0, "taken")]);

    let of_another = Batch::new().unit().create("three").release("ana", "usr_bob");
    assert_eq!(desk.append(&of_another).await, Err(REFUSED.into()));
    assert_eq!(desk.verdicts(&of_another).await, [named(0, "not_owner")]);

    let handed_over = Batch::new().unit().create("four").release("ana", "usr_ana").take("ana", "usr_bob");
    assert!(desk.verdicts(&handed_over).await.is_empty());
    assert_eq!(desk.append(&handed_over).await, Ok(2));
    assert_eq!(desk.count("select count(*) from reservations where owner = 'usr_bob'").await, 1);
}

#[tokio::test]
async fn a_stream_that_is_only_read_must_not_have_moved() {
    let mut desk = Desk::new().await;
    let schema = desk.created("schema").await;
    desk.append(&Batch::new().unit().extend(&schema)).await.unwrap();
    let moved = Batch::new().unit().create("record").unchanged(&schema);
    assert_eq!(desk.append(&moved).await, Err(REFUSED.into()));
    assert_eq!(desk.verdicts(&moved).await, [named(0, "conflict")]);

    let ahead = Batch::new().unit().create("record").unchanged(&schema.then(2).then(3));
    assert_eq!(desk.append(&ahead).await, Err(REFUSED.into()));
    assert_eq!(desk.verdicts(&ahead).await, [named(0, "conflict")]);

    let right = Batch::new().unit().create("record").unchanged(&schema.then(2));
    assert_eq!(desk.append(&right).await, Ok(3));
}

#[tokio::test]
async fn a_counter_is_added_up_over_the_batch_and_never_over() {
    let mut desk = Desk::new().await;
    desk.run(COUNTER).await;
    let batch = Batch::new()
        .unit()
        .create("one")
        .count("files", 1)
        .unit()
        .create("two")
        .count("files", 2)
        .unit()
        .create("three")
        .count("files", 1);
    assert_eq!(desk.append(&batch).await, Err(REFUSED.into()));
    // The second alone is too much; the third fits once it is gone.
    assert_eq!(desk.verdicts(&batch).await, [named(1, "over_quota")]);
    assert_eq!(used(&mut desk).await, 3);

    let exactly =
        Batch::new().unit().create("one").count("files", 1).unit().create("three").count("files", 1);
    assert_eq!(desk.append(&exactly).await, Ok(1));
    assert_eq!(used(&mut desk).await, 5);
}

#[tokio::test]
async fn all_units_past_a_full_counter_are_named_at_once() {
    let mut desk = Desk::new().await;
    desk.run(COUNTER).await;
    let mut batch = Batch::new();
    for number in 0..5 {
        batch = batch.unit().create(&format!("file-{number}")).count("files", 1);
    }
    assert_eq!(desk.verdicts(&batch).await, [2, 3, 4].map(|unit| named(unit, "over_quota")));
}

#[tokio::test]
async fn a_unit_that_one_counter_stops_leaves_the_others_alone_and_is_named_once() {
    let mut desk = Desk::new().await;
    desk.run(
        "insert into counters(tenant, name, used, allowed)
         values ('acme', 'files', 4, 5), ('acme', 'bytes', 9, 10), ('acme', 'seats', 1, 1)",
    )
    .await;
    let batch = Batch::new()
        .unit()
        .create("stopped-twice")
        .count("files", 1)
        .count("bytes", 2)
        .count("seats", 1)
        .unit()
        .create("fits")
        .count("files", 1)
        .count("bytes", 1);
    assert_eq!(desk.verdicts(&batch).await, [named(0, "over_quota")]);
}

#[tokio::test]
async fn a_counter_does_not_fall_below_zero() {
    let mut desk = Desk::new().await;
    desk.run(COUNTER).await;
    for (name, amount) in [("files", -4), ("nothing", -1)] {
        let batch = Batch::new().unit().create("one").count(name, amount);
        assert_eq!(desk.append(&batch).await, Err(REFUSED.into()), "{name}");
        assert_eq!(desk.verdicts(&batch).await, [named(0, "over_quota")]);
    }
}

#[tokio::test]
async fn a_counter_whose_limit_was_lowered_may_only_fall() {
    let mut desk = Desk::new().await;
    desk.run("insert into counters(tenant, name, used, allowed) values ('acme', 'files', 8, 5)").await;
    let count = |id: &str, amount| Batch::new().unit().create(id).count("files", amount);
    assert_eq!(desk.append(&count("more", 1)).await, Err(REFUSED.into()));
    assert_eq!(desk.append(&count("less", -1)).await, Ok(1));
    assert_eq!(used(&mut desk).await, 7);
}

/// The order of the batch counts: room that a unit makes may be used by those after it, and a counter over its limit
/// stays closed to whatever adds.
#[tokio::test]
async fn a_counter_moves_unit_by_unit() {
    let mut desk = Desk::new().await;
    desk.run("insert into counters(tenant, name, used, allowed) values ('acme', 'records', 10, 5)").await;
    let adds_while_over =
        Batch::new().unit().create("less").count("records", -3).unit().create("more").count("records", 1);
    assert_eq!(desk.append(&adds_while_over).await, Err(REFUSED.into()));
    assert_eq!(desk.verdicts(&adds_while_over).await, [named(1, "over_quota")]);
    assert_eq!(used(&mut desk).await, 10);

    let adds_where_there_is_room =
        Batch::new().unit().create("less").count("records", -8).unit().create("more").count("records", 3);
    assert_eq!(desk.append(&adds_where_there_is_room).await, Ok(1));
    assert_eq!(used(&mut desk).await, 5);
}
