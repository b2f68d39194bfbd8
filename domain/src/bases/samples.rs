//! A base for tests: clients and their invoices, linked both ways, with a field of every type that can be written
//! and some that are worked out of each other.

use std::rc::Rc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::schema::Base;
use crate::personal::{Seal, SealError, SubjectId, under_seal};

pub fn base() -> Base {
    let written = json!({ "id": "app00000000000000", "name": "Company", "tables": [clients(), invoices()] });
    serde_json::from_value(written).unwrap()
}

fn clients() -> Value {
    json!({
        "id": "tblClients0000000", "name": "Clients", "primaryFieldId": "fldName0000000000",
        "views": [
            { "id": "viwGrid0000000000", "name": "Grid view", "type": "grid" },
            { "id": "viwOpen0000000000", "name": "Open ones", "type": "grid",
                "filter": "{fldStatus00000000} = \"Open\"",
                "sort": [{ "field": "fldTotal000000000", "direction": "desc" }, { "field": "fldName0000000000" }],
                "visibleFieldIds": ["fldName0000000000", "fldGone0000000000"] },
            { "id": "viwForm0000000000", "name": "Form", "type": "form" },
        ],
        "fields": [
            { "id": "fldName0000000000", "name": "Name", "type": "singleLineText" },
            { "id": "fldNotes000000000", "name": "Notes", "type": "richText" },
            { "id": "fldMail0000000000", "name": "Mail", "type": "email" },
            { "id": "fldSince000000000", "name": "Since", "type": "date",
                "options": { "dateFormat": { "name": "iso", "format": "YYYY-MM-DD" } } },
            { "id": "fldStatus00000000", "name": "Status", "type": "singleSelect", "options": choices() },
            { "id": "fldTags0000000000", "name": "Tags", "type": "multipleSelects", "options": choices() },
            { "id": "fldOwner000000000", "name": "Owner", "type": "singleCollaborator" },
            { "id": "fldTeam0000000000", "name": "Team", "type": "multipleCollaborators" },
            { "id": "fldCode0000000000", "name": "Code", "type": "barcode" },
            { "id": "fldFiles000000000", "name": "Files", "type": "multipleAttachments",
                "options": { "isReversed": false } },
            { "id": "fldInvoices000000", "name": "Invoices", "type": "multipleRecordLinks", "options": {
                "linkedTableId": "tblInvoices000000", "inverseLinkFieldId": "fldClient00000000" } },
            { "id": "fldPartners000000", "name": "Partners", "type": "multipleRecordLinks", "options": {
                "linkedTableId": "tblClients0000000" } },
            { "id": "fldParent00000000", "name": "Parent", "type": "multipleRecordLinks", "options": {
                "linkedTableId": "tblClients0000000", "inverseLinkFieldId": "fldChildren000000" } },
            { "id": "fldChildren000000", "name": "Children", "type": "multipleRecordLinks", "options": {
                "linkedTableId": "tblClients0000000", "inverseLinkFieldId": "fldParent00000000" } },
            { "id": "fldCount000000000", "name": "How many", "type": "count", "options": {
                "isValid": true, "recordLinkFieldId": "fldInvoices000000" } },
            { "id": "fldAmounts0000000", "name": "Amounts", "type": "multipleLookupValues", "options": {
                "isValid": true, "recordLinkFieldId": "fldInvoices000000",
                "fieldIdInLinkedTable": "fldAmount00000000",
                "result": { "type": "currency", "options": { "precision": 2, "symbol": "€" } } } },
            { "id": "fldTotal000000000", "name": "Total", "type": "rollup", "options": {
                "isValid": true, "recordLinkFieldId": "fldInvoices000000",
                "fieldIdInLinkedTable": "fldAmount00000000", "formula": "SUM(values)", "referencedFieldIds": [],
                "result": { "type": "number", "options": { "precision": 2 } } } },
            { "id": "fldTold0000000000", "name": "Told", "type": "rollup", "options": {
                "isValid": true, "recordLinkFieldId": "fldInvoices000000",
                "fieldIdInLinkedTable": "fldAmount00000000", "referencedFieldIds": [],
                "result": { "type": "number", "options": { "precision": 2 } } } },
            { "id": "fldLabel000000000", "name": "Label", "type": "formula", "options": {
                "formula": "{fldName0000000000} & \" (\" & {fldTotal000000000} & \")\"", "isValid": true,
                "referencedFieldIds": ["fldName0000000000", "fldTotal000000000"],
                "result": { "type": "singleLineText" } } },
        ],
    })
}

