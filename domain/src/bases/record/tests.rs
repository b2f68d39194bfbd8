//! A record, given its past and a command: what happens next, or why nothing may.

use cqrs_es::test::{AggregateTestExecutor, TestFramework};
use serde_json::json;

use super::*;
use crate::bases::BaseKey;
use crate::bases::cells::{Attachment, Collaborator};
use crate::bases::ids::{AttachmentId, TableId};
use crate::bases::samples::{sealed, stored};
use crate::bases::table::Stamp;

fn given(past: Vec<RecordEvent>) -> AggregateTestExecutor<Record> {
    TestFramework::with(()).given(past)
}

fn base() -> BaseKey {
    BaseKey::new("bas_1").unwrap()
}

fn record(text: &str) -> RecordId {
    RecordId::parse(text).unwrap()
}

fn name() -> FieldId {
    FieldId::parse("fldName0000000000").unwrap()
}

fn notes() -> FieldId {
    FieldId::parse("fldNotes000000000").unwrap()
}

fn invoices() -> FieldId {
    FieldId::parse("fldInvoices000000").unwrap()
}

fn address() -> Address {
    let table = TableId::parse("tblClients0000000").unwrap();
    Address { base: base(), table, record: record("recAcme0000000000") }
}

fn stamp() -> Stamp {
    let by =
        Collaborator { id: "usrAna00000000000".into(), email: Some("ana@example.org".into()), name: None };
    Stamp { at: Timestamp::from_second(1_700_000_000).unwrap(), by: Some(by) }
}

fn text(value: &str) -> CellValue {
    CellValue::Text(value.into())
}

fn filled(value: &str) -> BTreeMap<FieldId, CellValue> {
    BTreeMap::from([(name(), text(value))])
}

fn content(value: &str) -> Personal<Content> {
    Personal::new(address().subject(), Content { by: stamp().by, cells: filled(value) })
}

fn linking(removed: &[&str], added: &[&str]) -> LinkChange {
    let ids = |texts: &[&str]| texts.iter().map(|text| record(text)).collect();
    LinkChange { field: invoices(), removed: ids(removed), added: ids(added) }
}

const FIRST: &str = "recInvoice0000001";
const SECOND: &str = "recInvoice0000002";

fn create(value: &str, links: Vec<LinkChange>) -> RecordCommand {
    let (source, stamp, cells) = (Source::Api, stamp(), filled(value));
    RecordCommand::Create { address: address(), source, stamp, cells, links }
}

fn created(value: &str) -> RecordEvent {
    let links = vec![linking(&[], &[FIRST])];
    RecordEvent::Created {
        address: address(),
        source: Source::Api,
        at: stamp().at,
        content: content(value),
        links,
    }
}

fn change(cells: &[(FieldId, Option<&str>)], links: Vec<LinkChange>) -> RecordCommand {
    let cells = cells.iter().map(|(field, value)| (*field, value.map(text))).collect();
    RecordCommand::Change { source: Source::Model, stamp: stamp(), cells, links }
}

type Told<'a> = (FieldId, Option<&'a str>, Option<&'a str>);

