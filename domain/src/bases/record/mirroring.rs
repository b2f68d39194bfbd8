//! What Airtable says of a record, held against what is known of it: a command that makes up the difference. What says nothing new is
//! nothing, so the echo of a write is none, whoever sent it.

use std::collections::BTreeMap;

use super::{Address, LinkChange, Record, RecordCommand, Source};
use crate::bases::cells::{self, CellValue, Collaborator, Unreadable};
use crate::bases::ids::{FieldId, RecordId};
use crate::bases::schema::{Field, FieldType, LinkOptions, Table};
use crate::bases::table::{Fields, Stamp, difference};

/// What was said of a record, by field id, in either shape.
#[derive(Debug, Clone)]
pub struct Said<'a> {
    pub fields: &'a Fields,
    /// All of its cells: what is left out is empty.
    pub whole: bool,
    pub source: Source,
    pub stamp: Stamp,
}

/// What is asked of the record, if anything is new.
#[derive(Debug, Clone, PartialEq)]
pub struct Mirrored {
    pub command: Option<RecordCommand>,
    /// What was said of these does not fit them as they are known: the schema is to be read again. Until then they stay as they were.
    pub unreadable: Vec<FieldId>,
}

/// Cells with what stands in them now, and links that came and went.
#[derive(Default)]
struct Differing {
    cells: BTreeMap<FieldId, Option<CellValue>>,
    links: Vec<LinkChange>,
    unreadable: Vec<FieldId>,
}

/// Of a record that is not known, or was deleted, all of it has to be said.
pub fn mirrored(table: &Table, address: Address, known: &Record, said: Said<'_>) -> Mirrored {
    let Differing { cells, links, unreadable } = differing(table, known, &said);
    let Said { source, stamp, fields, .. } = said;
    if known.cells().is_none() {
        let stamp = Stamp { by: stamp.by.or_else(|| maker(table, fields)), ..stamp };
        let cells = cells.into_iter().filter_map(|(field, value)| Some((field, value?))).collect();
        let create = RecordCommand::Create { address, source, stamp, cells, links };
        return Mirrored { command: Some(create), unreadable };
    }
    let differs = !(cells.is_empty() && links.is_empty());
    let change = RecordCommand::Change { source, stamp, cells, links };
    Mirrored { command: differs.then_some(change), unreadable }
}

/// Who made a record is told by its cells alone, where a field says it.
fn maker(table: &Table, fields: &Fields) -> Option<Collaborator> {
    let field = table.fields.iter().find(|field| matches!(field.kind, FieldType::CreatedBy))?;
    match cells::read(&field.kind, fields.get(field.id.as_str())?) {
        Ok(Some(CellValue::Collaborator(maker))) => Some(maker),
        _ => None,
    }
}

fn differing(table: &Table, known: &Record, said: &Said<'_>) -> Differing {
    let mut differing = Differing::default();
    for field in table.fields.iter().filter(|field| !field.kind.is_derived()) {
        let read = match said.fields.get(field.id.as_str()) {
            Some(value) => cells::read(&field.kind, value),
            None if said.whole => Ok(None),
            None => continue,
        };
        match read {
            Ok(value) => differing.take(table, field, known, value),
            Err(Unreadable) => differing.unreadable.push(field.id),
        }
    }
    differing
}

impl Differing {
    fn take(&mut self, table: &Table, field: &Field, known: &Record, value: Option<CellValue>) {
        if let FieldType::MultipleRecordLinks(_) = &field.kind {
            self.links.extend(relinked(table, field, known, value));
            return;
        }
        let before = known.cells().and_then(|cells| cells.get(&field.id));
        if !cells::same(&field.kind, before, value.as_ref()) {
            self.cells.insert(field.id, value);
        }
    }
}

/// Both sides of a link say the same, so only one of them is listened to: what the other said in between needs not be known. It is the
/// one in the table with the greater id: whoever reads tables in the order of their ids has the records of the other side before.
pub(super) fn is_listened_to(table: &Table, field: FieldId, options: &LinkOptions) -> bool {
    match options.inverse_link_field_id {
        None => true,
        Some(inverse) if options.linked_table_id == table.id => field <= inverse,
        Some(_) => options.linked_table_id < table.id,
    }
}

