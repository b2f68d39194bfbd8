use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::Index;

use super::super::links::difference;
use super::*;
use crate::bases::ids::FieldId;
use crate::bases::schema::FieldType;

const LINKS: [(&str, &str, &str); 5] = [
    (CLIENTS, "Invoices", INVOICES),
    (INVOICES, "Client", CLIENTS),
    (CLIENTS, "Partners", CLIENTS),
    (CLIENTS, "Parent", CLIENTS),
    (CLIENTS, "Children", CLIENTS),
];

#[derive(Debug, Clone)]
pub enum Deed {
    Create { link: usize, to: Vec<Index> },
    Link { link: usize, verb: Verb, rows: Vec<(Index, Vec<Index>)> },
    Delete { table: &'static str, which: Index },
}

pub fn deed() -> impl Strategy<Value = Deed> {
    let link = 0..LINKS.len();
    let to = || prop::collection::vec(any::<Index>(), 0..4);
    let verb = prop_oneof![Just(Verb::Patch), Just(Verb::Put)];
    let rows = prop::collection::vec((any::<Index>(), to()), 1..4);
    prop_oneof![
        2 => (link.clone(), to()).prop_map(|(link, to)| Deed::Create { link, to }),
        5 => (link, verb, rows).prop_map(|(link, verb, rows)| Deed::Link { link, verb, rows }),
        1 => (prop::sample::select(vec![CLIENTS, INVOICES]), any::<Index>())
            .prop_map(|(table, which)| Deed::Delete { table, which }),
    ]
}

/// Three clients and three invoices.
pub fn office() -> Office {
    let mut office = Office::new();
    for table in [CLIENTS, INVOICES] {
        office.create(table, json!([{}, {}, {}])).unwrap();
    }
    office
}

impl Office {
    pub fn ids(&self, table: &str) -> Vec<RecordId> {
        self.tables.records(self.table(table)).map(|record| record.id).collect()
    }

    fn pick(&self, table: &str, which: &[Index]) -> Vec<RecordId> {
        let ids = self.ids(table);
        let mut picked = Vec::new();
        for index in which.iter().filter(|_| !ids.is_empty()) {
            let id = *index.get(&ids);
            if !picked.contains(&id) {
                picked.push(id);
            }
        }
        picked
    }

    pub fn act(&mut self, deed: &Deed) {
        match deed {
            Deed::Create { link, to } => {
                let (table, field, linked) = LINKS[*link];
                self.create(table, json!([{ field: self.pick(linked, to) }])).unwrap();
            }
            Deed::Link { link, verb, rows } => self.link(LINKS[*link], *verb, rows),
            Deed::Delete { table, which } => {
                let picked = self.pick(table, &[*which]);
                self.delete(table, &picked).unwrap();
            }
        }
    }

    fn link(&mut self, (table, field, linked): (&str, &str, &str), verb: Verb, rows: &[(Index, Vec<Index>)]) {
        let mut named: Vec<(RecordId, Value)> = Vec::new();
        for (which, to) in rows {
            for id in self.pick(table, &[*which]) {
                if named.iter().all(|(other, _)| *other != id) {
                    named.push((id, json!({ field: self.pick(linked, to) })));
                }
            }
        }
        self.update(table, verb, &named).unwrap();
        if let Some((last, fields)) = named.last() {
            let said = self.fields(table, *last).get(field).cloned().unwrap_or(json!([]));
            assert_eq!(&said, &fields[field], "the last row stands as it was given");
        }
    }

    /// Each link with the records at its ends, and none of those is missing.
    fn pairs(&self, field: FieldId) -> BTreeSet<(RecordId, RecordId)> {
        let (table, _) = self.tables.base().field(field).unwrap();
        let linked = self.tables.base().link(field).unwrap().linked_table_id;
        let mut pairs = BTreeSet::new();
        for record in self.tables.records(table.id) {
            for other in self.tables.linked(field, record.id) {
                assert!(self.tables.record(linked, other).is_some(), "{other} is gone");
                assert!(pairs.insert((record.id, other)), "{other} is linked twice");
            }
        }
        pairs
    }

    fn inverses_agree(&self) {
        for field in self.tables.base().tables.iter().flat_map(|table| &table.fields) {
            let FieldType::MultipleRecordLinks(options) = &field.kind else { continue };
            let pairs = self.pairs(field.id);
            if let Some(inverse) = options.inverse_link_field_id {
                let turned = self.pairs(inverse).into_iter().map(|(one, other)| (other, one)).collect();
                assert_eq!(pairs, turned, "{}", field.name);
            }
        }
    }

