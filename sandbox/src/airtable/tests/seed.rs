//! A small office: four people who may do more and more, tasks with files, clients.

use serde_json::{Value, json};

pub const BASE: &str = "appOffice00000000";
pub const TASKS: &str = "/v0/appOffice00000000/Tasks";
pub const PAINT: &str = "recPaint000000000";
pub const SAND: &str = "recSand0000000000";
pub const FILES: &str = "fldFiles000000000";

/// Tokens of Ana, who may create, Ben, who may edit, Cem, who may comment, and Dee, who may read.
pub const ANA: &str = "patAna";
pub const BEN: &str = "patBen";
pub const CEM: &str = "patCem";
pub const DEE: &str = "patDee";

pub fn seed() -> Value {
    json!({
        "people": [
            { "id": "usrAna00000000000", "email": "ana@example.org", "name": "Ana" },
            { "id": "usrBen00000000000", "email": "ben@example.org", "name": "Ben" },
            { "id": "usrCem00000000000", "email": "cem@example.org", "name": "Cem" },
            { "id": "usrDee00000000000", "email": "dee@example.org", "name": "Dee" },
        ],
        "workspaces": [{ "id": "wspOffice00000000", "name": "Office" }],
        "tokens": [
            { "token": ANA, "user": "usrAna00000000000" },
            { "token": BEN, "user": "usrBen00000000000" },
            { "token": CEM, "user": "usrCem00000000000" },
            { "token": DEE, "user": "usrDee00000000000" },
        ],
        "bases": [{
            "id": BASE, "name": "Office", "workspaceId": "wspOffice00000000",
            "createdTime": "2024-01-01T00:00:00Z",
            "permissionLevels": {
                "usrAna00000000000": "create", "usrBen00000000000": "edit",
                "usrCem00000000000": "comment", "usrDee00000000000": "read",
            },
            "fieldPermissionLevels": { "fldLocked00000000": "create" },
            "tables": [tasks(), clients()],
        }],
    })
}

fn tasks() -> Value {
    json!({
        "id": "tblTasks000000000", "name": "Tasks", "primaryFieldId": "fldName0000000000",
        "views": [{ "id": "viwTasks000000000", "name": "Grid view", "type": "grid" }],
        "fields": [
            { "id": "fldName0000000000", "name": "Name", "type": "singleLineText" },
            { "id": "fldHours000000000", "name": "Hours", "type": "number", "options": { "precision": 1 } },
            { "id": "fldDone0000000000", "name": "Done", "type": "checkbox",
              "options": { "icon": "check", "color": "greenBright" } },
            { "id": "fldStatus00000000", "name": "Status", "type": "singleSelect", "options": { "choices": [
                { "id": "selTodo0000000000", "name": "Todo" }, { "id": "selOpen0000000000", "name": "Open" }] } },
            { "id": FILES, "name": "Files & papers", "type": "multipleAttachments", "options": { "isReversed": false } },
            { "id": "fldLocked00000000", "name": "Approved", "type": "singleLineText" },
            { "id": "fldTwice000000000", "name": "Twice", "type": "formula", "options": {
                "formula": "{fldHours000000000}*2", "isValid": true, "referencedFieldIds": ["fldHours000000000"],
                "result": { "type": "number", "options": { "precision": 1 } } } },
            { "id": "fldClient00000000", "name": "Client", "type": "multipleRecordLinks", "options": {
                "linkedTableId": "tblClients0000000", "inverseLinkFieldId": "fldTasks000000000" } },
        ],
        "records": [
            { "id": PAINT, "fields": { "Name": "Paint the hull", "Hours": 12.5, "Status": "Open",
                "Client": ["recHarbour0000000"] } },
            { "id": SAND, "fields": { "Name": "Sand the deck", "Hours": 3 } },
        ],
    })
}

fn clients() -> Value {
    json!({
        "id": "tblClients0000000", "name": "Clients", "primaryFieldId": "fldClientName0000",
        "views": [{ "id": "viwClients0000000", "name": "Grid view", "type": "grid" }],
        "fields": [
            { "id": "fldClientName0000", "name": "Name", "type": "singleLineText" },
            { "id": "fldTasks000000000", "name": "Tasks", "type": "multipleRecordLinks", "options": {
                "linkedTableId": "tblTasks000000000", "inverseLinkFieldId": "fldClient00000000" } },
        ],
        "records": [{ "id": "recHarbour0000000", "fields": { "Name": "Harbour" } }],
    })
}
