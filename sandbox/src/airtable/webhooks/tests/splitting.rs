use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use proptest::prelude::*;

use super::*;

/// Everything that a payload tells, by the way to it.
fn leaves(payload: &Value) -> Vec<(String, Value)> {
    let mut leaves = Vec::new();
    let tables = ["changedTablesById", "createdTablesById"].map(|key| payload[key].as_object());
    for (table, told) in tables.into_iter().flatten().flatten() {
        for (kind, told) in told.as_object().unwrap() {
            let way = |id: &str| format!("{table} {kind} {id}");
            match told {
                Value::Array(ids) => {
                    leaves.extend(ids.iter().map(|id| (way(id.as_str().unwrap()), json!(1))))
                }
                told => {
                    leaves.extend(told.as_object().unwrap().iter().map(|(id, said)| (way(id), said.clone())))
                }
            }
        }
    }
    leaves
}

fn records(payload: &Value) -> usize {
    leaves(payload).iter().filter(|(way, _)| way.contains("ecord")).count()
}

/// What stands at the head of all payloads of one happening.
fn head(payload: &Value) -> [&Value; 3] {
    ["timestamp", "baseTransactionNumber", "actionMetadata"].map(|key| &payload[key])
}

/// Clients are made, changed and deleted, some with invoices.
fn happenings(made: usize, changed: usize, gone: usize) -> Vec<Happening> {
    let mut office = Office::with_hook(json!({ "dataTypes": ["tableData"] }), json!({}));
    office.typecast = true;
    let clients = office.create(CLIENTS, Value::Array(vec![json!({}); 10]));
    let invoices: Vec<Value> = clients.iter().map(|client| json!({ "Client": [client] })).collect();
    office.create(INVOICES, json!(invoices));
    let mut seen = Vec::new();
    let rows = Value::Array(vec![json!({ "Status": "New", "Partners": [clients[0]] }); made]);
    let rows: Vec<domain::bases::table::Fields> = serde_json::from_value(rows).unwrap();
    let batch = office.batch(CLIENTS);
    let planned = office.tables.plan_create(batch, &rows);
    let origin = office.origin(Source::Client);
    seen.push(office.carry_out(planned, origin));
    for client in &clients[..changed] {
        seen.push(office.patch(CLIENTS, *client, json!({ "Invoices": [] })));
    }
    seen.push(office.delete(CLIENTS, &clients[..gone]));
    let mut without = office.base().clone();
    without.tables.retain(|table| table.id.as_str() != INVOICES);
    let origin = office.origin(Source::Client);
    seen.push(Happening::of_schema(origin, &without, &office.tables));
    seen
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn in_parts_everything_is_told_exactly_once(
        made in 0..=10_usize,
        changed in 0..=4_usize,
        gone in 0..=10_usize,
        most in 1..=12_usize,
    ) {
        let given = json!({ "options": { "filters": { "dataTypes": ["tableData", "tableFields"] } } });
        let specification = Specification::parse(&given, Office::new().base()).unwrap();
        for happening in happenings(made, changed, gone) {
            let whole = payloads(&happening, &specification, None);
            let parts = payloads(&happening, &specification, NonZeroUsize::new(most));
            prop_assert!(whole.len() <= 1);
            prop_assert_eq!(whole.is_empty(), happening.is_empty());
            let expected: Vec<_> = whole.iter().flat_map(leaves).collect();
            let told: Vec<_> = parts.iter().flat_map(leaves).collect();
            prop_assert_eq!(told.len(), expected.len());
            let told: BTreeMap<_, _> = told.into_iter().collect();
            prop_assert_eq!(told, expected.into_iter().collect::<BTreeMap<_, _>>());
            for part in &parts {
                prop_assert!(records(part) <= most);
                prop_assert_eq!(head(part), head(&whole[0]));
            }
            let count: usize = whole.iter().map(records).sum();
            prop_assert_eq!(parts.len(), count.div_ceil(most).max(whole.len()));
        }
    }
}

#[test]
fn the_parts_get_numbers_of_their_own() {
    let mut office = Office::with_hook(json!({ "dataTypes": ["tableData"] }), json!({}));
    office.records_max = 3;
    office.create(CLIENTS, Value::Array(vec![json!({}); 10]));
    let page = office.read(1, 50);
    let counts: Vec<_> = page["payloads"].as_array().unwrap().iter().map(records).collect();
    assert_eq!((counts, &page["cursor"]), (vec![3, 3, 3, 1], &json!(5)));
}
