//! A table with a field of each kind, and rows of it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::json;

use crate::bases::filter::{Fault, Filter};
use crate::bases::formula::{Context, Fault as CellFault, Formula, Moment, Row, Value};
use crate::bases::schema::Table;
use crate::bases::table::Reading;

pub const NAME: &str = "fldName0000000000";
pub const AMOUNT: &str = "fldAmount00000000";
pub const PAID: &str = "fldPaid0000000000";
pub const DUE: &str = "fldDue00000000000";
pub const TAGS: &str = "fldTags0000000000";
pub const CLIENTS: &str = "fldClients0000000";
pub const WORTH: &str = "fldWorth000000000";

pub fn table() -> Table {
    let choices = json!({ "choices": [] });
    let linked = json!({ "linkedTableId": "tblClients0000000" });
    let worth = json!({ "formula": "1", "isValid": true, "result": { "type": "number", "options": { "precision": 2 } } });
    let fields = json!([
        { "id": NAME, "name": "Name", "type": "singleLineText" },
        { "id": AMOUNT, "name": "Amount", "type": "number", "options": { "precision": 2 } },
        { "id": PAID, "name": "Paid", "type": "checkbox", "options": { "icon": "check", "color": "greenBright" } },
        { "id": DUE, "name": "Due", "type": "createdTime", "options": {} },
        { "id": TAGS, "name": "Tags", "type": "multipleSelects", "options": choices },
        { "id": CLIENTS, "name": "Clients", "type": "multipleRecordLinks", "options": linked },
        { "id": WORTH, "name": "Worth", "type": "formula", "options": worth },
        { "id": "fldFiles000000000", "name": "Files", "type": "multipleAttachments", "options": {} },
    ]);
    let table =
        json!({ "id": "tblInvoices000000", "name": "Invoices", "primaryFieldId": NAME, "fields": fields });
    serde_json::from_value(table).unwrap()
}

/// Cells as they are drawn. A number that is no number shows an error.
#[derive(Debug, Clone)]
pub struct Cells {
    pub name: Option<String>,
    pub amount: Option<f64>,
    pub paid: bool,
    pub due: Option<Timestamp>,
    pub tags: Vec<String>,
    pub clients: Vec<String>,
    pub worth: Option<f64>,
}

struct Drawn(BTreeMap<&'static str, Value<'static>>);

impl Row for Drawn {
    fn cell(&self, field: &str) -> Value<'_> {
        self.0.get(field).cloned().unwrap_or(Value::Blank)
    }

    fn record_id(&self) -> &str {
        "rec00000000000001"
    }

    fn created_time(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    fn last_modified_time(&self, _: &[&str]) -> Option<Timestamp> {
        None
    }
}

impl Cells {
    pub fn row(&self) -> impl Row {
        let list = |texts: &[String], text: fn(&String) -> String| {
            Value::List(texts.iter().map(|one| Value::text(text(one))).collect())
        };
        let mut cells = BTreeMap::new();
        cells.extend(self.name.clone().map(|name| (NAME, Value::text(name))));
        cells.extend(self.amount.map(|amount| (AMOUNT, Value::Number(amount))));
        cells.extend(self.paid.then_some((PAID, Value::Boolean(true))));
        cells.extend(self.due.map(|due| (DUE, Value::Moment(Moment::instant(due)))));
        cells.insert(TAGS, list(&self.tags, String::clone));
        cells.insert(CLIENTS, list(&self.clients, |name| Reading::name_in_links(name.into()).into_owned()));
        cells.extend(self.worth.map(|worth| match worth.is_nan() {
            true => (WORTH, Value::Error(CellFault::InCell)),
            false => (WORTH, Value::Number(worth)),
        }));
        Drawn(cells)
    }
}

/// Whether the formula of a tree keeps some cells.
pub fn kept(tree: &serde_json::Value, cells: &Cells) -> bool {
    let table = table();
    let text = Filter::read(tree, &table).unwrap().formula().unwrap();
    let formula = Formula::read(&text, &table.names()).unwrap_or_else(|problem| panic!("{text}: {problem}"));
    formula.keeps(&cells.row(), &Context::utc(Timestamp::UNIX_EPOCH))
}

/// Where a tree is wrong, and why.
pub fn refused(tree: serde_json::Value) -> (String, Fault) {
    let read = Filter::read(&tree, &table()).and_then(|filter| filter.formula());
    let problem = read.expect_err("a refusal");
    (problem.pointer, problem.fault)
}
