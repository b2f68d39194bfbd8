//! A base, given its past and a command: what happens next, or why nothing may.

use cqrs_es::test::{AggregateTestExecutor, TestFramework};
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::bases::errors::ApiError;
use crate::bases::ids::Mint;
use crate::bases::samples::{self, stored};
use crate::bases::schema::{Choice, Renaming, TableDraft};

fn given(past: Vec<BaseEvent>) -> AggregateTestExecutor<Base> {
    TestFramework::with(()).given(past)
}

fn created() -> BaseEvent {
    let schema::Base { id, name, tables } = samples::base();
    BaseEvent::Created { airtable_id: id, name, origin: Origin::Local, tables }
}

fn create(name: &str, tables: Vec<Table>) -> BaseCommand {
    BaseCommand::Create { airtable_id: samples::base().id, name: name.into(), tables }
}

fn change(changes: Vec<SchemaChange>) -> BaseCommand {
    BaseCommand::ChangeSchema { changes }
}

fn changed(changes: Vec<SchemaChange>) -> BaseEvent {
    BaseEvent::SchemaChanged { changes }
}

fn rename(name: &str) -> BaseCommand {
    BaseCommand::Rename { name: name.into() }
}

fn renaming(called: &str, name: &str) -> Vec<SchemaChange> {
    let renaming = Renaming { name: Some(name.into()), description: None };
    samples::base().plan_table_renaming(called, renaming).unwrap()
}

/// A table that links to clients, which get the inverse.
fn orders() -> Vec<SchemaChange> {
    let link = json!({ "linkedTableId": "tblClients0000000" });
    let draft = json!({ "name": "Orders", "fields": [
        { "name": "Number", "type": "singleLineText" },
        { "name": "Client", "type": "multipleRecordLinks", "options": link },
    ] });
    let draft: TableDraft = serde_json::from_value(draft).unwrap();
    samples::base().plan_table(draft, &mut Mint::new(Uuid::from_u128(8))).unwrap()
}

fn late() -> SchemaChange {
    let status = samples::base().tables[0].field_called("Status").unwrap().id;
    let choice = Choice { id: Mint::new(Uuid::nil()).make(), name: "Late".into(), color: None };
    SchemaChange::ChoiceAdded { table: samples::base().tables[0].id, field: status, choice }
}

fn after(events: &[BaseEvent]) -> Base {
    let mut base = Base::default();
    events.iter().for_each(|event| base.apply(stored(event)));
    base
}

#[test]
fn a_base_is_created_with_its_tables_once() {
    let tables = || samples::base().tables;
    given(vec![]).when(create(" Company ", tables())).then_expect_events(vec![created()]);
    given(vec![created()]).when(create("Company", tables())).then_expect_events(vec![]);
    for other in [create("Firm", tables()), create("Company", vec![])] {
        given(vec![created()]).when(other).then_expect_error(BaseRefusal::BaseExists);
    }
}

#[test]
fn what_a_seed_leaves_out_of_computed_fields_is_filled_in() {
    let mut tables = samples::base().tables;
    let twice = tables[1].fields.iter_mut().find(|field| field.name == "Twice").unwrap();
    let written = json!({ "type": "formula", "options": { "formula": "{Amount} * 2" } });
    twice.kind = serde_json::from_value(written).unwrap();
    let events = Base::default().decide(create("Company", tables)).unwrap();
    let schema = after(&events).schema().cloned().unwrap();
    let expected = &samples::base().tables[1].field_called("Twice").unwrap().kind.clone();
    let kind = &schema.tables[1].field_called("Twice").unwrap().kind;
    let (schema::FieldType::Formula(made), schema::FieldType::Formula(known)) = (kind, expected) else {
        panic!("{kind:?}")
    };
    assert_eq!((made.formula.as_str(), made.is_valid), ("{fldAmount00000000} * 2", true));
    assert_eq!(made.referenced_field_ids, known.referenced_field_ids);
}

#[test]
fn a_schema_that_is_not_sound_is_refused_in_airtables_words() {
    let mut tables = samples::base().tables;
    tables[1].name = tables[0].name.to_uppercase();
    let refused = BaseRefusal::SchemaUnsound(ApiError::DuplicateTableName(tables[1].name.clone()));
    given(vec![]).when(create("Company", tables)).then_expect_error(refused);
    let mut twice = renaming("Clients", "People");
    twice.extend(renaming("Invoices", "people"));
    given(vec![created()])
        .when(change(twice))
        .then_expect_error(BaseRefusal::SchemaUnsound(ApiError::DuplicateTableName("people".into())));
}

#[test]
fn no_id_names_two_things() {
    let mut tables = samples::base().tables;
    let stolen = tables[0].fields[0].clone();
    tables[1].fields.push(stolen.clone());
    let refused = || BaseRefusal::IdTaken(stolen.id.to_string());
    given(vec![]).when(create("Company", tables)).then_expect_error(refused());
    let stealing = SchemaChange::FieldCreated { table: samples::base().tables[1].id, field: stolen.clone() };
    given(vec![created()]).when(change(vec![stealing])).then_expect_error(refused());
}

