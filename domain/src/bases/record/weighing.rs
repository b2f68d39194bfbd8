//! How much the log would be given, or why it would take nothing: asked before a record is written together with others, which one that
//! is refused would keep out.

use serde::Serialize;

use super::bounds::stored;
use super::{Record, RecordCommand, RecordEvent, RecordRefusal};

impl Record {
    pub fn weigh(&self, command: &RecordCommand) -> Result<usize, RecordRefusal> {
        let events = self.decide(command.clone())?;
        Ok(events.iter().map(weight).sum())
    }
}

fn weight(event: &RecordEvent) -> usize {
    match event {
        RecordEvent::Created { content, links, .. } | RecordEvent::Restored { content, links, .. } => {
            stored(length(&content.get()), length(links))
        }
        RecordEvent::Changed { changes, links, .. } => stored(length(&changes.get()), length(links)),
        RecordEvent::Deleted { .. } | RecordEvent::AliasAdded { .. } => stored(0, 0),
    }
}

fn length(value: &impl Serialize) -> usize {
    serde_json::to_string(value).map_or(0, |text| text.len())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use cqrs_es::Aggregate;

    use super::*;
    use crate::bases::cells::CellValue;
    use crate::bases::ids::{FieldId, RecordId, TableId};
    use crate::bases::record::{Address, EVENT_BYTES_MAX, Source};
    use crate::bases::table::Stamp;
    use crate::id::Id;

    fn stamp() -> Stamp {
        Stamp { at: jiff::Timestamp::UNIX_EPOCH, by: None }
    }

    fn field() -> FieldId {
        FieldId::parse("fldName0000000000").unwrap()
    }

    fn create(text: &str) -> RecordCommand {
        let record = RecordId::parse("rec00000000000000").unwrap();
        let table = TableId::parse("tblPlants00000000").unwrap();
        let address = Address { base: Id::new("bas_1").unwrap(), table, record };
        let cells = BTreeMap::from([(field(), CellValue::Text(text.into()))]);
        RecordCommand::Create { address, source: Source::Airtable, stamp: stamp(), cells, links: Vec::new() }
    }

    fn holding(text: &str) -> Record {
        let mut record = Record::default();
        record.decide(create(text)).unwrap().into_iter().for_each(|event| record.apply(event));
        record
    }

    #[test]
    fn what_the_log_refuses_is_known_before_it_is_asked() {
        let refused = |text: &str| Record::default().weigh(&create(text)).unwrap_err();
        assert_eq!(refused("a\u{0}b"), RecordRefusal::NullCharacter);
        assert!(matches!(refused(&"x".repeat(EVENT_BYTES_MAX)), RecordRefusal::TooLarge(_)));
        assert!(Record::default().weigh(&create("Thyme")).is_ok());
    }

    #[test]
    fn what_stood_there_before_weighs_as_much_as_what_comes() {
        let record = holding(&"x".repeat(100_000));
        let cells = BTreeMap::from([(field(), None)]);
        let empty =
            RecordCommand::Change { source: Source::Airtable, stamp: stamp(), cells, links: Vec::new() };
        assert!(record.weigh(&empty).unwrap() > 130_000);
        assert_eq!(record.weigh(&create(&"x".repeat(100_000))), Ok(0), "it holds that already");
    }
}