fn changed(cells: &[Told<'_>], links: Vec<LinkChange>) -> RecordEvent {
    let cells = cells.iter().map(|(field, before, after)| {
        let (before, after) = (before.map(text), after.map(text));
        CellChange { field: *field, before, after }
    });
    let changes = CellChanges { by: stamp().by, cells: cells.collect() };
    let changes = Personal::new(address().subject(), changes);
    RecordEvent::Changed { address: address(), source: Source::Model, at: stamp().at, changes, links }
}

fn delete() -> RecordCommand {
    RecordCommand::Delete { source: Source::Airtable, stamp: stamp() }
}

fn deleted() -> RecordEvent {
    let by = stamp().by.map(|by| Personal::new(address().subject(), by));
    RecordEvent::Deleted { address: address(), source: Source::Airtable, at: stamp().at, by }
}

fn after(events: &[RecordEvent]) -> Record {
    let mut found = Record::default();
    events.iter().for_each(|event| found.apply(stored(event)));
    found
}

#[test]
fn a_record_is_created_once() {
    let links = || vec![linking(&[], &[FIRST])];
    given(vec![]).when(create("Acme", links())).then_expect_events(vec![created("Acme")]);
    given(vec![created("Acme")]).when(create("Acme", links())).then_expect_events(vec![]);
    for other in [create("Beta", links()), create("Acme", vec![linking(&[], &[SECOND])])] {
        given(vec![created("Acme")]).when(other).then_expect_error(RecordRefusal::RecordExists);
    }
}

#[test]
fn another_record_under_the_same_id_is_refused() {
    let mut elsewhere = address();
    elsewhere.table = TableId::parse("tblInvoices000000").unwrap();
    let (source, stamp, cells) = (Source::Api, stamp(), filled("Acme"));
    let command = RecordCommand::Create { address: elsewhere, source, stamp, cells, links: vec![] };
    for past in [vec![created("Acme")], vec![created("Acme"), deleted()]] {
        given(past).when(command.clone()).then_expect_error(RecordRefusal::RecordExists);
    }
}

#[test]
fn a_change_says_what_was_there_before() {
    let told = [(name(), Some("Acme"), None), (notes(), None, Some("Big"))];
    given(vec![created("Acme")])
        .when(change(&[(name(), None), (notes(), Some("Big"))], vec![]))
        .then_expect_events(vec![changed(&told, vec![])]);
}

#[test]
fn what_a_cell_holds_already_is_not_told() {
    let told = changed(&[(notes(), None, Some("Big"))], vec![]);
    let command = change(&[(name(), Some("Acme")), (notes(), Some("Big"))], vec![linking(&[], &[])]);
    given(vec![created("Acme")]).when(command.clone()).then_expect_events(vec![told.clone()]);
    given(vec![created("Acme"), told]).when(command).then_expect_events(vec![]);
}

#[test]
fn a_link_is_told_as_it_was_planned() {
    let moved = || vec![linking(&[FIRST], &[SECOND, FIRST])];
    given(vec![created("Acme")]).when(change(&[], moved())).then_expect_events(vec![changed(&[], moved())]);
    let found = after(&[created("Acme"), changed(&[], moved())]);
    let links = &found.details.as_ref().unwrap().links;
    assert_eq!(links[&invoices()], [record(SECOND), record(FIRST)]);
}

#[test]
fn a_deleted_record_is_deleted_already_and_takes_no_change() {
    given(vec![created("Acme")]).when(delete()).then_expect_events(vec![deleted()]);
    given(vec![created("Acme"), deleted()]).when(delete()).then_expect_events(vec![]);
    given(vec![created("Acme"), deleted()])
        .when(change(&[(name(), Some("Beta"))], vec![]))
        .then_expect_error(RecordRefusal::RecordDeleted);
    assert_eq!(after(&[created("Acme"), deleted()]).cells(), None);
}

#[test]
fn a_deleted_record_comes_back_under_its_id_with_what_it_holds_then() {
    let links = vec![linking(&[], &[SECOND])];
    let restored = RecordEvent::Restored {
        address: address(),
        source: Source::Api,
        at: stamp().at,
        content: content("Acme again"),
        links: links.clone(),
    };
    let past = || vec![created("Acme"), changed(&[(notes(), None, Some("Big"))], vec![]), deleted()];
    given(past()).when(create("Acme again", links.clone())).then_expect_events(vec![restored.clone()]);
    let past = [past(), vec![restored]].concat();
    assert_eq!(after(&past).cells(), Some(&filled("Acme again")));
    given(past).when(create("Acme again", links)).then_expect_events(vec![]);
}

#[test]
fn an_alias_is_added_once_and_there_are_not_too_many() {
    let add = |alias: &str| RecordCommand::AddAlias { alias: record(alias) };
    let added = |alias: &str| RecordEvent::AliasAdded { address: address(), alias: record(alias) };
    given(vec![created("Acme")]).when(add(FIRST)).then_expect_events(vec![added(FIRST)]);
    given(vec![created("Acme"), added(FIRST)]).when(add(FIRST)).then_expect_events(vec![]);
    given(vec![created("Acme")]).when(add("recAcme0000000000")).then_expect_events(vec![]);
    let mut past = vec![created("Acme")];
    past.extend((1..ALIASES_MAX).map(|number| added(&format!("rec{number:014}"))));
    assert!(after(&past).is_called(record("rec00000000000001")));
    given(past).when(add(FIRST)).then_expect_error(RecordRefusal::TooManyAliases);
}

#[test]
fn nothing_can_be_asked_of_a_record_that_does_not_exist() {
    let alias = RecordCommand::AddAlias { alias: record(FIRST) };
    for command in [change(&[(name(), Some("Acme"))], vec![]), delete(), alias] {
        given(vec![]).when(command).then_expect_error(RecordRefusal::UnknownRecord);
    }
}

fn file(id: &str, url: &str) -> Attachment {
    let id = AttachmentId::parse(id).unwrap();
    Attachment { id, url: url.into(), filename: None, known: serde_json::Map::new() }
}

const WANTED: &str = "attWanted00000000";

/// From what the cell held to what it holds.
fn filed(before: &[Attachment], after: &[Attachment]) -> RecordEvent {
    let value = |files: &[Attachment]| CellValue::Attachments(files.to_vec()).filled();
    let cells = vec![CellChange { field: notes(), before: value(before), after: value(after) }];
    let changes = Personal::new(address().subject(), CellChanges { by: stamp().by, cells });
    RecordEvent::Changed { address: address(), source: Source::Api, at: stamp().at, changes, links: vec![] }
}

fn add_file(attachment: Attachment) -> RecordCommand {
    RecordCommand::AddFile { source: Source::Api, stamp: stamp(), field: notes(), attachment }
}

fn settle(attachment: &str, file: Option<Attachment>) -> RecordCommand {
    let files =
        vec![FileSettled { field: notes(), attachment: AttachmentId::parse(attachment).unwrap(), file }];
    RecordCommand::SettleFiles { source: Source::Api, stamp: stamp(), files }
}

#[test]
fn a_file_is_put_behind_those_that_are_there_and_only_once() {
    let (one, other) = (file("attOne00000000000", "blob:1"), file("attOther000000000", "blob:2"));
    let past = || vec![created("Acme"), filed(&[], std::slice::from_ref(&one))];
    let both = filed(std::slice::from_ref(&one), &[one.clone(), other.clone()]);
    given(past()).when(add_file(other)).then_expect_events(vec![both]);
    given(past()).when(add_file(one.clone())).then_expect_events(vec![]);
}

#[test]
fn a_file_that_was_fetched_is_known_where_it_still_is() {
    let (wanted, kept) = ([file(WANTED, "https://example.org")], [file(WANTED, "blob:1")]);
    let past = || vec![created("Acme"), filed(&[], &wanted)];
    given(past()).when(settle(WANTED, Some(kept[0].clone()))).then_expect_events(vec![filed(&wanted, &kept)]);
    given(vec![created("Acme")]).when(settle(WANTED, Some(kept[0].clone()))).then_expect_events(vec![]);
    let gone = [past(), vec![deleted()]].concat();
    given(gone).when(settle(WANTED, Some(kept[0].clone()))).then_expect_events(vec![]);
}

#[test]
fn a_file_that_cannot_be_had_leaves_its_cell() {
    let wanted = [file(WANTED, "https://example.org")];
    let past = || vec![created("Acme"), filed(&[], &wanted)];
    given(past()).when(settle(WANTED, None)).then_expect_events(vec![filed(&wanted, &[])]);
    given(past()).when(settle("attOther000000000", None)).then_expect_events(vec![]);
    given([past(), vec![deleted()]].concat()).when(settle(WANTED, None)).then_expect_events(vec![]);
}

#[test]
fn what_the_log_could_not_keep_is_refused() {
    let half = "x".repeat(100_000);
    let half = half.as_str();
    let past = after(&[created(half)]);
    assert!(past.decide(change(&[(name(), Some("short"))], vec![])).is_ok());
    let refused = past.decide(change(&[(name(), Some(&format!("{half}y")))], vec![]));
    assert!(matches!(refused, Err(RecordRefusal::TooLarge(bytes)) if bytes > EVENT_BYTES_MAX));
    given(vec![]).when(create("a\0b", vec![])).then_expect_error(RecordRefusal::NullCharacter);
    given(vec![]).when(create("a\\u0000 and {[{[ are texts", vec![])).then_expect_events(vec![
        RecordEvent::Created {
            address: address(),
            source: Source::Api,
            at: stamp().at,
            content: content("a\\u0000 and {[{[ are texts"),
            links: vec![],
        },
    ]);
    let deep = (0..NESTED_MAX).fold(json!(1), |inner, _| json!([inner]));
    let cells = BTreeMap::from([(name(), CellValue::Raw(deep))]);
    let (address, source) = (address(), Source::Airtable);
    let command = RecordCommand::Create { address, source, stamp: stamp(), cells, links: vec![] };
    given(vec![]).when(command).then_expect_error(RecordRefusal::NestedTooDeep);
}

#[test]
fn the_texts_of_refusals_say_the_bounds() {
    let said = [
        (RecordRefusal::TooManyAliases, ALIASES_MAX),
        (RecordRefusal::TooLarge(0), EVENT_BYTES_MAX),
        (RecordRefusal::NestedTooDeep, NESTED_MAX),
    ];
    for (refusal, bound) in said {
        let text = refusal.to_string().replace(',', "");
        assert!(text.contains(&bound.to_string()), "{text} says {bound}");
    }
}

#[test]
fn values_and_people_are_sealed_and_ids_are_not() {
    let events = [created("Acme"), changed(&[(name(), Some("Acme"), Some("Beta"))], vec![]), deleted()];
    for event in events {
        let written = sealed(&event);
        for hidden in ["Acme\"", "Beta", "ana@example.org", "usrAna"] {
            assert!(!written.contains(hidden), "{written} shows {hidden}");
        }
        assert!(written.contains(r#""record":"recAcme0000000000""#), "{written}");
        assert!(written.contains(r#"{"subject":"bas_1","sealed":"*"}"#), "{written}");
    }
    let state = sealed(&after(&[created("Acme")]));
    assert!(!state.contains("Acme\""), "a snapshot hides them too: {state}");
}

#[test]
fn the_stream_of_a_record_follows_from_base_and_alias() {
    let acme = record("recAcme0000000000");
    assert_eq!(key(&base(), acme).as_str(), "row_05aab5c2073d539db891965ba7ccb4f6", "streams would be lost");
    let other = BaseKey::new("bas_2").unwrap();
    let keys = [key(&base(), acme), key(&other, acme), key(&base(), record(FIRST))];
    assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), 3);
}
