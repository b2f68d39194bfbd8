//! The rest of what such a company writes down: thirty more tables, all of one shape.

use domain::bases::ids::{ChoiceId, FieldId, Mint, RecordId, TableId, ViewId};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::airtable::seed::SeedBase;

const RECORDS: usize = 40;
/// Ids are the same each time.
const IDS: Uuid = Uuid::from_u128(35);

const STATES: [&str; 3] = ["New", "Open", "Closed"];

/// Tables, and what their records are called.
const TABLES: [(&str, &str); 30] = [
    ("Suppliers", "Supplier"),
    ("Orders", "Order"),
    ("Deliveries", "Delivery"),
    ("Stock", "Item"),
    ("Tools", "Tool"),
    ("Machines", "Machine"),
    ("Inspections", "Inspection"),
    ("Incidents", "Incident"),
    ("Certificates", "Certificate"),
    ("Drawings", "Drawing"),
    ("Materials", "Material"),
    ("Paints", "Paint"),
    ("Engines", "Engine"),
    ("Berths", "Berth"),
    ("Cranes", "Crane"),
    ("Visits", "Visit"),
    ("Meetings", "Meeting"),
    ("Decisions", "Decision"),
    ("Contracts", "Contract"),
    ("Offers", "Offer"),
    ("Leads", "Lead"),
    ("Campaigns", "Campaign"),
    ("Press", "Article"),
    ("Trainings", "Training"),
    ("Absences", "Absence"),
    ("Expenses", "Expense"),
    ("Vehicles", "Vehicle"),
    ("Keys", "Key"),
    ("Permits", "Permit"),
    ("Archive", "Box"),
];

pub fn extend(base: &mut SeedBase) -> Result<(), serde_json::Error> {
    let mut mint = Mint::new(IDS);
    for (name, one) in TABLES {
        base.tables.push(serde_json::from_value(table(name, one, &mut mint))?);
    }
    Ok(())
}

fn table(name: &str, one: &str, mint: &mut Mint) -> Value {
    let [title, state, amount, day, notes]: [FieldId; 5] = std::array::from_fn(|_| mint.make());
    let id: TableId = mint.make();
    let choices: Vec<Value> = STATES.iter().map(|name| choice(mint.make(), name)).collect();
    let view: ViewId = mint.make();
    json!({
        "id": id,
        "name": name,
        "primaryFieldId": title,
        "views": [{ "id": view, "name": "Grid view", "type": "grid" }],
        "fields": [
            { "id": title, "name": "Name", "type": "singleLineText" },
            { "id": state, "name": "Status", "type": "singleSelect", "options": { "choices": choices } },
            { "id": amount, "name": "Amount", "type": "number", "options": { "precision": 2 } },
            { "id": day, "name": "Date", "type": "date",
                "options": { "dateFormat": { "name": "iso", "format": "YYYY-MM-DD" } } },
            { "id": notes, "name": "Notes", "type": "multilineText" },
        ],
        "records": (0..RECORDS).map(|place| record(one, place, [title, state, amount, day], mint)).collect::<Vec<_>>(),
    })
}

fn record(one: &str, place: usize, [title, state, amount, day]: [FieldId; 4], mint: &mut Mint) -> Value {
    let id: RecordId = mint.make();
    let mut fields = serde_json::Map::new();
    fields.insert(title.to_string(), json!(format!("{one} {}", place + 1)));
    fields.insert(state.to_string(), json!(STATES[place % STATES.len()]));
    fields.insert(amount.to_string(), json!((place * 37 % 1000) as f64 + 0.5));
    fields.insert(day.to_string(), json!(format!("2026-{:02}-{:02}", place % 12 + 1, place % 28 + 1)));
    json!({ "id": id, "fields": fields })
}

fn choice(id: ChoiceId, name: &str) -> Value {
    json!({ "id": id, "name": name })
}
