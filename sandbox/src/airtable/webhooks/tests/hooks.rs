use super::*;
use crate::airtable::webhooks::hooks::HOOKS_MAX;

fn plain() -> Value {
    json!({ "options": { "filters": { "dataTypes": ["tableData"] } } })
}

fn with_hooks(integrations: &[Option<&str>]) -> Office {
    let mut office = Office::new();
    for (number, integration) in (1..).zip(integrations) {
        assert_eq!(create(&mut office, number, *integration), Ok(()));
    }
    office
}

fn create(office: &mut Office, number: u128, integration: Option<&str>) -> Result<(), ApiError> {
    let new = NewHook { integration: integration.map(str::to_owned), ..office.new_hook(number, plain()) };
    office.hooks.create(new).map(drop)
}

fn seen(office: &mut Office, viewer: Viewer<'_>) -> usize {
    let now = office.clock;
    office.hooks.list(viewer, now)["webhooks"].as_array().unwrap().len()
}

#[test]
fn a_new_hook_is_answered_with_its_secret_once() {
    let mut office = Office::new();
    let new = office.new_hook(1, plain());
    assert!(office.hooks.is_empty() && !office.hooks.listen(office.clock));
    let answer = office.hooks.create(new).unwrap();
    assert_eq!(
        answer,
        json!({ "id": office::hook_id(1), "macSecretBase64": "c2VjcmV0LWtleQ==",
            "expirationTime": "2026-03-08T12:00:00.000Z" })
    );
    assert!(!office.hooks.is_empty() && office.hooks.listen(office.clock));
    let listed = office.hooks.list(Viewer::Person, office.clock);
    assert_eq!(
        listed,
        json!({ "webhooks": [{
            "id": office::hook_id(1),
            "areNotificationsEnabled": true,
            "cursorForNextPayload": 1,
            "isHookEnabled": true,
            "lastSuccessfulNotificationTime": null,
            "notificationUrl": "http://127.0.0.1/ping",
            "expirationTime": "2026-03-08T12:00:00.000Z",
            "lastNotificationResult": null,
            "specification": plain(),
        }] })
    );
}

#[test]
fn a_base_has_ten_hooks_at_most() {
    let mut office = with_hooks(&[None; HOOKS_MAX]);
    assert_eq!(create(&mut office, 99, None), Err(ApiError::TooManyWebhooks));
    assert_eq!(create(&mut office, 99, Some("one")), Err(ApiError::TooManyWebhooks));
    let now = office.clock;
    office.hooks.delete(Viewer::Person, office::hook_id(3), now).unwrap();
    assert_eq!(create(&mut office, 99, None), Ok(()));
    assert_eq!(create(&mut office, 100, None), Err(ApiError::TooManyWebhooks));
    office.wait(7 * 24 * 60 * 60);
    assert_eq!(create(&mut office, 100, None), Ok(()), "what has expired takes no place");
}

#[test]
fn an_integration_has_two_hooks_and_sees_no_others() {
    let mut office = with_hooks(&[None, Some("one"), Some("one"), Some("two"), None, None]);
    assert_eq!(create(&mut office, 99, Some("one")), Err(ApiError::TooManyWebhooks));
    assert_eq!(create(&mut office, 99, Some("two")), Ok(()));
    assert_eq!(seen(&mut office, Viewer::Person), 7);
    assert_eq!(seen(&mut office, Viewer::Integration("one")), 2);
    assert_eq!(seen(&mut office, Viewer::Integration("none")), 0);
    let (now, others) = (office.clock, office::hook_id(4));
    let refused = Err(ApiError::PermissionsOrModelNotFound);
    assert_eq!(office.hooks.delete(Viewer::Integration("one"), others, now), refused);
    assert_eq!(office.hooks.delete(Viewer::Integration("two"), others, now), Ok(()));
    assert_eq!(office.hooks.delete(Viewer::Person, others, now), refused);
}

#[test]
fn every_hook_is_told_its_own_and_those_with_news_are_named() {
    let mut office = with_hooks(&[None, Some("one")]);
    let filters = json!({ "dataTypes": ["tableData"], "recordChangeScope": INVOICES });
    let new = office.new_hook(3, json!({ "options": { "filters": filters } }));
    office.hooks.create(new).unwrap();
    let id = office.create(CLIENTS, json!([{}]))[0];
    let happening = office.patch(CLIENTS, id, json!({ "Name": "Acme" }));
    assert_eq!(office.hooks.note(&happening, None), [office::hook_id(1), office::hook_id(2)]);
    let listed = office.hooks.list(Viewer::Person, office.clock);
    let next: Vec<_> =
        (0..3).map(|place| listed["webhooks"][place]["cursorForNextPayload"].as_u64()).collect();
    assert_eq!(next, [Some(4), Some(4), Some(1)]);
}
