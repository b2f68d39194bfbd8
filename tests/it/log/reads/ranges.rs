//! A range of the log, whole or filtered. Pages in which nothing fits still move their reader on.

use eventstore::execute::Request;
use eventstore::read::{Filter, Page};
use support::log::{TestLog, create, rename, stream_id, tenant, to_workspace_of, workspace_id};

/// Two tenants, each with workspaces `one` and `two`; `one` is renamed. Six events.
async fn six_events() -> TestLog {
    let log = TestLog::open().await;
    for name in ["acme", "globex"] {
        for (id, command) in [("one", create("One")), ("two", create("Two")), ("one", rename("Uno"))] {
            let request = Request::new(tenant(name), "usr_ana");
            let plan = to_workspace_of(&tenant(name), id, command);
            log.executor().execute(&request, plan).await.unwrap();
        }
    }
    log
}

async fn page(log: &TestLog, after: i64, filter: &Filter, limit: usize) -> Page {
    log.log.reader().range(after, filter, limit).await.unwrap()
}

fn positions(page: &Page) -> Vec<i64> {
    page.events.iter().map(|event| event.position).collect()
}

#[tokio::test]
async fn each_filter_leaves_what_fits_it() {
    let log = six_events().await;
    let all = Filter::default;
    let cases: [(Filter, &[i64]); 7] = [
        (all(), &[1, 2, 3, 4, 5, 6]),
        (Filter { tenant: Some(tenant("globex")), ..all() }, &[4, 5, 6]),
        (Filter { scope: Some(workspace_id("two")), ..all() }, &[2, 5]),
        (Filter { event_type: Some("workspace.renamed".into()), ..all() }, &[3, 6]),
        (Filter { aggregate: Some("tenant".into()), ..all() }, &[]),
        (Filter { id: Some(stream_id("one")), ..all() }, &[1, 3, 4, 6]),
        (
            Filter {
                tenant: Some(tenant("acme")),
                aggregate: Some("workspace".into()),
                id: Some(stream_id("one")),
                event_type: Some("workspace.created".into()),
                scope: None,
            },
            &[1],
        ),
    ];
    for (filter, fitting) in cases {
        let page = page(&log, 0, &filter, 100).await;
        assert_eq!(positions(&page), fitting, "{filter:?}");
        assert_eq!((page.up_to, page.at_head), (6, true), "{filter:?}");
    }
}

#[tokio::test]
async fn pages_follow_each_other_without_a_gap() {
    let log = six_events().await;
    let filter = Filter { id: Some(stream_id("one")), ..Filter::default() };
    let first = page(&log, 0, &filter, 3).await;
    assert_eq!(positions(&first), [1, 3, 4]);
    assert_eq!((first.up_to, first.at_head), (4, false));
    let second = page(&log, first.up_to, &filter, 3).await;
    assert_eq!(positions(&second), [6]);
    assert_eq!((second.up_to, second.at_head), (6, true));
}

#[tokio::test]
async fn a_reader_at_the_head_stays_there() {
    let log = six_events().await;
    let page = page(&log, 6, &Filter::default(), 3).await;
    assert_eq!((positions(&page).len(), page.up_to, page.at_head), (0, 6, true));
}

/// A page looks at ten thousand positions at most. The empty stretch is made by moving the head on.
#[tokio::test]
async fn a_page_in_which_nothing_fits_moves_on() {
    let log = six_events().await;
    let mut admin = support::database::superuser(&log.url).await;
    sqlx::query(
        "insert into log_batches(last_position, first_position, recorded_at, batch_id, incarnation, digest, chain_hash)
         select 25000, 7, recorded_at, gen_random_uuid(), incarnation, '', '' from log_batches
         order by last_position desc limit 1",
    )
    .execute(&mut admin)
    .await
    .unwrap();
    let nothing = Filter { tenant: Some(tenant("initech")), ..Filter::default() };
    let mut seen = Vec::new();
    let mut after = 0;
    loop {
        let page = page(&log, after, &nothing, 100).await;
        assert!(page.events.is_empty());
        after = page.up_to;
        seen.push(page.up_to);
        if page.at_head {
            break;
        }
    }
    assert_eq!(seen, [10_000, 20_000, 25_000]);
}
