//! Tables of any size to measure on.

use serde_json::{Value, json};

pub const BASE: &str = "appBench000000000";
pub const TABLE: &str = "tblBench000000000";

/// A base with one table of five fields.
pub fn base() -> Value {
    json!({
        "id": BASE, "name": "Bench", "workspaceId": "wspBench000000000",
        "tables": [{
            "id": TABLE, "name": "Orders", "primaryFieldId": "fldName0000000000",
            "views": [{ "id": "viwGrid0000000000", "name": "Grid view", "type": "grid" }],
            "fields": [
                { "id": "fldName0000000000", "name": "Name", "type": "singleLineText" },
                { "id": "fldAmount00000000", "name": "Amount", "type": "number", "options": { "precision": 2 } },
                { "id": "fldPaid0000000000", "name": "Paid", "type": "checkbox",
                    "options": { "icon": "check", "color": "greenBright" } },
                { "id": "fldDue00000000000", "name": "Due", "type": "date",
                    "options": { "dateFormat": { "name": "iso", "format": "YYYY-MM-DD" } } },
                { "id": "fldNotes000000000", "name": "Notes", "type": "multilineText" },
            ],
            "records": [],
        }],
    })
}

/// The cells of the record of a place, by id of the field: about 200 bytes as they are said.
pub fn cells(place: usize) -> Value {
    json!({
        "fldName0000000000": format!("Order {place}"),
        "fldAmount00000000": (place * 37 % 100_000) as f64 / 100.0,
        "fldPaid0000000000": place.is_multiple_of(3),
        "fldDue00000000000": format!("2026-{:02}-{:02}", place % 12 + 1, place % 28 + 1),
        "fldNotes000000000": format!("Deliver to gate {} and ring twice", place % 17),
    })
}

pub fn record_id(place: usize) -> String {
    format!("rec{place:014}")
}