#[test]
fn a_change_of_the_schema_is_told_once_however_it_is_repeated() {
    let renamed = || renaming("Clients", "People");
    for changes in [renamed(), orders(), vec![late()], [renamed(), vec![late()]].concat()] {
        let told = changed(changes.clone());
        given(vec![created()]).when(change(changes.clone())).then_expect_events(vec![told.clone()]);
        given(vec![created(), told]).when(change(changes)).then_expect_events(vec![]);
    }
    let half = [renamed(), vec![late()]].concat();
    given(vec![created(), changed(renamed())])
        .when(change(half))
        .then_expect_events(vec![changed(vec![late()])]);
}

#[test]
fn deleting_what_is_gone_is_done_already_and_changing_it_is_refused() {
    let table = samples::base().tables[1].id;
    let field = samples::base().tables[1].field_called("Stars").unwrap().id;
    let deletion = || samples::base().plan_table_deletion("Invoices").unwrap();
    let past = || vec![created(), changed(deletion())];
    given(vec![created()]).when(change(deletion())).then_expect_events(vec![changed(deletion())]);
    for gone in [SchemaChange::TableDeleted { table }, SchemaChange::FieldDeleted { table, field }] {
        given(past()).when(change(vec![gone])).then_expect_events(vec![]);
    }
    given(past())
        .when(change(renaming("Invoices", "Bills")))
        .then_expect_error(BaseRefusal::SchemaUnsound(ApiError::PermissionsOrModelNotFound));
}

#[test]
fn a_choice_is_added_where_there_are_choices_only() {
    let table = samples::base().tables[0].id;
    let field = samples::base().tables[0].field_called("Name").unwrap().id;
    let SchemaChange::ChoiceAdded { choice, .. } = late() else { panic!("another change") };
    let refused = BaseRefusal::SchemaUnsound(ApiError::InvalidFieldOptions { field: "Name".into() });
    given(vec![created()])
        .when(change(vec![SchemaChange::ChoiceAdded { table, field, choice }]))
        .then_expect_error(refused);
}

#[test]
fn the_state_follows_the_schema() {
    let base = after(&[created(), changed(orders()), BaseEvent::Renamed { name: "Firm".into() }]);
    let mut expected = samples::base();
    orders().iter().for_each(|change| expected.apply(change));
    expected.name = "Firm".into();
    assert_eq!(base.schema(), Some(&expected));
    assert_eq!(expected.validate(), Ok(()));
}

#[test]
fn more_tables_than_one_event_takes_are_told_in_several() {
    let mut mint = Mint::new(Uuid::from_u128(3));
    let tables: Vec<Table> = (0..40).map(|number| large_table(number, &mut mint)).collect();
    let events = Base::default().decide(create("Company", tables.clone())).unwrap();
    assert!(events.len() > 3, "{} events", events.len());
    for event in &events {
        let bytes = serde_json::to_string(event).unwrap().len();
        assert!(bytes < SCHEMA_BYTES_MAX + 10 * 1024, "an event of {bytes} bytes");
    }
    let base = after(&events);
    assert_eq!(base.schema().unwrap().tables, tables);
    assert_eq!(base.decide(create("Company", tables)), Ok(vec![]));
}

fn large_table(number: usize, mint: &mut Mint) -> Table {
    let id: crate::bases::ids::FieldId = mint.make();
    let field = json!({ "id": id, "name": "Name", "type": "singleLineText" });
    let table = json!({ "id": mint.make::<crate::bases::ids::kinds::Table>(), "name": number.to_string(),
        "description": "x".repeat(19_000), "primaryFieldId": id, "fields": [field] });
    serde_json::from_value(table).unwrap()
}

#[test]
fn a_base_is_bounded() {
    let mut mint = Mint::new(Uuid::from_u128(4));
    let mut many: Vec<Table> = (0..=TABLES_MAX).map(|number| large_table(number, &mut mint)).collect();
    given(vec![]).when(create("Company", many.clone())).then_expect_error(BaseRefusal::TooManyTables);
    many.truncate(1);
    let field = many[0].fields[0].clone();
    many[0].fields = vec![field; FIELDS_MAX + 1];
    given(vec![]).when(create("Company", many)).then_expect_error(BaseRefusal::TooManyFields);
    given(vec![created()])
        .when(change(vec![late(); CHANGES_MAX + 1]))
        .then_expect_error(BaseRefusal::TooManyChanges);
    let mut large = large_table(0, &mut mint);
    let settings = json!("x".repeat(SCHEMA_BYTES_MAX));
    large.date_dependency_settings = Some(settings);
    let refused = Base::default().decide(create("Company", vec![large]));
    assert!(matches!(refused, Err(BaseRefusal::ChangeTooLarge(bytes)) if bytes > SCHEMA_BYTES_MAX));
}