fn invoices() -> Value {
    json!({
        "id": "tblInvoices000000", "name": "Invoices", "primaryFieldId": "fldNumber00000000",
        "fields": [
            { "id": "fldNumber00000000", "name": "Number", "type": "singleLineText" },
            { "id": "fldClient00000000", "name": "Client", "type": "multipleRecordLinks", "options": {
                "linkedTableId": "tblClients0000000", "inverseLinkFieldId": "fldInvoices000000" } },
            { "id": "fldAmount00000000", "name": "Amount", "type": "currency",
                "options": { "precision": 2, "symbol": "€" } },
            { "id": "fldShare000000000", "name": "Share", "type": "percent", "options": { "precision": 1 } },
            { "id": "fldSpent000000000", "name": "Spent", "type": "duration",
                "options": { "durationFormat": "h:mm" } },
            { "id": "fldStars000000000", "name": "Stars", "type": "rating",
                "options": { "icon": "star", "color": "yellowBright", "max": 5 } },
            { "id": "fldPaid0000000000", "name": "Paid", "type": "checkbox",
                "options": { "icon": "check", "color": "greenBright" } },
            { "id": "fldDue00000000000", "name": "Due", "type": "dateTime", "options": {
                "dateFormat": { "name": "iso", "format": "YYYY-MM-DD" },
                "timeFormat": { "name": "24hour", "format": "HH:mm" }, "timeZone": "Europe/Berlin" } },
            { "id": "fldTwice000000000", "name": "Twice", "type": "formula", "options": {
                "formula": "{fldAmount00000000}*2", "isValid": true,
                "referencedFieldIds": ["fldAmount00000000"],
                "result": { "type": "number", "options": { "precision": 2 } } } },
            { "id": "fldWord0000000000", "name": "Word", "type": "formula", "options": {
                "formula": "IF({fldPaid0000000000}, \"paid\", {fldTwice000000000})", "isValid": true,
                "referencedFieldIds": ["fldPaid0000000000", "fldTwice000000000"],
                "result": { "type": "singleLineText" } } },
            { "id": "fldPayer000000000", "name": "Payer", "type": "multipleLookupValues", "options": {
                "isValid": true, "recordLinkFieldId": "fldClient00000000",
                "fieldIdInLinkedTable": "fldLabel000000000", "result": { "type": "singleLineText" } } },
            { "id": "fldChanged0000000", "name": "Changed", "type": "lastModifiedTime", "options": {} },
            { "id": "fldMade0000000000", "name": "Made", "type": "createdTime", "options": {} },
            { "id": "fldSerial00000000", "name": "Serial", "type": "autoNumber" },
        ],
    })
}

fn choices() -> Value {
    json!({ "choices": [
        { "id": "selOpen0000000000", "name": "Open", "color": "blueLight2" },
        { "id": "selBusy0000000000", "name": "Busy, very", "color": "redLight2" },
        { "id": "selDone0000000000", "name": "Done" },
    ] })
}

/// Hides nothing, but goes through texts as a seal does.
struct Transparent;

impl Seal for Transparent {
    fn seal(&self, _: &SubjectId, plain: &[u8]) -> Result<String, SealError> {
        String::from_utf8(plain.to_vec()).map_err(|_| SealError::Broken)
    }
    fn open(&self, _: &SubjectId, sealed: &str) -> Result<Option<Vec<u8>>, SealError> {
        Ok(Some(sealed.as_bytes().to_vec()))
    }
}

/// What comes back when it was stored, sealed parts too.
pub fn stored<T: Serialize + DeserializeOwned>(value: &T) -> T {
    under_seal(Rc::new(Transparent), || {
        let text = serde_json::to_string(value).unwrap();
        serde_json::from_str(&text).unwrap()
    })
}

/// What stands in the log where the seal shows a star.
pub fn sealed<T: Serialize>(value: &T) -> String {
    struct Star;
    impl Seal for Star {
        fn seal(&self, _: &SubjectId, _: &[u8]) -> Result<String, SealError> {
            Ok("*".into())
        }
        fn open(&self, _: &SubjectId, _: &str) -> Result<Option<Vec<u8>>, SealError> {
            Err(SealError::OutsideSeal)
        }
    }
    under_seal(Rc::new(Star), || serde_json::to_string(value).unwrap())
}
