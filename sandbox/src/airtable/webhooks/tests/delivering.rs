use domain::bases::ids::BaseId;
use domain::secret::Secret;

use super::delivery::{Attempt, RETRIES_MAX, TIME_MAX, judge, wait_after};
use super::*;
use crate::airtable::webhooks::mac::mac;

fn base_id() -> BaseId {
    BaseId::parse("app00000000000000").unwrap()
}

fn attempt(office: &Office, retry_number: u32, failure: Option<&str>) -> Attempt {
    Attempt {
        retry_number,
        completed: office.clock,
        took: Duration::from_millis(1500),
        failure: failure.map(str::to_owned),
    }
}

fn office() -> Office {
    Office::with_hook(json!({ "dataTypes": ["tableData"] }), json!({}))
}

/// The vector of Airtable's own client.
#[test]
fn the_mac_is_that_of_the_known_vector() {
    let body = concat!(
        r#"{"base": {"id": "app00000000000000"}, "webhook": {"id": "ach00000000000000"}, "#,
        r#""timestamp": "2022-02-01T21:25:05.663Z"}"#
    );
    assert_eq!(
        mac(&Secret::new(b"secret-key".to_vec()), body.as_bytes()),
        "hmac-sha256=e26da696a90933647bddc83995c3e1e3bb1c3d8ce1ff61cb7469767d50b2b2d4"
    );
}

#[test]
fn a_ping_says_which_hook_of_which_base_and_carries_the_mac_of_its_bytes() {
    let mut office = office();
    let now = office.clock;
    let ping = office.the_hook().ping(base_id(), now).unwrap();
    assert_eq!(ping.url, "http://127.0.0.1/ping");
    assert_eq!(
        serde_json::from_str::<Value>(&ping.body).unwrap(),
        json!({ "base": { "id": "app00000000000000" }, "webhook": { "id": office::hook_id(1) },
            "timestamp": "2026-03-01T12:00:00.000Z" })
    );
    assert_eq!(ping.mac, mac(&Secret::new(office::SECRET.to_vec()), ping.body.as_bytes()));
    assert_ne!(ping.mac, mac(&Secret::new(b"another".to_vec()), ping.body.as_bytes()));
}

#[test]
fn no_ping_is_wanted_without_an_address_switched_off_or_expired() {
    let mut office = office();
    let now = office.clock;
    office.the_hook().enable_notifications(false);
    assert_eq!(office.the_hook().ping(base_id(), now), None);
    office.the_hook().enable_notifications(true);
    assert!(office.the_hook().ping(base_id(), now).is_some());
    office.wait(7 * 24 * 60 * 60);
    let now = office.clock;
    assert_eq!(office.the_hook().ping(base_id(), now), None);
    let plain = json!({ "options": { "filters": { "dataTypes": ["tableData"] } } });
    let silent = NewHook { notification_url: None, ..office.new_hook(2, plain) };
    assert_eq!(Hook::new(silent).ping(base_id(), now), None);
}

#[test]
fn only_an_empty_200_or_204_in_time_counts_as_received() {
    let second = Duration::from_secs(1);
    for (status, is_empty, took, received) in [
        (200, true, second, true),
        (204, true, second, true),
        (204, true, TIME_MAX, true),
        (200, false, second, false),
        (201, true, second, false),
        (301, true, second, false),
        (500, true, second, false),
        (200, true, TIME_MAX + Duration::from_millis(1), false),
    ] {
        assert_eq!(judge(status, is_empty, took).is_ok(), received, "{status} {is_empty} {took:?}");
    }
}

#[test]
fn thirteen_retries_take_about_a_day() {
    let waits: Vec<u64> =
        (0..).map_while(|number| wait_after(number, 1.0)).map(|wait| wait.as_secs()).collect();
    assert_eq!(waits.len(), RETRIES_MAX as usize);
    assert_eq!(waits[..4], [10, 20, 40, 80]);
    let hours = waits.iter().sum::<u64>() / 3600;
    assert!((20..=24).contains(&hours), "{hours} hours");
    assert_eq!(wait_after(1, 0.001), Some(Duration::from_millis(20)));
    assert_eq!(wait_after(1, f64::NAN), wait_after(1, 1.0), "a factor that is none changes nothing");
    assert_eq!(wait_after(u32::MAX, 1.0), None);
}

#[test]
fn a_success_is_told_in_the_list() {
    let mut office = office();
    let (now, attempt) = (office.clock, attempt(&office, 2, None));
    assert_eq!(office.the_hook().tried(&attempt, 1.0), None);
    let said = office.the_hook().said(now);
    assert_eq!(said["lastSuccessfulNotificationTime"], "2026-03-01T12:00:00.000Z");
    assert_eq!(
        said["lastNotificationResult"],
        json!({ "success": true, "completionTimestamp": "2026-03-01T12:00:00.000Z", "durationMs": 1500.0,
            "retryNumber": 2 })
    );
}

#[test]
fn after_the_last_failure_notifications_are_off_and_payloads_go_on() {
    let mut office = office();
    let now = office.clock;
    for number in 0..RETRIES_MAX {
        let attempt = attempt(&office, number, Some("refused"));
        assert_eq!(office.the_hook().tried(&attempt, 1.0), wait_after(number, 1.0));
        let result = &office.the_hook().said(now)["lastNotificationResult"];
        assert_eq!((&result["willBeRetried"], &result["retryNumber"]), (&json!(true), &json!(number)));
    }
    let last = attempt(&office, RETRIES_MAX, Some("refused"));
    assert_eq!(office.the_hook().tried(&last, 1.0), None);
    let said = office.the_hook().said(now);
    assert_eq!(said["areNotificationsEnabled"], false);
    assert_eq!(said["lastSuccessfulNotificationTime"], Value::Null);
    assert_eq!(
        said["lastNotificationResult"],
        json!({ "success": false, "error": { "message": "refused" }, "willBeRetried": false,
            "completionTimestamp": "2026-03-01T12:00:00.000Z", "durationMs": 1500.0, "retryNumber": 13 })
    );
    office.create(CLIENTS, json!([{}]));
    assert_eq!(office.payloads().len(), 1);
    office.the_hook().enable_notifications(true);
    assert!(office.the_hook().ping(base_id(), now).is_some());
}

#[test]
fn who_switches_notifications_off_is_not_tried_again() {
    let mut office = office();
    office.the_hook().enable_notifications(false);
    let failed = attempt(&office, 0, Some("refused"));
    assert_eq!(office.the_hook().tried(&failed, 1.0), None);
}
