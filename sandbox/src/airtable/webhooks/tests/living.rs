use super::*;

const WEEK: i64 = 7 * 24 * 60 * 60;

fn listening() -> Office {
    Office::with_hook(json!({ "dataTypes": ["tableData"] }), json!({}))
}

fn said(office: &mut Office) -> Value {
    let now = office.clock;
    office.hooks.list(Viewer::Person, now)["webhooks"][0].clone()
}

#[test]
fn a_hook_lives_seven_days_to_the_second() {
    let mut office = listening();
    assert_eq!(said(&mut office)["expirationTime"], "2026-03-08T12:00:00.000Z");
    office.wait(WEEK - 1);
    office.create(CLIENTS, json!([{}]));
    assert_eq!(said(&mut office)["cursorForNextPayload"], 2);
    assert_eq!(said(&mut office)["isHookEnabled"], true);
    office.wait(1);
    office.create(CLIENTS, json!([{}]));
    assert_eq!(said(&mut office)["cursorForNextPayload"], 2, "an expired hook notes nothing");
    assert_eq!(said(&mut office)["isHookEnabled"], false);
}

#[test]
fn an_expired_hook_can_be_read_for_seven_more_days_and_is_gone_then() {
    let mut office = listening();
    office.wait(WEEK - 1);
    office.create(CLIENTS, json!([{}]));
    office.wait(WEEK - 1);
    assert_eq!(office.payloads().len(), 1);
    assert_eq!(said(&mut office)["expirationTime"], "2026-03-08T12:00:00.000Z", "reading does not revive it");
    office.wait(1);
    assert_eq!(office.read(1, 50)["payloads"], json!([]), "the payload is a week old");
    office.wait(1);
    assert_eq!(said(&mut office), Value::Null);
    let (now, id) = (office.clock, office::hook_id(1));
    let found = office.hooks.find(Viewer::Person, id, now);
    assert_eq!(found.map(|hook| hook.id), Err(ApiError::PermissionsOrModelNotFound));
    assert!(office.hooks.is_empty());
}

#[test]
fn reading_and_refreshing_let_a_hook_live_on() {
    let mut office = listening();
    office.wait(WEEK - 1);
    office.payloads();
    assert_eq!(said(&mut office)["expirationTime"], "2026-03-15T11:59:59.000Z");
    office.wait(WEEK - 1);
    let now = office.clock;
    let refreshed = office.the_hook().refresh(now);
    assert_eq!(refreshed, Ok(json!({ "expirationTime": "2026-03-22T11:59:58.000Z" })));
    office.wait(WEEK);
    let now = office.clock;
    assert_eq!(office.the_hook().refresh(now), Err(ApiError::InvalidRequest));
}

#[test]
fn payloads_are_gone_a_week_after_they_were_made() {
    let mut office = listening();
    office.create(CLIENTS, json!([{}]));
    office.wait(60);
    office.create(CLIENTS, json!([{}]));
    office.wait(WEEK - 61);
    assert_eq!(office.read(1, 50)["payloads"].as_array().unwrap().len(), 2);
    office.wait(1);
    let left = office.read(1, 50);
    assert_eq!(left["payloads"].as_array().unwrap().len(), 1);
    assert_eq!(left["payloads"][0]["baseTransactionNumber"], 2);
    assert_eq!(left["cursor"], 3, "who comes too late goes on with what is left");
    office.wait(60);
    assert_eq!(office.read(1, 50), json!({ "payloads": [], "cursor": 1, "mightHaveMore": false }));
}

#[test]
fn numbers_never_begin_again() {
    let mut office = listening();
    office.create(CLIENTS, json!([{}]));
    for week in 1..4 {
        office.wait(WEEK - 1);
        office.payloads();
        office.create(CLIENTS, json!([{}]));
        assert_eq!(said(&mut office)["cursorForNextPayload"], week + 2);
    }
    let newest = office.read(4, 50);
    assert_eq!((&newest["cursor"], newest["payloads"].as_array().unwrap().len()), (&json!(5), 1));
}
