//! Edits that were parted, decided record by record and stored make the same tables when they are told again.

use std::collections::BTreeMap;

use cqrs_es::Aggregate;
use proptest::prelude::*;
use proptest::sample::Index;

use super::properties::{Deed, deed, office, patch, said};
use super::*;
use crate::bases::base::{Base, BaseCommand, BaseEvent};
use crate::bases::record::{
    Address, Parted, Record as Kept, RecordCommand, RecordEvent, Retelling, Source, key, part,
};
use crate::bases::samples::stored;
use crate::bases::schema::SchemaChange;
use crate::bases::{BaseKey, RecordKey};

#[derive(Debug, Clone)]
pub enum Doing {
    Link(Deed),
    Patch(Index, Vec<(&'static str, Option<u8>)>),
    /// Names what may not be there, and is made.
    Typecast {
        status: u8,
        parent: u8,
        client: u8,
    },
}

pub fn doing() -> impl Strategy<Value = Doing> {
    prop_oneof![
        3 => deed().prop_map(Doing::Link),
        2 => (any::<Index>(), patch()).prop_map(|(which, patch)| Doing::Patch(which, patch)),
        2 => (0..6_u8, 0..6_u8, 0..6_u8)
            .prop_map(|(status, parent, client)| Doing::Typecast { status, parent, client }),
    ]
}

impl Office {
    pub fn carry_on(&mut self, doing: &Doing) {
        match doing {
            Doing::Link(deed) => self.act(deed),
            Doing::Patch(which, patch) => {
                let ids = self.ids(INVOICES);
                if !ids.is_empty() {
                    let fields = said(self, patch);
                    self.patch(INVOICES, *which.get(&ids), fields).unwrap();
                }
            }
            Doing::Typecast { status, parent, client } => {
                self.typecast = true;
                let name = |number: &u8| format!("Name {number}");
                let row = json!({ "Name": name(parent), "Status": name(status), "Tags": [name(client)],
                    "Parent": [name(client), name(parent)], "Partners": [name(status)] });
                self.create(CLIENTS, json!([row, { "Status": name(client) }])).unwrap();
                self.create(INVOICES, json!([{ "Client": [name(client)] }])).unwrap();
                self.typecast = false;
            }
        }
    }
}

fn base_key() -> BaseKey {
    BaseKey::new("bas_1").unwrap()
}

/// The streams of a base and its records.
#[derive(Default)]
struct Log {
    base: Base,
    records: BTreeMap<RecordKey, Kept>,
    told: Vec<Told>,
}

enum Told {
    Base(BaseEvent),
    Record(RecordEvent),
}

impl Log {
    fn ask(&mut self, command: BaseCommand) {
        for event in self.base.decide(command).unwrap() {
            self.base.apply(stored(&event));
            self.base = stored(&self.base);
            self.told.push(Told::Base(stored(&event)));
        }
    }

    fn keep(&mut self, parted: Parted) {
        if !parted.schema.is_empty() {
            self.ask(BaseCommand::ChangeSchema { changes: parted.schema });
        }
        for (key, command) in parted.records {
            let record = self.records.entry(key).or_default();
            let again = command.clone();
            for event in record.decide(command).unwrap() {
                record.apply(stored(&event));
                *record = stored(record);
                self.told.push(Told::Record(stored(&event)));
            }
            if !has_links(&again) {
                assert_eq!(record.decide(again), Ok(vec![]), "it was carried out");
            }
        }
    }

    fn retold(&self, people: Vec<Collaborator>) -> Tables {
        let mut retelling = Retelling::of(samples::base(), people);
        for told in &self.told {
            match told {
                Told::Base(event) => retelling.base(event),
                Told::Record(event) => retelling.record(event),
            }
        }
        retelling.into_tables()
    }
}

/// A change of links cannot know whether it was carried out: the other sides have their say too.
fn has_links(command: &RecordCommand) -> bool {
    matches!(command, RecordCommand::Change { links, .. } if !links.is_empty())
}

fn begun() -> Log {
    let schema = samples::base();
    let mut log = Log::default();
    let (airtable_id, name, tables) = (schema.id, schema.name, schema.tables);
    log.ask(BaseCommand::Create { airtable_id, name, tables });
    log
}

proptest! {
    #[test]
    fn edits_kept_record_by_record_make_the_same_tables(
        doings in prop::collection::vec(doing(), 1..10),
    ) {
        let mut office = office();
        doings.iter().for_each(|doing| office.carry_on(doing));
        let mut log = begun();
        for edit in &office.edits {
            log.keep(part(&base_key(), Source::Api, edit));
        }
        let retold = log.retold(office.tables.people.clone());
        prop_assert_eq!(retold.base(), office.tables.base());
        prop_assert!(retold == office.tables);
    }
}

#[test]
fn an_edit_is_parted_into_one_command_for_each_record() {
    let mut office = Office::new();
    office.typecast = true;
    let row = json!({ "Name": "Acme", "Status": "Late", "Parent": ["Holding"] });
    let planned = office.tables.plan_create(office.batch(CLIENTS), &[fields_of(&row)]);
    let done = office.carry_out(planned).unwrap();
    let parted = part(&base_key(), Source::Workflow, &done.edit);
    assert!(
        matches!(&parted.schema[..], [SchemaChange::ChoiceAdded { choice, .. }] if choice.name == "Late")
    );
    let keys: Vec<_> = parted.records.iter().map(|(key, _)| key.clone()).collect();
    let holding = office.ids(CLIENTS)[1];
    assert_eq!(keys, [key(&base_key(), done.records[0]), key(&base_key(), holding)]);
    let RecordCommand::Create { address, source, stamp, cells, links } = &parted.records[0].1 else {
        panic!("{parted:?}")
    };
    assert_eq!(address.record, done.records[0]);
    assert_eq!((*source, stamp), (Source::Workflow, &done.edit.stamp));
    assert_eq!(cells.len(), 2);
    assert_eq!(links[0].added, [holding]);
}

fn address(table: TableId, record: &str) -> Address {
    Address { base: base_key(), table, record: RecordId::parse(record).unwrap() }
}

fn make(address: &Address, second: i64) -> RecordCommand {
    let stamp = Stamp { at: Timestamp::from_second(second).unwrap(), by: None };
    let cells = BTreeMap::new();
    RecordCommand::Create { address: address.clone(), source: Source::Airtable, stamp, cells, links: vec![] }
}

#[test]
fn a_record_that_comes_again_keeps_its_number_and_its_age_and_no_number_is_given_twice() {
    let table = samples::base().tables[0].id;
    let ids = ["recOne00000000000", "recTwo00000000000", "recThree000000000"];
    let [one, two, three] = ids.map(|id| address(table, id));
    let delete = |at: i64| RecordCommand::Delete {
        source: Source::Airtable,
        stamp: Stamp { at: Timestamp::from_second(at).unwrap(), by: None },
    };
    let mut log = begun();
    let asked = [
        (&one, make(&one, 1)),
        (&two, make(&two, 2)),
        (&two, delete(3)),
        (&three, make(&three, 4)),
        (&two, make(&two, 5)),
    ];
    for (address, command) in asked {
        let records = vec![(key(&base_key(), address.record), command)];
        log.keep(Parted { schema: vec![], records });
    }
    let tables = log.retold(vec![]);
    let found: Vec<_> =
        tables.records(table).map(|it| (it.id, it.number, it.created.at.as_second())).collect();
    assert_eq!(found, [(one.record, 1, 1), (two.record, 2, 2), (three.record, 3, 4)]);
}
