//! The demo is a sound base, and what it works out comes out.

use domain::bases::table::{Keys, Saying};
use serde_json::{Value, json};

use super::demo;
use crate::airtable::app::App;
use crate::airtable::knobs::Knobs;
use crate::airtable::seed::load;
use crate::airtable::world::read;

/// The cells of the first record of a table.
fn first(app: &App, table: &str) -> Value {
    let bases = app.world.bases();
    let held = read(&bases[0]);
    let table = held.table(table).unwrap().id;
    let reading = held.tables.at("2026-11-27T12:00:00Z".parse().unwrap());
    let record = held.tables.records(table).next().unwrap();
    json!(Saying::all(&reading, table, Keys::Names).unwrap().cells(record))
}

#[test]
fn sums_formulas_and_lookups_of_the_demo_come_out() {
    let app = App::new(Knobs::default(), Some(1));
    load(&app, demo(false).unwrap()).unwrap();
    let project = first(&app, "Projects");
    assert_eq!(project["Hours planned"], 188.5);
    assert_eq!(project["Billed"], 63_000.0);
    assert_eq!(project["Left to bill"], 21_000.0);
    assert_eq!(project["Days"], 137);
    assert_eq!(first(&app, "Tasks")["Client"], json!(["recClient00000000"]));
    assert_eq!(first(&app, "Invoices")["State"], "Paid");
    assert_eq!(first(&app, "Invoices")["Paper"][0]["filename"], "invoice-2026-001.pdf");
    assert_eq!(first(&app, "People")["Leads"], Value::Null);
}

#[test]
fn the_large_demo_has_thirty_five_tables_with_the_same_ids_each_time() {
    let app = App::new(Knobs::default(), Some(1));
    load(&app, demo(true).unwrap()).unwrap();
    assert_eq!(read(&app.world.bases()[0]).tables.base().tables.len(), 35);
    let written = || serde_json::to_value(demo(true).unwrap()).unwrap();
    assert_eq!(written(), written());
}
