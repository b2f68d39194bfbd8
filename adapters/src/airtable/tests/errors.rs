//! What each row of the reference's table of errors means to a caller; the last test says it of what is no row.

use std::time::Duration;

use domain::bases::ports::{Fault, Refused, Trouble};
use serde_json::{Value, json};

use crate::airtable::call::Effect::{self, Reads, Writes};
use crate::airtable::verdict::{self, NoAnswer, Reply};

fn said(effect: Effect, status: u16, body: &[u8]) -> Option<Fault> {
    verdict::of_reply(effect, &Reply { status, retry_after: None, body: body.to_vec() })
}

fn judged(effect: Effect, status: u16, body: &Value) -> Option<Fault> {
    said(effect, status, body.to_string().as_bytes())
}

/// Whether reading or writing was asked for.
fn either(status: u16, body: &Value) -> Fault {
    let [read, written] = [Reads, Writes].map(|effect| judged(effect, status, body).unwrap());
    assert_eq!(read, written);
    read
}

fn is_refused(status: u16, kind: &str, message: Option<&str>) {
    let body = match message {
        Some(message) => json!({ "error": { "type": kind, "message": message } }),
        None => json!({ "error": { "type": kind } }),
    };
    let refused = Refused { status, kind: kind.into(), message: message.map(str::to_owned) };
    let fault = either(status, &body);
    assert_eq!(fault, Fault::Refused(refused));
    assert!(!fault.retry_helps() && fault.nothing_was_done());
}

#[test]
fn row_400_a_body_that_is_no_json() {
    is_refused(400, "INVALID_REQUEST_BODY", Some("Could not parse request body"));
}

#[test]
fn row_403_unknown_base_or_table_or_no_access() {
    is_refused(
        403,
        "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND",
        Some(
            "Invalid permissions, or the requested model was not found. Check that both your user and your token have the required permissions, and that the model names and/or ids are correct.",
        ),
    );
}

#[test]
fn row_403_a_role_that_may_not() {
    is_refused(403, "INVALID_PERMISSIONS", Some("You are not permitted to perform this operation"));
}

#[test]
fn row_404_a_record_that_is_not_there() {
    is_refused(404, "MODEL_ID_NOT_FOUND", Some("Record not found"));
}

#[test]
fn row_404_a_table_that_is_not_there_to_old_keys() {
    is_refused(404, "TABLE_NOT_FOUND", Some("Could not find table X in application appY"));
}

#[test]
fn row_422_a_request_that_is_wrong_somehow() {
    is_refused(
        422,
        "INVALID_REQUEST_UNKNOWN",
        Some("Invalid request: parameter validation failed. Check your request data."),
    );
}

#[test]
fn row_422_no_fields_in_the_body() {
    is_refused(
        422,
        "INVALID_REQUEST_MISSING_FIELDS",
        Some("Could not find field \"fields\" in the request body"),
    );
}

#[test]
fn row_422_an_unknown_field() {
    is_refused(422, "UNKNOWN_FIELD_NAME", Some("Unknown field name: \"X\""));
}

#[test]
fn row_422_a_value_of_the_wrong_type() {
    is_refused(422, "INVALID_VALUE_FOR_COLUMN", Some("Field \"X\" cannot accept the provided value"));
}

#[test]
fn row_422_a_value_for_a_computed_field() {
    is_refused(
        422,
        "INVALID_VALUE_FOR_COLUMN",
        Some("Field \"X\" cannot accept a value because the field is computed"),
    );
}

#[test]
fn row_422_a_choice_that_there_is_not() {
    is_refused(
        422,
        "INVALID_MULTIPLE_CHOICE_OPTIONS",
        Some("Insufficient permissions to create new select option \"\"X\"\""),
    );
}

#[test]
fn row_422_an_attachment_that_is_none() {
    is_refused(422, "INVALID_ATTACHMENT_OBJECT", None);
}

#[test]
fn row_422_too_many_records_to_write() {
    is_refused(
        422,
        "INVALID_RECORDS",
        Some("A maximum of 10 records can be created per request but you have provided 100."),
    );
}

#[test]
fn row_422_too_many_records_to_delete() {
    is_refused(422, "INVALID_RECORDS", Some("\"records\" must be an array of up to 10 record IDs."));
}

#[test]
fn row_422_a_record_to_write_that_is_not_there() {
    is_refused(422, "ROW_DOES_NOT_EXIST", Some("Record ID recX does not exist in this table"));
}

#[test]
fn row_422_a_link_that_is_none() {
    is_refused(422, "INVALID_RECORD_ID", Some("Value is not an array of record IDs."));
}

#[test]
fn row_422_a_link_to_another_table() {
    is_refused(
        422,
        "ROW_TABLE_DOES_NOT_MATCH_LINKED_TABLE",
        Some("Record ID recX belongs to a table other than the linked one"),
    );
}

#[test]
fn row_422_a_formula_that_is_none() {
    is_refused(
        422,
        "INVALID_FILTER_BY_FORMULA",
        Some("The formula for filtering records is invalid: Unknown field names: a, b"),
    );
}

#[test]
fn row_422_an_offset_that_is_none() {
    is_refused(422, "INVALID_OFFSET_VALUE", Some("The value of offset itr/rec is invalid"));
}

#[test]
fn row_422_an_iterator_that_is_gone() {
    is_refused(422, "LIST_RECORDS_ITERATOR_NOT_AVAILABLE", None);
}

#[test]
fn row_422_a_view_by_name_that_is_not_there() {
    is_refused(422, "VIEW_NAME_NOT_FOUND", Some("View X not found"));
}

