//! What must hold of formulas over any records.

use proptest::prelude::*;
use proptest::sample::Index;

use super::super::list::{Iterators, Listing, Query};
use super::properties::{Deed, deed, office};
use super::*;
use crate::bases::cells::place;
use crate::bases::formula::tests::arbitrary::formula_over;

const OF_CLIENTS: [&str; 18] = [
    "fldName0000000000",
    "fldNotes000000000",
    "fldSince000000000",
    "fldStatus00000000",
    "fldTags0000000000",
    "fldOwner000000000",
    "fldTeam0000000000",
    "fldCode0000000000",
    "fldFiles000000000",
    "fldInvoices000000",
    "fldPartners000000",
    "fldParent00000000",
    "fldCount000000000",
    "fldAmounts0000000",
    "fldTotal000000000",
    "fldTold0000000000",
    "fldLabel000000000",
    "fldMail0000000000",
];
const OF_INVOICES: [&str; 14] = [
    "fldNumber00000000",
    "fldClient00000000",
    "fldAmount00000000",
    "fldShare000000000",
    "fldSpent000000000",
    "fldStars000000000",
    "fldPaid0000000000",
    "fldDue00000000000",
    "fldTwice000000000",
    "fldWord0000000000",
    "fldPayer000000000",
    "fldChanged0000000",
    "fldMade0000000000",
    "fldSerial00000000",
];

/// A formula and the table that it is of.
fn formula() -> impl Strategy<Value = (&'static str, String)> {
    prop_oneof![
        formula_over(OF_CLIENTS.to_vec()).prop_map(|text| (CLIENTS, text)),
        formula_over(OF_INVOICES.to_vec()).prop_map(|text| (INVOICES, text)),
    ]
}

/// Some field of some record gets a value, if it takes it.
fn value() -> impl Strategy<Value = Value> {
    let telling = prop::sample::select(vec![
        json!("Open"),
        json!(["Open", "Busy, very"]),
        json!("2024-02-29"),
        json!("9999-12-30"),
        json!("2024-01-02T03:04:05.000Z"),
        json!("0001-01-01T00:00:00Z"),
        json!({ "id": "usrAna00000000000" }),
        json!([{ "id": "usrAna00000000000" }]),
        json!({ "text": "c-1" }),
        json!([{ "url": "https://a/b", "filename": "b" }]),
        json!(true),
        json!(3),
        json!(-1e300),
        json!(0),
    ]);
    prop_oneof![3 => telling, 1 => any::<f64>().prop_map(|it| json!(it)), 1 => "\\PC{0,12}".prop_map(|it| json!(it))]
}

#[derive(Debug, Clone)]
enum Act {
    Deed(Deed),
    Set { clients: bool, which: Index, field: Index, value: Value },
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let set = (any::<bool>(), any::<Index>(), any::<Index>(), value())
        .prop_map(|(clients, which, field, value)| Act::Set { clients, which, field, value });
    prop::collection::vec(prop_oneof![1 => deed().prop_map(Act::Deed), 4 => set], 0..16)
}

impl Office {
    fn go(&mut self, act: &Act) {
        match act {
            Act::Deed(deed) => self.act(deed),
            Act::Set { clients, which, field, value } => {
                let (table, fields): (_, &[&str]) =
                    if *clients { (CLIENTS, &OF_CLIENTS) } else { (INVOICES, &OF_INVOICES) };
                let ids = self.ids(table);
                if !ids.is_empty() {
                    // What the field does not take is refused, and nothing happens.
                    let _ = self.patch(table, *which.get(&ids), json!({ *field.get(fields): value }));
                }
            }
        }
    }

    /// Everything that can be seen, in every way of saying it.
    fn seen(&self, tables: &Tables) -> Vec<Value> {
        let reading = tables.at(self.time());
        let place = place(Some("Asia/Tokyo"), Some("de")).unwrap();
        let mut seen = Vec::new();
        for table in tables.base().tables.iter().map(|table| table.id) {
            let saying = || Saying::all(&reading, table, Keys::Ids).unwrap();
            for saying in [saying(), saying().for_webhooks(), saying().as_text(place.clone())] {
                seen.extend(tables.records(table).map(|record| saying.record(record)));
            }
        }
        seen
    }

    fn listed(&self, table: &str, query: Query) -> Vec<RecordId> {
        let listing = Listing::freeze(&self.read(), self.table(table), &query).unwrap();
        let iterator = self.batch(table).mint.make();
        let page = Iterators::default().begin(&self.tables, listing, iterator, 100, self.time());
        page.unwrap().records.iter().map(|record| record.id).collect()
    }
}

proptest! {
    // Each case looks at everything in three shapes.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_was_edited_reads_as_what_is_replayed(acts in acts(), (table, text) in formula()) {
        let mut office = office();
        office.add_formula(table, "Probe", &text);
        let mut fresh = Tables::new(office.tables.base().clone(), office.tables.people.clone());
        acts.iter().for_each(|act| office.go(act));
        office.edits.iter().for_each(|edit| fresh.apply(edit));
        prop_assert_eq!(office.seen(&office.tables), office.seen(&fresh));
    }

    #[test]
    fn a_filter_keeps_the_records_for_which_its_formula_is_true(acts in acts(), (table, text) in formula()) {
        let mut office = office();
        acts.iter().for_each(|act| office.go(act));
        let kept = office.listed(table, Query { filter: Some(text.clone()), ..Query::default() });
        office.add_formula(table, "Probe", &format!("IF({text}, 1)"));
        let is_true = |id: &RecordId| office.fields(table, *id).get("Probe") == Some(&json!(1));
        let expected: Vec<_> = office.ids(table).into_iter().filter(is_true).collect();
        prop_assert_eq!(kept, expected);
    }

    #[test]
    fn the_order_by_a_formula_has_each_record_once(acts in acts(), (table, text) in formula()) {
        let mut office = office();
        acts.iter().for_each(|act| office.go(act));
        office.add_formula(table, "Probe", &text);
        let sort = vec![("Probe".to_owned(), Direction::Descending)];
        let mut sorted = office.listed(table, Query { sort, ..Query::default() });
        let mut all = office.ids(table);
        sorted.sort();
        all.sort();
        prop_assert_eq!(sorted, all);
    }

    #[test]
    fn whatever_goes_the_rest_is_sound_and_can_be_read(
        acts in acts(),
        (table, text) in formula(),
        gone in prop::collection::vec((any::<bool>(), any::<Index>(), 0..4_usize), 1..5),
    ) {
        let mut office = office();
        acts.iter().for_each(|act| office.go(act));
        office.add_formula(table, "Probe", &text);
        for (clients, which, kind) in gone {
            let table = office.table(if clients { CLIENTS } else { INVOICES });
            let fields: Vec<_> = office.tables.base().table(table).unwrap().fields.iter().map(|it| it.id).collect();
            let (base, called) = (office.tables.base(), which.get(&fields).to_string());
            let retyped = |kind: Value| {
                let mut mint = Mint::new(Uuid::from_u128(which.index(1000) as u128));
                office.tables.plan_retyping(table, &called, serde_json::from_value(kind).unwrap(), &mut mint)
            };
            let planned = match kind {
                0 => base.plan_field_deletion(table, &called),
                1 => retyped(json!({ "type": "multilineText" })),
                2 => retyped(json!({ "type": "multipleSelects", "options": {} })),
                _ => retyped(json!({ "type": "number", "options": { "precision": 2 } })),
            };
            if let Ok(changes) = planned {
                office.tables.apply_schema(&changes);
                office.tables.base().validate().unwrap();
            }
            office.seen(&office.tables);
        }
    }
}
