use serde_json::{Value, json};

use super::*;
use crate::bases::schema::FieldType;

fn said(kind: Value, value: Value) -> String {
    let kind: FieldType = serde_json::from_value(kind).unwrap();
    let value = read(&kind, &value).unwrap().unwrap();
    let place = place(Some("America/New_York"), Some("en-us")).unwrap();
    as_text(&kind, &value, &place, &Called([(RecordId::parse(ACME).unwrap(), "Acme".into())].into()))
}

#[test]
fn numbers_have_the_places_and_signs_of_their_field() {
    let number = |places: u8| json!({ "type": "number", "options": { "precision": places } });
    let currency = json!({ "type": "currency", "options": { "precision": 2, "symbol": "€" } });
    let percent = json!({ "type": "percent", "options": { "precision": 1 } });
    for (kind, value, expected) in [
        (number(0), 4.6, "5"),
        (number(2), 4.0, "4.00"),
        (number(2), -0.001, "0.00"),
        (number(1), 1234567.25, "1234567.3"),
        (currency.clone(), 1234567.5, "€1,234,567.50"),
        (currency.clone(), -3.0, "-€3.00"),
        (currency.clone(), -0.001, "€0.00"),
        (currency, 999.0, "€999.00"),
        (percent, 0.123, "12.3%"),
        (json!({ "type": "autoNumber" }), 7.0, "7"),
    ] {
        assert_eq!(said(kind.clone(), json!(value)), expected, "{kind} {value}");
    }
}

#[test]
fn durations_are_written_as_their_field_wants_it() {
    for (format, seconds, expected) in [
        ("h:mm", 5400.0, "1:30"),
        ("h:mm", 5430.0, "1:31"),
        ("h:mm", -60.0, "-0:01"),
        ("h:mm", 3_600_000.0, "1000:00"),
        ("h:mm:ss", 3599.6, "1:00:00"),
        ("h:mm:ss", 61.0, "0:01:01"),
        ("h:mm:ss.S", 1.25, "0:00:01.3"),
        ("h:mm:ss.SSS", 3661.007, "1:01:01.007"),
        ("h:mm", 1e300, "307445734561825860:15"),
    ] {
        let kind = json!({ "type": "duration", "options": { "durationFormat": format } });
        assert_eq!(said(kind, json!(seconds)), expected, "{format} {seconds}");
    }
}

#[test]
fn days_and_times_are_written_in_the_zone_of_the_field_or_of_the_reader() {
    let date = |name: &str| json!({ "type": "date", "options": { "dateFormat": { "name": name } } });
    for (name, expected) in [
        ("iso", "2024-02-03"),
        ("us", "2/3/2024"),
        ("european", "3/2/2024"),
        ("friendly", "February 3, 2024"),
        ("local", "2/3/2024"),
    ] {
        assert_eq!(said(date(name), json!("2024-02-03")), expected, "{name}");
    }
    let time = |zone: &str, clock: &str| {
        json!({ "type": "dateTime", "options": { "timeZone": zone,
            "dateFormat": { "name": "iso", "format": "YYYY-MM-DD" }, "timeFormat": { "name": clock } } })
    };
    let at = json!("2024-07-01T22:05:00.000Z");
    assert_eq!(said(time("utc", "24hour"), at.clone()), "2024-07-01 22:05");
    assert_eq!(said(time("Europe/Berlin", "24hour"), at.clone()), "2024-07-02 00:05");
    assert_eq!(said(time("client", "12hour"), at), "2024-07-01 6:05pm");
}

#[test]
fn everything_else_is_the_text_that_people_see() {
    let base = samples::base();
    let kind = |name: &str| {
        let mut fields = base.tables.iter().flat_map(|table| &table.fields);
        json!(fields.find(|field| field.name == name).unwrap().kind)
    };
    let file = json!([{ "id": FILE, "url": "https://a/b", "filename": "b.txt" }, { "id": FILE, "url": "https://c" }]);
    for (name, value, expected) in [
        ("Name", json!("Acme"), "Acme"),
        ("Paid", json!(true), "checked"),
        ("Status", json!("Open"), "Open"),
        ("Tags", json!(["Open", "Done"]), "Open, Done"),
        (
            "Team",
            json!([{ "id": ANA, "name": "Ana" }, { "id": "usrBob00000000000" }]),
            "Ana, usrBob00000000000",
        ),
        ("Invoices", json!([ACME]), "Acme"),
        ("Files", file, "b.txt (https://a/b), https://c"),
        ("Code", json!({ "text": "c-1" }), "c-1"),
        ("Amounts", json!([1, 2.5]), "€1.00, €2.50"),
        ("Twice", json!(4), "4.00"),
        ("Twice", json!({ "error": "#ERROR!" }), "#ERROR!"),
        ("Twice", json!({ "specialValue": "NaN" }), "NaN"),
        ("Stars", json!(4), "4"),
        ("Made", json!("2024-07-01T22:05:00.000Z"), "2024-07-01T22:05:00.000Z"),
    ] {
        assert_eq!(said(kind(name), value), expected, "{name}");
    }
    assert_eq!(said(json!({ "type": "button" }), json!({ "label": "Go", "url": null })), "Go");
}

#[test]
fn texts_need_a_zone_and_a_locale() {
    assert!(place(Some("Europe/Berlin"), Some("de")).is_ok());
    for (zone, locale) in
        [(None, Some("de")), (Some("utc"), None), (Some("Mars/Base"), Some("de")), (Some("utc"), Some(""))]
    {
        assert_eq!(place(zone, locale).unwrap_err(), ApiError::InvalidRequest);
    }
}