#[test]
fn row_422_a_view_by_id_that_is_not_there() {
    is_refused(422, "VIEW_ID_NOT_FOUND", Some("View viwX not found"));
}

#[test]
fn row_422_an_upsert_that_matches_several() {
    is_refused(
        422,
        "INVALID_REQUEST_UNKNOWN",
        Some("Cannot update more than one record for fields to merge on"),
    );
}

#[test]
fn row_422_a_schema_that_cannot_be() {
    is_refused(422, "DUPLICATE_TABLE_NAME", Some("Duplicate table name: \"X\""));
}

#[test]
fn row_422_one_webhook_too_many() {
    is_refused(422, "TOO_MANY_WEBHOOKS_IN_BASE", None);
}

#[test]
fn row_401_no_token_or_a_bad_one() {
    let body =
        json!({ "error": { "type": "AUTHENTICATION_REQUIRED", "message": "Authentication required" } });
    assert_eq!(either(401, &body), Fault::Unauthorized);
}

#[test]
fn row_404_a_route_that_there_is_not() {
    let refused = Refused { status: 404, kind: "NOT_FOUND".into(), message: None };
    for body in [json!({ "error": "NOT_FOUND" }), json!({ "error": { "type": "NOT_FOUND" } })] {
        assert_eq!(either(404, &body), Fault::Refused(refused.clone()));
    }
}

#[test]
fn row_413_a_body_that_is_too_large() {
    let refused = Refused { status: 413, kind: "REQUEST_TOO_LARGE".into(), message: None };
    assert_eq!(either(413, &json!({ "error": "REQUEST_TOO_LARGE" })), Fault::Refused(refused));
}

#[test]
fn row_429_too_many_requests() {
    let body = json!({ "error": { "type": "RATE_LIMIT_REACHED",
        "message": "Rate limit exceeded. Please try again later" } });
    assert_eq!(either(429, &body), Fault::Wait { retry_after: verdict::PENALTY });
    assert_eq!(said(Reads, 429, b"<html>"), Some(Fault::Wait { retry_after: verdict::PENALTY }));
}

#[test]
fn row_429_the_month_is_used_up() {
    let body = json!({ "error": { "type": "PUBLIC_API_BILLING_LIMIT_EXCEEDED", "message":
        "API billing plan limit exceeded. You've reached the maximum number of requests allowed for this month." } });
    assert_eq!(either(429, &body), Fault::QuotaSpent);
    assert!(!Fault::QuotaSpent.retry_helps(), "waiting is useless");
}

#[test]
fn row_500_a_server_that_failed() {
    let body = json!({ "error": { "type": "SERVER_ERROR" } });
    assert_eq!(judged(Reads, 500, &body), Some(Fault::Unavailable(Trouble::Status(500))));
    assert_eq!(judged(Writes, 500, &body), Some(Fault::Ambiguous(Trouble::Status(500))));
}

#[test]
fn row_502_a_gateway_without_a_server() {
    for body in [&b"<html><body>Bad Gateway</body></html>"[..], b""] {
        for effect in [Reads, Writes] {
            assert_eq!(said(effect, 502, body), Some(Fault::Unavailable(Trouble::Status(502))));
        }
    }
}

#[test]
fn row_503_what_is_safe_to_send_again() {
    let body = json!({ "error": { "type": "RETRIABLE_ERROR" } });
    assert_eq!(either(503, &body), Fault::Unavailable(Trouble::Status(503)));
    assert_eq!(said(Writes, 503, b"<html>"), Some(Fault::Ambiguous(Trouble::Status(503))));
}

#[test]
fn airtable_may_ask_for_more_patience_and_not_for_less() {
    for (asked_for, waited) in [(5, 30), (120, 120)] {
        let retry_after = Some(Duration::from_secs(asked_for));
        let fault = verdict::of_reply(Writes, &Reply { status: 429, retry_after, body: vec![] });
        assert_eq!(fault, Some(Fault::Wait { retry_after: Duration::from_secs(waited) }));
    }
}

#[test]
fn silence_leaves_open_what_a_write_did_unless_nothing_was_sent() {
    let nothing_sent = Fault::Unavailable(Trouble::NotConnected);
    for effect in [Reads, Writes] {
        assert_eq!(verdict::of_silence(effect, NoAnswer::NotConnected), nothing_sent);
    }
    for (silence, trouble) in [(NoAnswer::TimedOut, Trouble::TimedOut), (NoAnswer::Broken, Trouble::Broken)] {
        assert_eq!(verdict::of_silence(Reads, silence), Fault::Unavailable(trouble));
        assert_eq!(verdict::of_silence(Writes, silence), Fault::Ambiguous(trouble));
    }
}

#[test]
fn every_other_status_means_something_too() {
    for status in 200..300 {
        assert_eq!(said(Writes, status, b""), None);
    }
    for status in (100..200).chain(300..400) {
        assert!(matches!(said(Writes, status, b""), Some(Fault::Malformed(_))), "{status}");
    }
    for status in 400..500 {
        let fault = said(Writes, status, b"\xff not JSON").unwrap();
        assert_eq!(fault.nothing_was_done(), status != 408, "{status}");
    }
    for status in 500..1000 {
        let is_ambiguous = matches!(said(Writes, status, b""), Some(Fault::Ambiguous(_)));
        assert_eq!(is_ambiguous, status != 502, "{status}");
        assert!(said(Reads, status, b"").unwrap().retry_helps(), "{status}");
    }
}
