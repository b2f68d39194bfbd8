//! A webhook, given its past and a command: what happens next, or why nothing may.

use cqrs_es::test::{AggregateTestExecutor, TestFramework};

use super::*;
use crate::id::Id;

fn given(past: Vec<WebhookEvent>) -> AggregateTestExecutor<Webhook> {
    TestFramework::with(()).given(past)
}

fn id<Kind>(text: &str) -> Id<Kind> {
    Id::new(text).unwrap()
}

fn types(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

const URL: &str = "https://hooks.example.org/airtide";

fn add_with(url: &str, description: &str, event_types: &[&str]) -> WebhookCommand {
    WebhookCommand::Add {
        workspace: id("wsp_1"),
        slot: 0,
        url: url.into(),
        description: description.into(),
        event_types: types(event_types),
        enabled: true,
        secret: id("whs_1"),
    }
}

fn add() -> WebhookCommand {
    add_with(URL, "", &[])
}

fn added() -> WebhookEvent {
    WebhookEvent::Added {
        workspace: id("wsp_1"),
        slot: 0,
        url: URL.into(),
        description: String::new(),
        event_types: types(&[]),
        enabled: true,
        secret: id("whs_1"),
    }
}

fn change() -> WebhookCommand {
    WebhookCommand::Change { expected: None, url: None, description: None, event_types: None, enabled: None }
}

fn switch(enabled: bool) -> WebhookCommand {
    WebhookCommand::Change {
        expected: None,
        url: None,
        description: None,
        event_types: None,
        enabled: Some(enabled),
    }
}

fn rotate(secret: &str) -> WebhookCommand {
    WebhookCommand::RotateSecret { secret: id(secret), at: at("2026-01-01T00:00:00Z") }
}

fn rotated(secret: &str) -> WebhookEvent {
    WebhookEvent::SecretRotated { secret: id(secret), previous_until: at("2026-01-02T00:00:00Z") }
}

fn disabled() -> WebhookEvent {
    WebhookEvent::Disabled { because: DisabledBecause::Asked }
}

fn delivery(number: u128, attempt: u32) -> Delivery {
    let event = Uuid::from_u128(number);
    Delivery {
        delivery_id: event,
        event_id: event,
        event_type: "workspace.renamed".into(),
        position: 7,
        attempt,
    }
}

fn delivered(delivery: Delivery) -> WebhookEvent {
    WebhookEvent::Delivered { delivery, status: 204, duration_ms: 12 }
}

fn record_delivered(delivery: Delivery) -> WebhookCommand {
    WebhookCommand::RecordDelivered { delivery, status: 204, duration_ms: 12 }
}

fn failed(delivery: Delivery, status: Option<u16>) -> WebhookEvent {
    WebhookEvent::DeliveryFailed { delivery, reason: "status".into(), status, retry_at: None }
}

fn record_failed(delivery: Delivery, status: Option<u16>) -> WebhookCommand {
    WebhookCommand::RecordFailed { delivery, reason: "status".into(), status, retry_at: None }
}

fn state(past: Vec<WebhookEvent>) -> Webhook {
    past.into_iter().fold(Webhook::default(), |mut state, event| {
        state.apply(event);
        state
    })
}

#[test]
fn a_webhook_is_added_once() {
    given(vec![]).when(add()).then_expect_events(vec![added()]);
    given(vec![added()]).when(add()).then_expect_events(vec![]);
}

#[test]
fn adding_another_under_the_same_id_is_refused() {
    let mut other = add();
    if let WebhookCommand::Add { secret, .. } = &mut other {
        *secret = id("whs_2");
    }
    given(vec![added()]).when(other).then_expect_error(WebhookRefusal::WebhookExists);
}

#[test]
fn nothing_can_be_asked_of_a_webhook_that_does_not_exist() {
    for command in
        [switch(true), rotate("whs_2"), WebhookCommand::RequestTest, record_delivered(delivery(1, 1))]
    {
        given(vec![]).when(command).then_expect_error(WebhookRefusal::UnknownWebhook);
    }
}

#[test]
fn what_it_is_made_of_is_bounded() {
    let long = format!("https://{}", "x".repeat(URL_BYTES_MAX));
    for url in ["", "hooks.example.org", "ftp://example.org", "https://example.org/a b", &long] {
        given(vec![]).when(add_with(url, "", &[])).then_expect_error(WebhookRefusal::BadUrl);
    }
    let description = "x".repeat(DESCRIPTION_LENGTH_MAX + 1);
    given(vec![])
        .when(add_with(URL, &description, &[]))
        .then_expect_error(WebhookRefusal::DescriptionTooLong);
    for name in ["workspace", "workspace.", ".renamed", "workspace.*", "Workspace.renamed", "a.b.c"] {
        given(vec![]).when(add_with(URL, "", &[name])).then_expect_error(WebhookRefusal::BadEventTypes);
    }
    let many: BTreeSet<String> =
        (0..=EVENT_TYPES_MAX).map(|number| format!("a.{}", "b".repeat(number + 1))).collect();
    let choose = WebhookCommand::Change {
        expected: None,
        url: None,
        description: None,
        event_types: Some(many),
        enabled: None,
    };
    given(vec![added()]).when(choose).then_expect_error(WebhookRefusal::BadEventTypes);
}

#[test]
fn a_workspace_has_a_bounded_number_of_places() {
    let mut beyond = add();
    if let WebhookCommand::Add { slot, .. } = &mut beyond {
        *slot = PER_WORKSPACE_MAX;
    }
    given(vec![]).when(beyond).then_expect_error(WebhookRefusal::TooManyWebhooks);
}

#[test]
fn one_change_does_what_is_new_in_it() {
    let everything = WebhookCommand::Change {
        expected: Some(1),
        url: Some("https://other.example.org/".into()),
        description: Some("To the shop".into()),
        event_types: Some(types(&["workspace.renamed"])),
        enabled: Some(false),
    };
    given(vec![added()]).when(everything).then_expect_events(vec![
        WebhookEvent::UrlChanged { url: "https://other.example.org/".into() },
        WebhookEvent::Described { description: "To the shop".into() },
        WebhookEvent::EventTypesChosen { event_types: types(&["workspace.renamed"]) },
        disabled(),
    ]);
    given(vec![added()]).when(change()).then_expect_events(vec![]);
    given(vec![added()]).when(switch(true)).then_expect_events(vec![]);
    given(vec![added(), disabled()]).when(switch(true)).then_expect_events(vec![WebhookEvent::Enabled {}]);
}

#[test]
fn a_change_meant_for_another_revision_is_refused_and_deliveries_do_not_count() {
    let past = || vec![added(), delivered(delivery(1, 1)), disabled(), delivered(delivery(2, 1))];
    assert_eq!(state(past()).revision(), 2);
    let remove = |expected| WebhookCommand::Remove { expected: Some(expected) };
    given(past()).when(remove(1)).then_expect_error(WebhookRefusal::ChangedMeanwhile);
    given(past()).when(remove(2)).then_expect_events(vec![WebhookEvent::Removed {}]);
}

#[test]
fn a_removed_webhook_stays_as_it_is() {
    let past = || vec![added(), WebhookEvent::Removed {}];
    given(past()).when(WebhookCommand::Remove { expected: Some(1) }).then_expect_events(vec![]);
    for command in [switch(false), rotate("whs_2"), WebhookCommand::RequestTest] {
        given(past()).when(command).then_expect_error(WebhookRefusal::WebhookRemoved);
    }
    let removed = state(past());
    assert!(removed.endpoint().is_none() && removed.any_endpoint().is_some());
}

#[test]
fn what_was_under_way_at_its_removal_is_recorded() {
    let past = || vec![added(), WebhookEvent::Removed {}];
    given(past()).when(record_delivered(delivery(1, 1))).then_expect_events(vec![delivered(delivery(1, 1))]);
    given(past())
        .when(record_failed(delivery(1, 1), Some(410)))
        .then_expect_events(vec![failed(delivery(1, 1), Some(410))]);
}

#[test]
fn after_a_rotation_both_secrets_sign_for_a_day() {
    given(vec![added()]).when(rotate("whs_2")).then_expect_events(vec![rotated("whs_2")]);
    given(vec![added(), rotated("whs_2")]).when(rotate("whs_2")).then_expect_events(vec![]);
    let state = state(vec![added(), rotated("whs_2")]);
    let endpoint = state.endpoint().unwrap();
    let before = endpoint.secrets_at(at("2026-01-01T23:59:59Z"));
    assert_eq!(before, [id("whs_2"), id("whs_1")]);
    assert_eq!(endpoint.secrets_at(at("2026-01-02T00:00:00Z")), [id("whs_2")]);
}

#[test]
fn a_second_rotation_ends_the_oldest_secret() {
    let state = state(vec![added(), rotated("whs_2"), rotated("whs_3")]);
    let valid = state.endpoint().unwrap().secrets_at(at("2026-01-01T00:00:00Z"));
    assert_eq!(valid, [id("whs_3"), id("whs_2")]);
}

#[test]
fn it_wants_what_was_chosen_and_everything_where_nothing_was() {
    let all = state(vec![added()]);
    assert!(all.endpoint().unwrap().wants("workspace.renamed"));
    let chosen = WebhookEvent::EventTypesChosen { event_types: types(&["workspace.archived"]) };
    let some = state(vec![added(), chosen]);
    assert!(some.endpoint().unwrap().wants("workspace.archived"));
    assert!(!some.endpoint().unwrap().wants("workspace.renamed"));
    assert!(!state(vec![added(), disabled()]).endpoint().unwrap().wants("workspace.renamed"));
}

#[test]
fn a_test_and_a_redelivery_can_be_asked_for_again_and_again_while_it_is_enabled() {
    let redeliver = || WebhookCommand::RequestRedelivery {
        event_id: Uuid::from_u128(7),
        event_type: "workspace.renamed".into(),
        position: 7,
    };
    let redelivery = || WebhookEvent::RedeliveryRequested {
        event_id: Uuid::from_u128(7),
        event_type: "workspace.renamed".into(),
        position: 7,
    };
    let tested = || WebhookEvent::TestRequested {};
    given(vec![added(), tested()]).when(WebhookCommand::RequestTest).then_expect_events(vec![tested()]);
    given(vec![added(), redelivery()]).when(redeliver()).then_expect_events(vec![redelivery()]);
    for command in [WebhookCommand::RequestTest, redeliver()] {
        given(vec![added(), disabled()]).when(command).then_expect_error(WebhookRefusal::WebhookDisabled);
    }
}

#[test]
fn an_attempt_is_recorded_once() {
    let first = || delivery(1, 1);
    given(vec![added()]).when(record_delivered(first())).then_expect_events(vec![delivered(first())]);
    let past = || vec![added(), failed(first(), Some(500))];
    given(past()).when(record_failed(first(), Some(500))).then_expect_events(vec![]);
    given(past()).when(record_delivered(delivery(1, 2))).then_expect_events(vec![delivered(delivery(1, 2))]);
}

#[test]
fn no_more_attempts_are_remembered_than_can_come_back() {
    let many = (0..200).map(|number| delivered(delivery(number, 1)));
    let state = state(std::iter::once(added()).chain(many).collect());
    assert_eq!(state.recorded.len(), ATTEMPTS_REMEMBERED);
    assert_eq!(state.decide(record_delivered(delivery(199, 1))), Ok(vec![]));
}

#[test]
fn a_receiver_that_is_gone_is_asked_no_more() {
    let gone = || WebhookEvent::Disabled { because: DisabledBecause::Gone };
    given(vec![added()])
        .when(record_failed(delivery(1, 1), Some(410)))
        .then_expect_events(vec![failed(delivery(1, 1), Some(410)), gone()]);
    given(vec![added(), failed(delivery(1, 1), Some(410)), gone()])
        .when(record_failed(delivery(1, 1), Some(410)))
        .then_expect_events(vec![]);
    given(vec![added(), disabled()])
        .when(record_failed(delivery(1, 1), Some(410)))
        .then_expect_events(vec![failed(delivery(1, 1), Some(410))]);
    let back = state(vec![added(), gone(), WebhookEvent::Enabled {}]);
    assert_eq!(back.endpoint().unwrap().disabled_because, None);
}