    /// Everything but the times of edits and the orders that nobody asked for.
    fn essence(&self, table: &str, id: RecordId) -> (Value, Vec<BTreeSet<(RecordId, RecordId)>>) {
        let mut fields = self.fields(table, id);
        fields.as_object_mut().unwrap().remove("Changed");
        let links = self.tables.base().tables.iter().flat_map(|table| &table.fields);
        let links = links.filter(|field| matches!(field.kind, FieldType::MultipleRecordLinks(_)));
        (fields, links.map(|field| self.pairs(field.id)).collect())
    }
}

/// Some fields of an invoice, each with a value or none.
pub fn patch() -> impl Strategy<Value = Vec<(&'static str, Option<u8>)>> {
    let fields = prop::sample::subsequence(vec!["Number", "Amount", "Stars", "Paid", "Due", "Client"], 0..=6);
    fields.prop_flat_map(|names| {
        let values = prop::collection::vec(prop::option::of(1..=5_u8), names.len());
        values.prop_map(move |values| names.iter().copied().zip(values).collect())
    })
}

pub fn said(office: &Office, patch: &[(&'static str, Option<u8>)]) -> Value {
    let clients = office.ids(CLIENTS);
    let value = |name: &str, given: u8| match name {
        "Number" => json!(given.to_string()),
        "Paid" => json!(given > 2),
        "Due" => json!(format!("2024-01-0{given}T00:00:00.000Z")),
        "Client" => json!(clients.iter().rev().take(usize::from(given).min(3)).collect::<Vec<_>>()),
        _ => json!(given),
    };
    let each = patch
        .iter()
        .map(|(name, given)| ((*name).to_owned(), given.map_or(json!(null), |it| value(name, it))));
    Value::Object(each.collect())
}

proptest! {
    #[test]
    fn inverse_links_always_agree(deeds in prop::collection::vec(deed(), 1..12)) {
        let mut office = office();
        for deed in &deeds {
            office.act(deed);
            office.inverses_agree();
        }
    }

    #[test]
    fn two_patches_are_the_merged_patch(first in patch(), second in patch()) {
        let mut apart = office();
        let invoice = apart.ids(INVOICES)[0];
        let mut merged = apart.clone();
        let (first, second) = (said(&apart, &first), said(&apart, &second));
        apart.patch(INVOICES, invoice, first.clone()).unwrap();
        apart.patch(INVOICES, invoice, second.clone()).unwrap();
        let mut both = fields_of(&first);
        both.extend(fields_of(&second));
        merged.patch(INVOICES, invoice, Value::Object(both)).unwrap();
        prop_assert_eq!(apart.essence(INVOICES, invoice), merged.essence(INVOICES, invoice));
    }

    #[test]
    fn a_batch_that_fails_changes_nothing(
        deeds in prop::collection::vec(deed(), 0..4),
        patches in prop::collection::vec(patch(), 1..3),
        wrong in prop::sample::select(vec![
            ("Nope", json!(1)), ("Serial", json!(1)), ("Amount", json!("x")), ("Client", json!(["recNobody00000000"])),
        ]),
    ) {
        let mut office = office();
        office.create(INVOICES, json!([{}, {}, {}])).unwrap();
        deeds.iter().for_each(|deed| office.act(deed));
        let ids = office.ids(INVOICES);
        prop_assume!(ids.len() > patches.len());
        let mut rows: Vec<_> = ids.iter().copied().zip(patches.iter().map(|patch| said(&office, patch))).collect();
        rows.push((ids[patches.len()], json!({ wrong.0: wrong.1 })));
        let before = office.tables.clone();
        prop_assert!(office.update(INVOICES, Verb::Put, &rows).is_err());
        let values = rows.into_iter().map(|(_, fields)| fields).collect();
        prop_assert!(office.create(INVOICES, Value::Array(values)).is_err());
        prop_assert!(office.tables == before);
    }

    #[test]
    fn a_list_becomes_another_by_what_goes_and_what_comes(
        before in prop::collection::btree_set(0..8_u128, 0..8),
        after in Just((0..8_u128).collect::<Vec<_>>()).prop_shuffle(),
        length in 0..8_usize,
    ) {
        let ids = |numbers: &[u128]| -> Vec<RecordId> {
            numbers.iter().map(|number| Mint::new(Uuid::from_u128(*number)).make()).collect()
        };
        let (before, after) = (ids(&before.into_iter().collect::<Vec<_>>()), ids(&after[..length]));
        let (removed, added) = difference(&before, &after);
        let mut list: Vec<_> = before.iter().filter(|id| !removed.contains(id)).copied().collect();
        list.extend(added);
        prop_assert_eq!(list, after);
    }
}

#[test]
fn taking_one_of_many_away_tells_of_one() {
    let many: Vec<RecordId> = (0..5000).map(|n| Mint::new(Uuid::from_u128(n)).make()).collect();
    assert_eq!(difference(&many, &many[1..]), (vec![many[0]], vec![]));
    assert_eq!(difference(&many[..4999], &many), (vec![], vec![many[4999]]));
}