fn relinked(table: &Table, field: &Field, known: &Record, value: Option<CellValue>) -> Option<LinkChange> {
    let FieldType::MultipleRecordLinks(options) = &field.kind else { return None };
    if !is_listened_to(table, field.id, options) {
        return None;
    }
    let after: Vec<RecordId> = match value {
        Some(CellValue::Links(records)) => records,
        _ => Vec::new(),
    };
    let before = known.links(field.id);
    let (removed, added) = difference(before, &after);
    let changed = !(removed.is_empty() && added.is_empty());
    changed.then_some(LinkChange { field: field.id, removed, added })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::*;
    use crate::bases::record::RecordEvent;
    use crate::bases::samples;
    use crate::bases::schema::Base;
    use crate::id::Id;

    fn clients() -> (Base, usize) {
        let base = samples::base();
        let place = base.tables.iter().position(|table| table.name == "Clients").unwrap();
        (base, place)
    }

    fn address(table: &Table) -> Address {
        let record = RecordId::parse("rec00000000000000").unwrap();
        Address { base: Id::new("bas_1").unwrap(), table: table.id, record }
    }

    fn by_id(table: &Table, fields: Value) -> Fields {
        let named = fields.as_object().unwrap().iter();
        named.map(|(name, value)| (table.field_called(name).unwrap().id.to_string(), value.clone())).collect()
    }

    fn stamp() -> Stamp {
        Stamp { at: jiff::Timestamp::UNIX_EPOCH, by: None }
    }

    fn told(known: &Record, fields: Value, whole: bool) -> Option<RecordCommand> {
        let (base, place) = clients();
        let table = &base.tables[place];
        let fields = by_id(table, fields);
        let said = Said { fields: &fields, whole, source: Source::Airtable, stamp: stamp() };
        let mirrored = mirrored(table, address(table), known, said);
        assert_eq!(mirrored.unreadable, []);
        mirrored.command
    }

    fn after(known: &Record, command: RecordCommand) -> (Record, Vec<RecordEvent>) {
        use cqrs_es::Aggregate;
        let (mut record, events) = (known.clone(), known.decide(command).unwrap());
        events.iter().for_each(|event| record.apply(event.clone()));
        (record, events)
    }

    fn acme() -> Record {
        let command = told(&Record::default(), json!({ "Name": "Acme", "Status": "Open" }), true).unwrap();
        after(&Record::default(), command).0
    }

    #[test]
    fn what_is_not_known_is_made_and_the_same_again_is_nothing() {
        let record = acme();
        assert_eq!(record.cells().unwrap().len(), 2);
        assert_eq!(told(&record, json!({ "Name": "Acme", "Status": "Open" }), true), None);
        let open = json!({ "id": "selOpen0000000000", "name": "Open", "color": "blueLight2" });
        assert_eq!(
            told(&record, json!({ "Status": open }), false),
            None,
            "the webhooks' shape says the same"
        );
    }

    #[test]
    fn a_record_was_made_by_whom_its_cell_names_unless_that_is_known_already() {
        let (base, place) = clients();
        let mut table = base.tables[place].clone();
        let made_by = Field { kind: FieldType::CreatedBy, ..table.fields[0].clone() };
        table.fields.push(Field { id: FieldId::parse("fldMadeBy00000000").unwrap(), ..made_by });
        let ana = json!({ "id": "usrAna00000000000", "email": "ana@example.org", "name": "Ana" });
        let fields = Fields::from_iter([("fldMadeBy00000000".to_owned(), ana.clone())]);
        let ben: Collaborator = serde_json::from_value(json!({ "id": "usrBen00000000000" })).unwrap();
        let maker = |known: Option<Collaborator>| {
            let stamp = Stamp { by: known, ..stamp() };
            let said = Said { fields: &fields, whole: true, source: Source::Airtable, stamp };
            let command = mirrored(&table, address(&table), &Record::default(), said).command;
            let Some(RecordCommand::Create { stamp, .. }) = command else { panic!("{command:?}") };
            json!(stamp.by)
        };
        assert_eq!(maker(None), ana);
        assert_eq!(maker(Some(ben))["id"], "usrBen00000000000");
    }

    #[test]
    fn what_is_left_out_is_empty_only_where_all_is_said() {
        let record = acme();
        assert_eq!(told(&record, json!({ "Name": "Acme" }), false), None);
        let cleared = told(&record, json!({ "Name": "Acme" }), true).unwrap();
        let (record, events) = after(&record, cleared);
        assert_eq!((record.cells().unwrap().len(), events.len()), (1, 1));
    }

    #[test]
    fn one_that_was_deleted_comes_back_with_what_it_holds_then() {
        let record = acme();
        let (gone, _) = after(&record, RecordCommand::Delete { source: Source::Airtable, stamp: stamp() });
        let again = told(&gone, json!({ "Name": "Acme & Co" }), true).unwrap();
        let (record, events) = after(&gone, again);
        assert!(matches!(events[..], [RecordEvent::Restored { .. }]));
        assert_eq!(record.cells().unwrap().len(), 1);
    }

    #[test]
    fn what_does_not_fit_stays_as_it_was_and_is_named() {
        let (base, place) = clients();
        let (table, record) = (&base.tables[place], acme());
        let fields = by_id(table, json!({ "Name": 5, "Status": 7 }));
        let said = Said { fields: &fields, whole: false, source: Source::Airtable, stamp: stamp() };
        let mirrored = mirrored(table, address(table), &record, said);
        let named = ["Name", "Status"].map(|name| table.field_called(name).unwrap().id);
        assert_eq!((mirrored.command, mirrored.unreadable), (None, named.to_vec()));
    }

    #[test]
    fn links_are_told_by_one_of_their_sides() {
        let (base, _) = clients();
        let fields =
            base.tables.iter().flat_map(|table| table.fields.iter().map(move |field| (table, field)));
        let mut told = Vec::new();
        for (table, field) in fields.filter(|(_, field)| base.link(field.id).is_some()) {
            let record = RecordId::parse(&format!("rec{}", &Uuid::nil().simple().to_string()[..14])).unwrap();
            let value = Some(CellValue::Links(vec![record]));
            let inverse = base.link(field.id).unwrap().inverse_link_field_id;
            told.push((inverse.is_some(), relinked(table, field, &Record::default(), value).is_some()));
        }
        let of_two = told.iter().filter(|(has_inverse, _)| *has_inverse).count();
        let heard = told.iter().filter(|(has_inverse, heard)| *has_inverse && *heard).count();
        assert!(of_two > 0 && heard * 2 == of_two, "{told:?}");
    }
}
