use super::kept::{BYTES_MAX, KEPT_MAX, Kept};
use super::*;
use crate::airtable::webhooks::kept::Page;

fn with_payloads(count: usize) -> Office {
    let mut office = Office::with_hook(json!({ "dataTypes": ["tableData"] }), json!({}));
    for _ in 0..count {
        office.create(CLIENTS, json!([{}]));
    }
    office
}

fn numbers(page: &Value) -> Vec<u64> {
    let payloads = page["payloads"].as_array().unwrap();
    payloads.iter().map(|payload| payload["baseTransactionNumber"].as_u64().unwrap()).collect()
}

#[test]
fn the_first_cursor_is_1_and_nothing_new_leaves_it() {
    let mut office = with_payloads(0);
    assert_eq!(office.read(1, 50), json!({ "payloads": [], "cursor": 1, "mightHaveMore": false }));
    office.create(CLIENTS, json!([{}]));
    assert_eq!(office.read(1, 50)["cursor"], 2);
    assert_eq!(office.read(2, 50), json!({ "payloads": [], "cursor": 2, "mightHaveMore": false }));
    assert_eq!(office.read(9, 50), json!({ "payloads": [], "cursor": 9, "mightHaveMore": false }));
}

#[test]
fn pages_of_fifty_follow_each_other_until_there_are_no_more() {
    let mut office = with_payloads(120);
    let now = office.clock;
    let (mut cursor, mut seen, mut pages) = (None, Vec::new(), 0);
    let mut might_have_more = true;
    while might_have_more && pages < 10 {
        let page = office.the_hook().payloads(now, cursor, None).unwrap();
        (cursor, might_have_more) = (Some(page.cursor), page.might_have_more);
        seen.extend(numbers(&serde_json::from_str(&page.body()).unwrap()));
        pages += 1;
    }
    assert_eq!((pages, seen), (3, (1..=120).collect()));
    assert_eq!(cursor, Some(121));
}

#[test]
fn a_page_that_ends_with_the_last_payload_has_no_more() {
    let mut office = with_payloads(50);
    let page = office.read(1, 50);
    assert_eq!((&page["mightHaveMore"], &page["cursor"]), (&json!(false), &json!(51)));
    let page = office.read(3, 2);
    assert_eq!(
        (numbers(&page), &page["cursor"], &page["mightHaveMore"]),
        (vec![3, 4], &json!(5), &json!(true))
    );
}

#[test]
fn a_payload_can_be_read_as_often_as_one_likes() {
    let mut office = with_payloads(2);
    assert_eq!(office.read(1, 50), office.read(1, 50));
}

#[test]
fn a_limit_or_cursor_out_of_range_is_refused() {
    let mut office = with_payloads(1);
    let now = office.clock;
    for (cursor, limit) in [(1, 0), (1, 51), (0, 50)] {
        let read = office.the_hook().payloads(now, Some(cursor), Some(limit)).map(|page| page.cursor);
        assert_eq!(read, Err(ApiError::InvalidRequest), "{cursor} {limit}");
    }
    assert!(office.the_hook().payloads(now, Some(u64::MAX), Some(1)).is_ok());
}

#[test]
fn beyond_the_most_that_are_kept_the_oldest_are_gone() {
    let (mut kept, at) = (Kept::default(), Timestamp::UNIX_EPOCH);
    for number in 0..=KEPT_MAX {
        kept.add(at, &json!(number));
    }
    assert_eq!(kept.page(1, 2), Page { payloads: vec!["1", "2"], cursor: 4, might_have_more: true });
    assert_eq!(kept.next(), KEPT_MAX as u64 + 2);
}

#[test]
fn beyond_the_bytes_that_are_kept_the_oldest_are_gone_and_the_newest_stays() {
    let (mut kept, at) = (Kept::default(), Timestamp::UNIX_EPOCH);
    let third = json!("x".repeat(BYTES_MAX / 3));
    (0..4).for_each(|_| kept.add(at, &third));
    let cursor = |kept: &Kept| (kept.page(1, 50).payloads.len(), kept.page(1, 50).cursor);
    assert_eq!(cursor(&kept), (2, 5), "quotation marks make each a little more than a third");
    kept.add(at, &json!("x".repeat(BYTES_MAX)));
    assert_eq!(cursor(&kept), (1, 6));
    kept.add(at, &json!("small"));
    assert_eq!(cursor(&kept), (1, 7));
    kept.forget(Timestamp::MAX);
    (0..2).for_each(|_| kept.add(Timestamp::MAX, &third));
    assert_eq!(cursor(&kept), (2, 9), "what is gone counts no more");
}