#[test]
fn the_texts_of_refusals_say_the_bounds() {
    let said = [
        (BaseRefusal::BadName, NAME_LENGTH_MAX),
        (BaseRefusal::TooManyTables, TABLES_MAX),
        (BaseRefusal::TooManyFields, FIELDS_MAX),
        (BaseRefusal::TooManyChanges, CHANGES_MAX),
        (BaseRefusal::ChangeTooLarge(0), SCHEMA_BYTES_MAX),
    ];
    for (refusal, bound) in said {
        let text = refusal.to_string().replace(',', "");
        assert!(text.contains(&bound.to_string()), "{text} says {bound}");
    }
}

#[test]
fn renaming_is_told_once_and_needs_a_name() {
    let renamed = || BaseEvent::Renamed { name: "Firm".into() };
    given(vec![created()]).when(rename(" Firm ")).then_expect_events(vec![renamed()]);
    given(vec![created(), renamed()]).when(rename("Firm")).then_expect_events(vec![]);
    for bad in ["", "a\nb", &"x".repeat(NAME_LENGTH_MAX + 1)] {
        given(vec![created()]).when(rename(bad)).then_expect_error(BaseRefusal::BadName);
    }
}

#[test]
fn a_deleted_base_is_gone_for_good() {
    let past = || vec![created(), BaseEvent::Deleted {}];
    given(vec![created()]).when(BaseCommand::Delete).then_expect_events(vec![BaseEvent::Deleted {}]);
    given(past()).when(BaseCommand::Delete).then_expect_events(vec![]);
    for command in [rename("Firm"), change(orders()), create("Company", samples::base().tables)] {
        given(past()).when(command).then_expect_error(BaseRefusal::BaseDeleted);
    }
    assert_eq!(after(&past()).schema(), None);
}

#[test]
fn nothing_can_be_asked_of_a_base_that_does_not_exist() {
    for command in [rename("Firm"), change(orders()), BaseCommand::Delete] {
        given(vec![]).when(command).then_expect_error(BaseRefusal::UnknownBase);
    }
}

#[test]
fn a_base_stands_in_the_log_as_it_did() {
    let empty = BaseEvent::Created {
        airtable_id: samples::base().id,
        name: "Company".into(),
        origin: Origin::Local,
        tables: vec![],
    };
    assert_eq!(
        serde_json::to_string(&empty).unwrap(),
        r#"{"base.created":{"airtable_id":"app00000000000000","name":"Company","origin":{"kind":"local"},"tables":[]}}"#
    );
}

fn connected() -> BaseEvent {
    let schema::Base { id, name, tables } = samples::base();
    BaseEvent::Created { airtable_id: id, name, origin: from_airtable(), tables }
}

fn from_airtable() -> Origin {
    Origin::Airtable { connection: crate::id::Id::new("cnx_1").unwrap() }
}

fn connect(tables: Vec<Table>) -> BaseCommand {
    let schema::Base { id: airtable_id, name, .. } = samples::base();
    let connection = crate::id::Id::new("cnx_1").unwrap();
    BaseCommand::Connect { airtable_id, name, tables, connection }
}

#[test]
fn a_base_of_airtable_is_taken_as_it_is_there_and_connected_once() {
    given(vec![]).when(connect(samples::base().tables)).then_expect_events(vec![connected()]);
    given(vec![connected()]).when(connect(vec![])).then_expect_events(vec![]);
    given(vec![created()]).when(connect(vec![])).then_expect_error(BaseRefusal::BaseExists);
    let mut twice_named = samples::base().tables;
    twice_named[1].name = twice_named[0].name.clone();
    let taken = after(&Base::default().decide(connect(twice_named.clone())).unwrap());
    assert_eq!(taken.schema().unwrap().tables, twice_named);
    assert!(taken.is_mirrored());
}

#[test]
fn nobody_here_changes_a_base_that_follows_airtable() {
    for command in [rename("Other"), change(renaming("Clients", "Customers")), change(vec![])] {
        given(vec![connected()]).when(command).then_expect_error(BaseRefusal::BaseIsMirrored);
    }
    given(vec![connected()]).when(BaseCommand::Delete).then_expect_events(vec![BaseEvent::Deleted {}]);
}

#[test]
fn what_airtable_says_is_adopted_as_changes() {
    let mut seen = samples::base();
    renaming("Clients", "Customers").iter().chain(&orders()).for_each(|change| seen.apply(change));
    let adopt = BaseCommand::AdoptSchema { name: "Firm".into(), tables: seen.tables.clone() };
    given(vec![created()]).when(adopt.clone()).then_expect_error(BaseRefusal::BaseIsLocal);
    let events = after(&[connected()]).decide(adopt.clone()).unwrap();
    let adopted = after(&[vec![connected()], events].concat());
    assert_eq!(adopted.schema(), Some(&schema::Base { name: "Firm".into(), ..seen }));
    assert_eq!(adopted.decide(adopt), Ok(vec![]));
}
