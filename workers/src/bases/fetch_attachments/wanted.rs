//! Which files an event brings by address.

use domain::bases::Record;
use domain::bases::cells::{Attachment, CellValue, Collaborator};
use domain::bases::files::BlobHash;
use domain::bases::ids::FieldId;
use domain::bases::record::{CellChange, RecordEvent, Source};
use domain::bases::table::Stamp;
use jiff::Timestamp;

/// What an event brought, and as whose doing. Unsettled: that a file which arrives is no edit later than the one that asked for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Brought {
    pub source: Source,
    pub stamp: Stamp,
    pub files: Vec<Wanted>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    pub field: FieldId,
    pub attachment: Attachment,
}

impl Brought {
    /// Whether the cells are Airtable's, which are changed there and nowhere else.
    pub fn is_theirs(&self) -> bool {
        matches!(self.source, Source::Airtable | Source::Import)
    }
}

impl Wanted {
    /// Whether a piece of work is about it: about one file, or about all of its event.
    pub fn is_of(&self, part: &str) -> bool {
        part.is_empty() || part == self.attachment.id.as_str()
    }
}

/// Nothing for an event that brings no cells, and for one whose base was erased.
pub fn brought(event: &RecordEvent) -> Option<Brought> {
    match event {
        RecordEvent::Created { source, at, content, .. }
        | RecordEvent::Restored { source, at, content, .. } => {
            let content = content.get()?;
            let files = content.cells.iter().flat_map(|(field, value)| foreign(*field, value, &[]));
            Some(Brought { source: *source, stamp: stamp(*at, &content.by), files: files.collect() })
        }
        RecordEvent::Changed { source, at, changes, .. } => {
            let changes = changes.get()?;
            let files = changes.cells.iter().flat_map(added);
            Some(Brought { source: *source, stamp: stamp(*at, &changes.by), files: files.collect() })
        }
        RecordEvent::Deleted { .. } | RecordEvent::AliasAdded { .. } => None,
    }
}

/// What was asked for by an event before is not asked for again.
fn added(change: &CellChange) -> Vec<Wanted> {
    let before = change.before.as_ref().map_or(&[][..], files);
    change.after.as_ref().map(|after| foreign(change.field, after, before)).unwrap_or_default()
}

fn foreign(field: FieldId, value: &CellValue, before: &[Attachment]) -> Vec<Wanted> {
    let is_new = |file: &Attachment| before.iter().all(|old| (old.id, &old.url) != (file.id, &file.url));
    let wanted = files(value).iter().filter(|file| is_foreign(file) && is_new(file));
    wanted.map(|file| Wanted { field, attachment: file.clone() }).collect()
}

fn files(value: &CellValue) -> &[Attachment] {
    match value {
        CellValue::Attachments(files) => files,
        _ => &[],
    }
}

fn is_foreign(file: &Attachment) -> bool {
    BlobHash::of_url(&file.url).is_none()
}

/// Whether the record has it as it was brought.
pub fn is_wanted(record: &Record, wanted: &Wanted) -> bool {
    let cell = record.cells().and_then(|cells| cells.get(&wanted.field));
    let same = |file: &Attachment| (file.id, &file.url) == (wanted.attachment.id, &wanted.attachment.url);
    cell.is_some_and(|value| files(value).iter().any(same))
}

fn stamp(at: Timestamp, by: &Option<Collaborator>) -> Stamp {
    Stamp { at, by: by.clone() }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use domain::bases::BaseKey;
    use domain::bases::ids::{AttachmentId, RecordId, TableId};
    use domain::bases::record::{Address, CellChanges, Content};
    use domain::personal::Personal;
    use serde_json::Map;

    use super::*;

    fn address() -> Address {
        let table = TableId::parse("tblClients0000000").unwrap();
        let record = RecordId::parse("recAcme0000000000").unwrap();
        Address { base: BaseKey::new("bas_1").unwrap(), table, record }
    }

    fn field() -> FieldId {
        FieldId::parse("fldFiles000000000").unwrap()
    }

    fn file(id: &str, url: &str) -> Attachment {
        Attachment {
            id: AttachmentId::parse(id).unwrap(),
            url: url.into(),
            filename: None,
            known: Map::new(),
        }
    }

    const ONE: &str = "attOne00000000000";
    const OTHER: &str = "attOther000000000";

    fn stored() -> String {
        BlobHash::new([1; 32]).to_url()
    }

    fn changed(before: Vec<Attachment>, after: Vec<Attachment>) -> RecordEvent {
        let value = |files| Some(CellValue::Attachments(files));
        let cells = vec![CellChange { field: field(), before: value(before), after: value(after) }];
        RecordEvent::Changed {
            address: address(),
            source: Source::Api,
            at: Timestamp::UNIX_EPOCH,
            changes: Personal::new(address().subject(), CellChanges { by: None, cells }),
            links: vec![],
        }
    }

    fn urls(event: &RecordEvent) -> Vec<String> {
        brought(event).unwrap().files.into_iter().map(|file| file.attachment.url).collect()
    }

    #[test]
    fn a_new_record_wants_what_is_not_stored_here() {
        let files = vec![file(ONE, "https://example.org/1"), file(OTHER, &stored())];
        let cells = BTreeMap::from([(field(), CellValue::Attachments(files))]);
        let created = RecordEvent::Created {
            address: address(),
            source: Source::Import,
            at: Timestamp::UNIX_EPOCH,
            content: Personal::new(address().subject(), Content { by: None, cells }),
            links: vec![],
        };
        assert_eq!(urls(&created), ["https://example.org/1"]);
        assert!(brought(&created).unwrap().is_theirs());
    }

    #[test]
    fn a_change_wants_what_it_adds_and_nothing_again() {
        let one = || file(ONE, "https://example.org/1");
        assert_eq!(urls(&changed(vec![], vec![one()])), ["https://example.org/1"]);
        let other = file(OTHER, "https://example.org/2");
        assert_eq!(urls(&changed(vec![one()], vec![other, one()])), ["https://example.org/2"]);
        // It has another address now.
        assert_eq!(
            urls(&changed(vec![one()], vec![file(ONE, "https://example.org/3")])),
            ["https://example.org/3"]
        );
    }

    #[test]
    fn a_file_that_arrived_is_wanted_no_more() {
        let arrived = changed(vec![file(ONE, "https://example.org/1")], vec![file(ONE, &stored())]);
        assert!(urls(&arrived).is_empty());
    }

    #[test]
    fn work_is_about_one_file_or_all_of_its_event() {
        let wanted = Wanted { field: field(), attachment: file(ONE, "https://example.org/1") };
        assert!(wanted.is_of(ONE) && wanted.is_of("") && !wanted.is_of(OTHER));
    }
}
